namespace Marketplace.Journal;

/// <summary>Something wrong in a data directory.</summary>
/// <param name="File">The file, relative to the directory.</param>
/// <param name="Position">The row, where one can be told.</param>
/// <param name="What">What is wrong.</param>
/// <param name="Tolerable">True when a server starts in spite of it without losing or serving anything wrong: another copy says the same.</param>
public readonly record struct VerifyFinding(string File, long? Position, string What, bool Tolerable)
{
    public override string ToString() => Position is { } position ? $"{File} position {position}: {What}" : $"{File}: {What}";
}

/// <summary>What an offline check of a whole data directory found.</summary>
/// <param name="Rows">Rows read whose hash is right.</param>
/// <param name="Records">Records in them.</param>
/// <param name="Streams">Streams they belong to.</param>
/// <param name="Position">The last row's position; 0 when there is none.</param>
/// <param name="Hash">The last row's hash: it stands for the whole log.</param>
/// <param name="RowsInTailOnly">How many of the rows stand in the tail and not in the store, as after a power cut: the next start puts them there.</param>
/// <param name="Findings">What is wrong, at most 1,000 findings; empty when the store is whole.</param>
public sealed record VerifyReport(long Rows, long Records, long Streams, long Position, RowHash Hash, long RowsInTailOnly, IReadOnlyList<VerifyFinding> Findings)
{
    /// <summary>True when nothing at all is wrong.</summary>
    public bool IsWhole => Findings.Count == 0;
}
