namespace Marketplace.Journal;

/// <summary>A tail as it is read.</summary>
/// <param name="Rows">Its rows, each the next one of the row before.</param>
/// <param name="Furthest">The last position that a header behind them tells of; 0 when there is none. Of an earlier round it is no later than the rows.</param>
internal sealed record Tail(IReadOnlyList<TailRow> Rows, long Furthest)
{
    public static readonly Tail None = new([], 0);

    /// <summary>The rows that a store which ends at a position does not have.</summary>
    public IEnumerable<TailRow> Beyond(long position) => Rows.SkipWhile(row => row.Row.Position <= position);

    /// <summary>What is wrong between the tail and a store, and where: null when the tail's rows are the store's, or go on where it ends.</summary>
    public (long Position, string What)? WhyNot(StoredLog stored, Func<long, RowHash?> hashInStore)
    {
        int common = Rows.Count - Beyond(stored.Position).Count();
        if (Rows.Count > 0 && Rows[0].Log != stored.Log) return (Rows[0].Row.Position, $"the tail is of log {Rows[0].Log}");
        if (common > 0 && Rows[common - 1].Row is var same && hashInStore(same.Position) != same.Hash) return (same.Position, "the row has another hash than the tail tells");
        if (common < Rows.Count)
        {
            if (Rows[common].Row.Position != stored.Position + 1) return (stored.Position, $"the store ends here, the tail goes on at position {Rows[common].Row.Position}");
            if (Rows[common].Previous != stored.Hash) return (stored.Position, "the row has another hash than the tail tells");
            foreach (TailRow row in Rows.Skip(common).Where(row => row.Row.Term != stored.Term)) return (row.Row.Position, $"the row in the tail is of term {row.Row.Term}, the store at {stored.Term}");
        }

        // The row that was on its way when the process ended may be torn. One behind it was begun when it was whole.
        long end = Math.Max(stored.Position, Rows.Count == 0 ? 0 : Rows[^1].Row.Position);
        return Furthest > end + 1 ? (end + 1, $"the row is damaged in the tail and not in the store, a header behind it tells of position {Furthest}") : null;
    }
}

/// <summary>A row as the tail holds it.</summary>
/// <param name="Log">The log it is of.</param>
/// <param name="Previous">The hash of the row before.</param>
/// <param name="Row">The row.</param>
internal readonly record struct TailRow(long Log, RowHash Previous, StoredRow Row)
{
    public bool HasItsHash => RowHash.OfRow(Previous, Log, Row.Term, Row.Position, Row.Payload) == Row.Hash;

    public bool Follows(in TailRow before) => Log == before.Log && Row.Position == before.Row.Position + 1 && Previous == before.Row.Hash;
}
