using Marketplace.Domain.Accounts;
using Orleans.Serialization;

namespace Marketplace.Grains.Accounts;

/// <summary>One line of a statement.</summary>
/// <param name="Version">The record it is in.</param>
/// <param name="Index">Its place among the movements of that record, from 0.</param>
/// <param name="Time">Event time.</param>
/// <param name="Movement">What moved.</param>
/// <param name="ClientOrderId">The order it is about, where its id is in the same record; empty otherwise.</param>
public readonly record struct StatementLine(long Version, int Index, Timestamp Time, Movement Movement, string ClientOrderId);

/// <summary>Statements, read from the log: every movement of an account, a balanced double entry with its cause.</summary>
public sealed class AccountStatement(Log log, Serializer serializer)
{
    /// <summary>The lines of an account behind a place (version 0: from the end it starts at), in the order asked.</summary>
    public IEnumerable<StatementLine> Read(string participant, bool newestFirst, long version, int index)
    {
        var stream = Streams.Account(participant);
        var last = log.VersionAt(stream, log.DurablePosition);
        if (!newestFirst)
        {
            return log.ReadStream(stream, Math.Max(1, version), last, log.DurablePosition).SelectMany(Lines)
                .Where(line => line.Version > version || line.Index > index);
        }

        return log.ReadStreamBackward(stream, 1, version == 0 ? last : Math.Min(version, last), log.DurablePosition)
            .SelectMany(entry => Lines(entry).Reverse())
            .Where(line => version == 0 || line.Version < version || line.Index < index);
    }

    private IEnumerable<StatementLine> Lines(JournalRecord entry)
    {
        var record = serializer.Deserialize<Record>(entry.Payload)!;
        var ids = new Dictionary<long, string>();
        foreach (var command in record.Events.OfType<CommandsEntered>().SelectMany(entered => entered.Commands))
        {
            if (command.Command.Kind == Domain.Orders.CommandKind.Place)
            {
                ids[command.Command.Order] = command.Id;
            }
        }

        return Movements.Of(record).Select((movement, at) =>
            new StatementLine(entry.Version, at, new(record.TimeMicros), movement, movement.Order > 0 ? ids.GetValueOrDefault(movement.Order, "") : ""));
    }
}
