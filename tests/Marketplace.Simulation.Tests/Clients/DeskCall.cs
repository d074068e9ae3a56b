using Marketplace.Simulation.Tests.Checks;
using Marketplace.Simulation.Tests.Machinery;

namespace Marketplace.Simulation.Tests.Clients;

/// <summary>A request that its machine decides alone: at a desk, a contract, a book's settlement, or for an account's money and tokens.</summary>
/// <param name="caller">Who asks.</param>
/// <param name="id">Under which id.</param>
/// <param name="stream">Whom.</param>
/// <param name="run">Asks the machine: why not, or reason none when it is done or was done before.</param>
/// <param name="versionOf">The record the request is in; null for one that leaves none under its id.</param>
/// <param name="entityOf">What of that record the caller is told.</param>
internal sealed class DeskCall(string caller, string id, string stream, Func<Machine, Refusal> run, Func<Machine, long>? versionOf = null, Func<Record, object?>? entityOf = null)
    : Call(caller, id, stream)
{
    /// <inheritdoc/>
    public override void Run(HostedMachine machine, ClientSide clients)
    {
        var before = machine.Machine.Version;
        var refusal = machine.Turn(run);
        if (refusal.Reason != RejectReason.None || versionOf is null)
        {
            if (refusal.Reason == RejectReason.OverAttested)
            {
                clients.Rare.Count(RareEvent.IssueRefusedOverAttested);
            }

            clients.Reply(this, machine, new(refusal.Reason, 0, 0));
            return;
        }

        var version = versionOf(machine.Machine);
        Violation.Unless(version > 0, "O3", $"{Caller}'s {Id} was done and is not remembered");
        if (version <= before)
        {
            clients.Rare.Count(RareEvent.RepeatAnsweredFromTheLog);
        }

        clients.Reply(this, machine, FromRecord(machine.History, version));
    }

    /// <inheritdoc/>
    public override void Check(in Answer answer, StreamHistory durable)
    {
        if (answer.Version > 0)
        {
            Violation.Unless(durable.Durable.Count >= answer.Version && FromRecord(durable, answer.Version) == answer, "O1", $"{Caller}'s {Id} was answered otherwise than the log says");
            Violation.Unless(Heard is null || Heard == answer, "O3", $"{Caller}'s {Id} has had another answer before");
        }
    }

    private Answer FromRecord(StreamHistory history, long version) => new(RejectReason.None, JournalForm.Hash(0, JournalForm.Bytes(entityOf!(history.At(version)))), version);
}
