namespace Marketplace.Simulation.Tests.Machinery;

/// <summary>One queued record: a position of the log.</summary>
internal readonly record struct LogEntry(StreamHistory Stream, byte[] Bytes);

/// <summary>The log of one process: records queue in one order, a flush makes a prefix durable, a crash loses the rest.</summary>
internal sealed class SimulatedLog(long number)
{
    private readonly List<LogEntry> _entries = [];

    /// <summary>Its number.</summary>
    public long Number { get; } = number;

    /// <summary>Position of the last record queued, from 1.</summary>
    public long Queued => _entries.Count;

    /// <summary>Position of the last durable record.</summary>
    public long Durable { get; private set; }

    /// <summary>Queues a record and returns its position.</summary>
    public long Append(StreamHistory stream, byte[] bytes)
    {
        _entries.Add(new(stream, bytes));
        stream.Queue(bytes);
        return Queued;
    }

    /// <summary>Makes everything up to a position durable; returns what became so, in order.</summary>
    public IEnumerable<LogEntry> Flush(long upTo)
    {
        while (Durable < upTo)
        {
            Durable++;
            yield return _entries[(int)Durable - 1];
        }
    }

    /// <summary>Loses what is not durable; returns how many records that were.</summary>
    public int LoseTail()
    {
        var lost = (int)(Queued - Durable);
        for (var at = (int)Queued; at > Durable; at--)
        {
            _entries[at - 1].Stream.LoseLast();
        }

        _entries.RemoveRange((int)Durable, lost);
        return lost;
    }
}
