namespace Marketplace.Journal;

/// <summary>Rows as they come from the store, each checked against the hash chain before anybody sees it. Any thread may use it.</summary>
internal sealed class VerifiedRows(IJournalStore store, long log, StreamNames names, long cacheBytes)
{
    private const int PageRows = 256;
    private const long PageBytes = 4 * 1024 * 1024;

    private readonly RowCache _cache = new(cacheBytes);

    /// <summary>One row that must be there.</summary>
    public LogRow Read(long position)
    {
        if (_cache.Find(position) is { } known) return known;
        RowHash previous = HashBefore(position);
        IReadOnlyList<StoredRow> rows = store.ReadRows(log, position, 1, 1);
        if (rows.Count == 0) throw Corrupt(position, "the row is missing");
        LogRow row = Check(rows[0], position, previous);
        _cache.Add(row);
        return row;
    }

    /// <summary>Rows that must all be there, in order.</summary>
    public IEnumerable<LogRow> Read(long from, long to, long pageBytes = PageBytes)
    {
        if (from > to) yield break;
        RowHash previous = HashBefore(from);
        for (long next = from; next <= to;)
        {
            IReadOnlyList<StoredRow> page = store.ReadRows(log, next, (int)Math.Min(PageRows, to - next + 1), pageBytes);
            if (page.Count == 0) throw Corrupt(next, "the row is missing");
            foreach (StoredRow stored in page)
            {
                LogRow row = Check(stored, next++, previous);
                previous = row.Hash;
                yield return row;
            }
        }
    }

    private RowHash HashBefore(long position)
    {
        if (position == 1) return RowHash.None;
        return store.ReadHash(log, position - 1) ?? throw Corrupt(position - 1, "the row is missing");
    }

    private LogRow Check(StoredRow stored, long position, RowHash previous)
    {
        if (stored.Position != position) throw Corrupt(position, "the row is missing");
        if (RowHash.OfRow(previous, log, stored.Term, position, stored.Payload) != stored.Hash) throw Corrupt(position, "the row does not have its hash");
        return LogRow.TryParse(stored, names, out LogRow? row, out string finding) ? row : throw Corrupt(position, finding);
    }

    private JournalCorruptException Corrupt(long position, string finding) => new($"log {log} position {position}", finding);
}
