using Marketplace.Domain.Accounts;
using Marketplace.Domain.Orders;

namespace Marketplace.Simulation.Tests.Checks;

/// <summary>
/// The mass cancels and sessions of one account as an auditor follows them from its durable records: every cancel the venue enters is of an order in the scope of the one
/// it belongs to, and a session is lost only when nobody kept it.
/// </summary>
internal sealed class AuditedCancels(string participant, RareEvents rare)
{
    private readonly Dictionary<long, (string Instrument, Side Side, string Session)> _orders = [];
    private readonly Dictionary<long, MassCancelBegun> _begun = [];
    private readonly Dictionary<string, (SessionTerms Terms, long DeadlineMicros, bool OverACrash)> _sessions = new(StringComparer.Ordinal);

    /// <summary>Follows one durable record.</summary>
    public void Take(Record record)
    {
        MassCancelBegun? sliced = null;
        foreach (var happened in record.Events)
        {
            switch (happened)
            {
                case MassCancelBegun begun:
                    _begun.Add(begun.Number, begun);
                    break;
                case MassCancelSliced slice:
                    Violation.Unless(sliced is null && slice.Cancels <= Account.MaxSlice, "O2", $"{participant} enters more than a slice of cancels in one turn");
                    sliced = _begun[slice.Number];
                    break;
                case CommandsEntered entered:
                    Take(entered, sliced);
                    break;
                case SessionEvent session:
                    Take(session, record.TimeMicros);
                    break;
            }
        }
    }

    private void Take(CommandsEntered entered, MassCancelBegun? sliced)
    {
        foreach (var (command, id, _, _) in entered.Commands)
        {
            if (command.Kind == CommandKind.Place)
            {
                _orders.Add(command.Order, (entered.Instrument, command.Side, entered.Session));
            }

            if (id.Length > 0)
            {
                continue;
            }

            var order = _orders[command.Order];
            Violation.Unless(
                sliced is not null && sliced.Reason == command.Reason && command.Order <= sliced.UpTo && order.Instrument == entered.Instrument
                && (sliced.Scope.Instrument.Length == 0 || sliced.Scope.Instrument == order.Instrument)
                && (sliced.Scope.Side == Side.Unspecified || sliced.Scope.Side == order.Side)
                && (sliced.Scope.Session.Length == 0 || sliced.Scope.Session == order.Session),
                "O2", $"{participant}'s order {command.Order} is cancelled by the venue, and nobody asked for that");
        }
    }

    private void Take(SessionEvent happened, long nowMicros)
    {
        var (terms, deadline, overACrash) = _sessions.GetValueOrDefault(happened.Session);
        switch (happened)
        {
            case SessionHeld held:
                _sessions[held.Session] = (held.Terms, nowMicros + held.Terms.LeaseMicros + held.Terms.AwayMicros, false);
                rare.CountIf(held.Resumed, RareEvent.SessionResumed);
                break;
            case SessionRenewed:
                _sessions[happened.Session] = (terms, nowMicros + terms.LeaseMicros + terms.AwayMicros, false);
                break;
            case SessionBroken broken:
                // Whoever says at once that his connection is gone has the grace from then on; a process that comes back finds the lease.
                Violation.Unless(broken.DeadlineMicros == deadline || broken.DeadlineMicros == nowMicros + terms.AwayMicros, "O2", $"{participant}'s session has another deadline");
                _sessions[happened.Session] = (terms, broken.DeadlineMicros, broken.DeadlineMicros == deadline);
                break;
            case SessionEnded:
                rare.CountIf(overACrash || nowMicros >= deadline, RareEvent.SessionLostOverACrash);
                _sessions.Remove(happened.Session);
                break;
        }
    }
}
