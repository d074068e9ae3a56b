using Marketplace.Domain.Accounts;
using Marketplace.Domain.Orders;
using Marketplace.Simulation.Tests.Checks;

namespace Marketplace.Simulation.Tests.Clients;

/// <summary>Everything participants have asked of orders, for whoever finds something in the log: O1 and O2.</summary>
internal sealed class CallRegistry
{
    private readonly Dictionary<(string Participant, RequestKey Key), List<OrderCall>> _calls = [];

    /// <summary>A participant asks.</summary>
    public void Asked(OrderCall call)
    {
        if (!_calls.TryGetValue((call.Caller, call.Request.Key), out var calls))
        {
            _calls.Add((call.Caller, call.Request.Key), calls = new(1));
        }

        calls.Add(call);
    }

    /// <summary>A command stands in a durable record: its participant asked exactly this, was not refused it, and it stands nowhere else.</summary>
    public void Entered(string participant, string instrument, in EnteredCommand entered)
    {
        var command = entered.Command;
        if (entered.Id.Length == 0)
        {
            Violation.Unless(
                command is { Kind: CommandKind.Cancel, Reason: RejectReason.CancelledBySuspension or RejectReason.CancelledByMassCancel or RejectReason.SessionLost }, "O2", $"{participant} has a command nobody sent");
            return;
        }

        var scope = command.Kind == CommandKind.Place ? 'o' : 'r';
        var fingerprint = entered.Fingerprint;
        var call = _calls.GetValueOrDefault((participant, RequestKey.Of(scope, entered.Id)))?.Find(call => call.Request.Fingerprint() == fingerprint);
        Violation.Unless(call is not null, "O2", $"{participant}'s {entered.Id} is in the log and was not sent");
        Violation.Unless(!call!.IsEntered, "O1", $"{participant}'s {entered.Id} is in the log twice");
        Violation.Unless(call.Heard is not { Version: 0 }, "O2", $"{participant}'s {entered.Id} was refused and is in the log");
        call.IsEntered = true;
        if (command.Kind == CommandKind.Place)
        {
            var asked = call.Request;
            Violation.Unless(
                asked.Instrument!.Id == instrument && asked.Side == command.Side && asked.Quantity == command.Quantity && (asked.Price == 0 || asked.Price == command.Price)
                && asked.ExpiresAtMicros == command.ExpiresAtMicros && asked.PostOnly == command.PostOnly && asked.Type == command.Type && asked.StopPrice == command.StopPrice
                && asked.DisplayKwh == command.DisplayKwh && asked.IfSequence == command.IfSequence,
                "O1", $"{participant}'s {entered.Id} is in the log with other terms");
        }
    }
}
