namespace Marketplace.Journal;

/// <summary>How a log is opened. Only the directory has no default.</summary>
public sealed record LogOptions
{
    /// <summary>The data directory; it is made, for its owner only, when missing.</summary>
    public required string Directory { get; init; }

    /// <summary>How long to wait for a process that is just leaving the directory.</summary>
    public TimeSpan LockPatience { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// A row that would grow beyond this many bytes is closed and the next one begun; only a single longer record makes a longer row. Whoever
    /// reads one record reads and checks its whole row.
    /// </summary>
    public int MaxRowBytes { get; init; } = 512 * 1024;

    /// <summary>Bytes queued and not yet committed at which an append asserts: the doors must have refused long before.</summary>
    public long MaxQueuedBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>Bytes of the tail, where it has to be made, in whole pages of 4 KiB: so much of the newest rows is durable there before the store must be synced.</summary>
    public int TailBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>How long a flush of an idle log waits for messages under way inside the process.</summary>
    public TimeSpan MessageWait { get; init; } = TimeSpan.FromMicroseconds(200);

    /// <summary>Bytes of rows kept after reading and checking them.</summary>
    public long RowCacheBytes { get; init; } = 32L * 1024 * 1024;

    /// <summary>Bytes a second that the background scrub reads; 0 switches it off.</summary>
    public long ScrubBytesPerSecond { get; init; } = 4L * 1024 * 1024;

    /// <summary>How long the scrub rests after it has read the whole log.</summary>
    public TimeSpan ScrubRest { get; init; } = TimeSpan.FromHours(6);

    /// <summary>Measures the room of the file system that holds a directory.</summary>
    public Func<string, DiskSpace> MeasureSpace { get; init; } = DiskSpace.Of;
}
