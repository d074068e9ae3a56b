namespace Marketplace.Journal;

/// <summary>Checks a whole data directory that no process uses: every row, the head, the tail, every snapshot, and SQLite's own structure. Changes nothing.</summary>
public static class Verify
{
    /// <summary>
    /// Reads everything and returns what it found. Each record of a row whose hash is right is given to <paramref name="onRecord"/>, in the order of
    /// the log, so that a caller who knows the states can fold and hash them.
    /// </summary>
    /// <exception cref="DataLockedException">A process has the directory.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such directory.</exception>
    public static VerifyReport Run(string directory, Action<JournalRecord>? onRecord = null)
    {
        if (!Directory.Exists(directory)) throw new DirectoryNotFoundException($"There is no directory {directory}.");
        using IDisposable? held = DataLock.HoldForReading(directory);
        return new VerifyRun(directory, onRecord).Run();
    }
}
