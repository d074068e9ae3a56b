using Marketplace.Domain.Accounts;
using Marketplace.Simulation.Tests.Checks;
using Marketplace.Simulation.Tests.Machinery;

namespace Marketplace.Simulation.Tests.Clients;

/// <summary>A participant cancels many orders at once: its own, or those of its whole firm. What it hears is the report of its own account.</summary>
internal sealed class MassCancelCall(string participant, string id, CancelScope scope, string[] participants) : Call(participant, id, Streams.Account(participant))
{
    /// <inheritdoc/>
    public override void Run(HostedMachine machine, ClientSide clients)
    {
        var result = machine.Turn(account => ((Account)account).RequestMassCancel(Id, scope, participants.Length > 1 ? "firm" : "", participants, 0));
        var account = (Account)machine.Machine;
        if (!result.Ok)
        {
            clients.Reply(this, machine, new(result.Refusal.Reason, 0, 0));
            return;
        }

        clients.Rare.CountIf(result.Repeated, RareEvent.RepeatAnsweredFromTheLog);
        var key = Account.KeyOfMassCancel(Caller, account.VersionOf(Id));
        Violation.Unless(account.Remembers(key, out var remembered), "O3", $"{Caller}'s {Id} was taken and is not remembered");
        if (remembered.OutcomeVersion > 0)
        {
            Tell(machine, clients);
        }
        else
        {
            machine.Wait(key, this);
        }
    }

    /// <summary>The last of its orders is answered: it hears the report.</summary>
    public void Tell(HostedMachine machine, ClientSide clients)
    {
        var answer = FromRecords(machine.History, (Account)machine.Machine, out var report);
        clients.Rare.CountIf(report.Ended > 0, RareEvent.MassCancelOvertakenByFill);
        clients.Rare.CountIf(participants.Length > 1, RareEvent.FirmMassCancelled);
        clients.Reply(this, machine, answer);
    }

    /// <inheritdoc/>
    public override void Check(in Answer answer, StreamHistory durable)
    {
        if (answer.Version == 0)
        {
            return;
        }

        var account = (Account)durable.Replica;
        Violation.Unless(account.VersionOf(Id) > 0, "O1", $"{Caller}'s {Id} was answered and is not durable");
        Violation.Unless(FromRecords(durable, account, out _) == answer, "O3", $"{Caller}'s {Id} was answered otherwise than the log says");
        Violation.Unless(Heard is null || Heard == answer, "O3", $"{Caller}'s {Id} has had another answer before");
        var begun = durable.At(account.VersionOf(Id)).Events.OfType<MassCancelBegun>().Single(begun => begun.Caller == Caller && begun.Requested == account.VersionOf(Id));
        Violation.Unless(!account.Orders.Any(order => order.Terms.Order <= begun.UpTo && scope.Takes(order)), "O8", $"{Caller}'s {Id} was answered and one of its orders is open");
    }

    private Answer FromRecords(StreamHistory history, Account account, out MassCancelReport report)
    {
        var requested = account.VersionOf(Id);
        account.Remembers(Account.KeyOfMassCancel(Caller, requested), out var remembered);
        report = MassCancelReport.Fold(Caller, requested, history.Between(remembered.Version, remembered.OutcomeVersion).Select(one => one.Record));
        return new(RejectReason.None, JournalForm.Hash(0, JournalForm.Bytes(report)), remembered.OutcomeVersion);
    }
}
