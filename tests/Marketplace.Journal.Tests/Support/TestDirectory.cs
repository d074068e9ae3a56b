namespace Marketplace.Journal.Tests;

/// <summary>A fresh data directory, removed at the end of its test.</summary>
public sealed class TestDirectory : IDisposable
{
    /// <summary>Little to copy, and enough for the rows of most tests.</summary>
    public const int TailBytes = 64 * 4096;

    public string Path { get; } = Directory.CreateTempSubdirectory("journal-").FullName;

    public LogOptions Options => new() { Directory = Path, TailBytes = TailBytes, LockPatience = TimeSpan.Zero, ScrubBytesPerSecond = 0, MeasureSpace = _ => new DiskSpace(1L << 40, 1L << 40) };

    public Log Open() => Log.Open(Options);

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>The files as they are now, as a crash would leave them, in a directory of their own.</summary>
    public TestDirectory Copy()
    {
        var copy = new TestDirectory();
        foreach (string file in Directory.GetFiles(Path, "*", SearchOption.AllDirectories))
        {
            // The lock, and the shared memory in which SQLite keeps the index of its write-ahead log, do not outlive the process.
            if (file.EndsWith("-shm", StringComparison.Ordinal) || System.IO.Path.GetFileName(file) == DataLock.FileName) continue;
            string target = copy.File(System.IO.Path.GetRelativePath(Path, file));
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
            System.IO.File.Copy(file, target);
        }
        return copy;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
