using System.Collections.Concurrent;

namespace Marketplace.Journal;

/// <summary>The streams of a log by name. Any thread may use it.</summary>
internal sealed class StreamTable
{
    private readonly ConcurrentDictionary<string, JournalStream> _streams = new(StringComparer.Ordinal);

    public IEnumerable<JournalStream> All => _streams.Values;

    public JournalStream GetOrAdd(string name) => _streams.TryGetValue(name, out JournalStream? known) ? known : _streams.GetOrAdd(name, new JournalStream(name));

    public JournalStream? Find(string name) => _streams.GetValueOrDefault(name);

    /// <summary>Forgets a stream in which nothing was ever queued; called by the one who has claimed it.</summary>
    public void ForgetIfUnused(JournalStream stream)
    {
        if (stream.Version == 0) _streams.TryRemove(KeyValuePair.Create(stream.Name, stream));
    }

    /// <summary>Takes up a row found at start. Null, or what is wrong with it.</summary>
    public string? Recover(LogRow row)
    {
        foreach (string name in row.Streams)
        {
            JournalStream stream = GetOrAdd(name);
            int records = 0;
            foreach (JournalRecord record in row.RecordsOf(name))
            {
                if (record.Version != stream.Version + 1) return $"stream {name} goes from version {stream.Version} to {record.Version}";
                stream.Version = record.Version;
                records++;
                if (record.Wake.IsUnchanged) continue;
                stream.Wake = record.Wake;
                stream.WakePosition = row.Position;
            }
            stream.LastPosition = row.Position;
            stream.Index.Add(row.Position, stream.Version - records + 1, records);
        }
        return null;
    }
}
