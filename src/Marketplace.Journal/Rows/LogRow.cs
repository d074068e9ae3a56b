using System.Diagnostics.CodeAnalysis;

namespace Marketplace.Journal;

/// <summary>One row of a log, checked against the hash chain: what one flush made durable. Immutable.</summary>
public sealed class LogRow
{
    private readonly JournalRecord[] _records;
    private readonly int[] _nextOfStream;
    private readonly Dictionary<string, int> _firstOfStream;

    private LogRow(StoredRow row, JournalRecord[] records, int[] nextOfStream, Dictionary<string, int> firstOfStream)
    {
        (Position, Term, Hash, Bytes) = (row.Position, row.Term, row.Hash, row.Payload.Length);
        (_records, _nextOfStream, _firstOfStream) = (records, nextOfStream, firstOfStream);
    }

    /// <summary>Its ordinal in the log, from 1.</summary>
    public long Position { get; }

    /// <summary>The term in which it was written.</summary>
    public long Term { get; }

    /// <summary>Its hash, which holds the hash of the row before.</summary>
    public RowHash Hash { get; }

    /// <summary>The length of its encoded records.</summary>
    public int Bytes { get; }

    /// <summary>Its records, in the order queued.</summary>
    public IReadOnlyList<JournalRecord> Records => _records;

    /// <summary>The streams that have records here, each once.</summary>
    public IReadOnlyCollection<string> Streams => _firstOfStream.Keys;

    /// <summary>The records of one stream, in order of version; none when it has none here.</summary>
    public IEnumerable<JournalRecord> RecordsOf(string stream)
    {
        if (!_firstOfStream.TryGetValue(stream, out int at)) yield break;
        for (; at >= 0; at = _nextOfStream[at]) yield return _records[at];
    }

    /// <summary>Reads the records of a row; false, with what is wrong, when the bytes are no row.</summary>
    internal static bool TryParse(StoredRow row, StreamNames names, [NotNullWhen(true)] out LogRow? parsed, out string finding)
    {
        parsed = null;
        var records = new List<JournalRecord>();
        var next = new List<int>();
        var streams = new List<(string Name, long NextVersion, int Last)>();
        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        var reader = new RowReader(row.Payload);
        if (!reader.TryReadFormat(out finding)) return false;
        while (!reader.AtEnd)
        {
            if (!reader.TryReadStream(streams.Count, names, out int index, out Wake.Kind kind, out string? name, out long version, out finding)) return false;
            if (name is not null)
            {
                if (!first.TryAdd(name, records.Count))
                {
                    finding = $"stream {name} is named twice";
                    return false;
                }
                streams.Add((name, version, -1));
            }
            var stream = streams[index];
            if (!reader.TryReadBody(kind, out Wake wake, out ReadOnlyMemory<byte> payload, out finding)) return false;
            if (stream.Last >= 0) next[stream.Last] = records.Count;
            streams[index] = (stream.Name, stream.NextVersion + 1, records.Count);
            next.Add(-1);
            records.Add(new JournalRecord(stream.Name, stream.NextVersion, row.Position, wake, payload));
        }
        parsed = new LogRow(row, [.. records], [.. next], first);
        return true;
    }
}
