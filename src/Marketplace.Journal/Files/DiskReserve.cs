namespace Marketplace.Journal;

/// <summary>Room on a file system, in bytes.</summary>
public readonly record struct DiskSpace(long FreeBytes, long TotalBytes)
{
    /// <summary>The file system that holds the directory, as its user sees it.</summary>
    public static DiskSpace Of(string directory)
    {
        var drive = new DriveInfo(directory);
        return new DiskSpace(drive.AvailableFreeSpace, drive.TotalSize);
    }
}

/// <summary>
/// Keeps watch over the reserve of disk space: 5 % of the file system or 16 MiB, the larger. What is in the reserve is for finishing what was begun.
/// Any thread may ask; the disk is looked at once a second, and again whenever a mebibyte has been written since.
/// </summary>
internal sealed class DiskReserve : IDisposable
{
    private const long SmallestReserve = 16L * 1024 * 1024;
    private const long SmallestToStart = 4L * 1024 * 1024;
    private const long WrittenBetweenLooks = 1024 * 1024;
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    private readonly string _directory;
    private readonly Func<string, DiskSpace> _measure;
    private readonly Timer _timer;
    private long _written;
    private volatile bool _hasRoom;

    public DiskReserve(string directory, Func<string, DiskSpace> measure)
    {
        (_directory, _measure) = (directory, measure);
        Look();
        _timer = new Timer(static state => ((DiskReserve)state!).Look(), this, s_interval, s_interval);
    }

    public bool HasRoom => _hasRoom;

    /// <summary>Throws when not even the journal can be opened and stopped again in the room there is, so many bytes of files made first.</summary>
    public static void RequireRoomToStart(string directory, long toMake, Func<string, DiskSpace> measure)
    {
        DiskSpace space = measure(directory);
        if (space.FreeBytes < SmallestToStart + toMake)
            throw new NoRoomException($"{directory}: {space.FreeBytes} bytes are free, {SmallestToStart + toMake} are needed to start.");
    }

    public static bool Suffices(DiskSpace space) => space.FreeBytes >= Math.Max(space.TotalBytes / 20, SmallestReserve);

    /// <summary>Counts what the commit thread has written and looks at the disk again when it was much.</summary>
    public void Wrote(long bytes)
    {
        _written += bytes;
        if (_written < WrittenBetweenLooks) return;
        _written = 0;
        Look();
    }

    public void Look()
    {
        try
        {
            _hasRoom = Suffices(_measure(_directory));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A disk that cannot be measured is treated as full: the doors close, what was begun goes on.
            _hasRoom = false;
        }
    }

    public void Dispose() => _timer.Dispose();
}
