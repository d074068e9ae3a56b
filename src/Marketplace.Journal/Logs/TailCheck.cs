namespace Marketplace.Journal;

/// <summary>Tail against store.</summary>
internal static class TailCheck
{
    /// <summary>The rows of a tail that a store which ends at a position does not have.</summary>
    public static IEnumerable<TailRow> Beyond(IReadOnlyList<TailRow> tail, long position) => tail.SkipWhile(row => row.Row.Position <= position);

    /// <summary>What is wrong between a tail and a store, and where: null when the tail's rows are the store's, or go on where it ends.</summary>
    public static (long Position, string What)? Find(IReadOnlyList<TailRow> tail, StoredLog stored, Func<long, RowHash?> hashInStore)
    {
        if (tail.Count == 0) return null;
        if (tail[0].Log != stored.Log) return (tail[0].Row.Position, $"the tail is of log {tail[0].Log}");
        int common = tail.Count - Beyond(tail, stored.Position).Count();
        if (common > 0 && tail[common - 1].Row is var same && hashInStore(same.Position) != same.Hash) return (same.Position, "the row has another hash than the tail tells");
        if (common == tail.Count) return null;
        if (tail[common].Row.Position != stored.Position + 1) return (stored.Position, $"the store ends here, the tail goes on at position {tail[common].Row.Position}");
        if (tail[common].Previous != stored.Hash) return (stored.Position, "the row has another hash than the tail tells");
        foreach (TailRow row in tail.Skip(common).Where(row => row.Row.Term != stored.Term)) return (row.Row.Position, $"the row in the tail is of term {row.Row.Term}, the store at {stored.Term}");
        return null;
    }
}
