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
        if (tail.LastOrDefault(row => row.Row.Position <= stored.Position) is { Log: > 0 } common && hashInStore(common.Row.Position) != common.Row.Hash)
            return (common.Row.Position, "the row has another hash than the tail tells");
        if (Beyond(tail, stored.Position).Select(row => (TailRow?)row).FirstOrDefault() is not { } next) return null;
        if (next.Row.Position != stored.Position + 1) return (stored.Position, $"the store ends here, the tail goes on at position {next.Row.Position}");
        if (next.Previous != stored.Hash) return (stored.Position, "the row has another hash than the tail tells");
        if (Beyond(tail, stored.Position).FirstOrDefault(row => row.Row.Term != stored.Term) is { Log: > 0 } odd) return (odd.Row.Position, $"the row in the tail is of term {odd.Row.Term}, the store at {stored.Term}");
        return null;
    }
}
