using Marketplace.Domain.Accounts;
using Marketplace.Domain.Orders;
using Marketplace.Simulation.Tests.Checks;
using Marketplace.Simulation.Tests.Machinery;

namespace Marketplace.Simulation.Tests.Clients;

/// <summary>A participant places, cancels, replaces or reduces an order.</summary>
internal sealed class OrderCall(string participant, OrderRequest request, SessionConnection? through) : Call(participant, request.Id, Streams.Account(participant))
{
    /// <summary>The session's connection it goes through; null for none.</summary>
    public SessionConnection? Through { get; } = through;

    /// <summary>What is asked.</summary>
    public OrderRequest Request { get; } = request;

    /// <summary>Whether it stands in a durable record.</summary>
    public bool IsEntered { get; set; }

    /// <summary>An answer to a request a book has decided.</summary>
    public static Answer Of(RejectReason refused, OrderView view, long version) => new(refused, JournalForm.Hash(0, JournalForm.Bytes(view)), version);

    /// <summary>The answer to a request as the records of its account tell it, now and for ever.</summary>
    public static Answer FromLog(HostedMachine machine, OrderCall call)
    {
        Violation.Unless(((Account)machine.Machine).Remembers(call.Request.Key, out var remembered), "O3", $"{call.Caller}'s {call.Id} was answered and is not remembered");
        return FromRecords(machine.History, call.Request, remembered);
    }

    /// <inheritdoc/>
    public override void Run(HostedMachine machine, ClientSide clients) => AllEntered([this], machine.Turn(account => EnterAll([this], account)), machine, clients);

    /// <summary>Submits several requests of one participant in one turn of its account, as a batch is.</summary>
    public static Entered[] EnterAll(IReadOnlyList<OrderCall> calls, Machine account) => [.. calls.Select(call =>
    {
        ((Account)account).EnterThrough(call.Through?.Session ?? "", call.Through?.Holder ?? 0);
        return ((Account)account).Submit(call.Request);
    })];

    /// <summary>The turn is over that some requests were submitted in.</summary>
    public static void AllEntered(IReadOnlyList<OrderCall> calls, Entered[] entered, HostedMachine machine, ClientSide clients)
    {
        for (var at = 0; at < calls.Count; at++)
        {
            calls[at].Take(entered[at], machine, clients);
        }
    }

    /// <inheritdoc/>
    public override void Check(in Answer answer, StreamHistory durable)
    {
        if (answer.Version == 0)
        {
            Violation.Unless(!IsEntered, "O2", $"{Caller}'s {Id} was refused and is in the log");
            return;
        }

        Violation.Unless(((Account)durable.Replica).Remembers(Request.Key, out var remembered), "O1", $"{Caller}'s {Id} was answered and is not durable");
        Violation.Unless(remembered.OutcomeVersion == answer.Version, "O4", $"{Caller}'s {Id} was answered by another record");
        Violation.Unless(FromRecords(durable, Request, remembered) == answer, "O3", $"{Caller}'s {Id} was answered otherwise than the log says");
        Violation.Unless(Heard is null || Heard == answer, "O3", $"{Caller}'s {Id} has had another answer before");
    }

    private void Take(in Entered entered, HostedMachine machine, ClientSide clients)
    {
        switch (entered.Entry)
        {
            case Entry.Refused:
                clients.Rare.CountIf(entered.Refusal.Reason == RejectReason.SessionLost, RareEvent.RefusedThroughALostSession);
                clients.Reply(this, machine, new(entered.Refusal.Reason, 0, 0));
                break;
            case Entry.Repeated when entered.Remembered.OutcomeVersion > 0:
                clients.Rare.Count(RareEvent.RepeatAnsweredFromTheLog);
                clients.Reply(this, machine, FromLog(machine, this));
                break;
            default:
                if (entered.Entry == Entry.Repeated)
                {
                    clients.Rare.Count(RareEvent.RepeatWhileUnderWay);
                }

                machine.Wait(entered.Key, this);
                break;
        }
    }

    private static Answer FromRecords(StreamHistory history, in OrderRequest request, in RememberedRequest remembered)
    {
        var placed = request.Kind == CommandKind.Place;
        var (_, entered) = OrderHistory.Find(history.At(remembered.Version), placed, request.Id)!.Value;
        var from = placed ? remembered.Version : entered.EnteredVersion;
        var order = OrderHistory.Fold(entered.Command.Order, history.Between(from, remembered.OutcomeVersion))!;
        return Of(remembered.Refused, order, remembered.OutcomeVersion);
    }
}
