namespace Marketplace.Journal;

/// <summary>Reads one stream through the index.</summary>
internal static class StreamReading
{
    public static IEnumerable<JournalRecord> Forward(Recovered log, string name, long fromVersion, long toVersion, long upToPosition)
    {
        if (Begin(log, name, upToPosition, ref toVersion) is not { } index) yield break;
        long next = Math.Max(fromVersion, 1);
        foreach (IndexEntry entry in index.Forward(next))
        {
            if (next > toVersion) yield break;
            foreach (JournalRecord record in log.Rows.Read(entry.Position).RecordsOf(name))
            {
                if (record.Version < next || record.Version > toVersion) continue;
                Expect(record, next++);
                yield return record;
            }
        }
        if (next <= toVersion) throw Missing(name, next);
    }

    public static IEnumerable<JournalRecord> Backward(Recovered log, string name, long fromVersion, long toVersion, long upToPosition)
    {
        if (Begin(log, name, upToPosition, ref toVersion) is not { } index) yield break;
        long next = toVersion, last = Math.Max(fromVersion, 1);
        foreach (IndexEntry entry in index.Backward(next))
        {
            if (next < last) yield break;
            foreach (JournalRecord record in log.Rows.Read(entry.Position).RecordsOf(name).Reverse())
            {
                if (record.Version > next || record.Version < last) continue;
                Expect(record, next--);
                yield return record;
            }
        }
        if (next >= last) throw Missing(name, next);
    }

    private static StreamIndex? Begin(Recovered log, string name, long upToPosition, ref long toVersion)
    {
        StreamIndex? index = log.Streams.Find(name)?.Index;
        toVersion = Math.Min(toVersion, index?.VersionAt(upToPosition) ?? 0);
        return index;
    }

    private static void Expect(JournalRecord record, long version)
    {
        if (record.Version != version) throw Missing(record.Stream, version);
    }

    private static JournalCorruptException Missing(string stream, long version) => new($"stream {stream} version {version}", "the record is not where the index says");
}
