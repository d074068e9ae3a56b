namespace Marketplace.Grains.Audit;

/// <summary>
/// When the next snapshot is written (docs/decisions/0030-snapshot-rule.md). Folding orders costs a good part of what taking them in does, so that a burst of them goes before it;
/// what a start has to replay stays bounded all the same.
/// </summary>
public static class SnapshotRule
{
    /// <summary>The shortest tail, in bytes of rows, for which a snapshot is written.</summary>
    public const long LeastTailBytes = 16L * 1024 * 1024;

    /// <summary>That of a large venue is due when the tail has outgrown this share of its states: for each byte appended, so many are written again.</summary>
    public const int ShareOfStates = 4;

    /// <summary>What a burst may append beyond it, in bytes of rows: somewhat over a million orders.</summary>
    public const long BurstBytes = 48L * 1024 * 1024;

    /// <summary>A venue that appends more than this in a second, in bytes of rows, is in a burst.</summary>
    public const long QuietBytes = 1024 * 1024;

    /// <summary>Whether one is due.</summary>
    /// <param name="tailBytes">Bytes of the rows behind the newest snapshot.</param>
    /// <param name="stateBytes">Bytes of the states in it.</param>
    /// <param name="lastSecondBytes">Bytes of the rows of the last second.</param>
    public static bool IsDue(long tailBytes, long stateBytes, long lastSecondBytes)
        => tailBytes >= Math.Max(LeastTailBytes, stateBytes / ShareOfStates) + (lastSecondBytes > QuietBytes ? BurstBytes : 0);
}
