using Microsoft.Win32.SafeHandles;

namespace Marketplace.Journal;

/// <summary>
/// Moves the write-ahead log into the file on a thread and a connection of its own, while commits go on behind what it moves: that takes 10 ms and more, in which nobody would be
/// answered. What comes meanwhile is left in the log. Begun and ended by one thread.
/// </summary>
internal sealed class SqliteCheckpoint(string file) : IDisposable
{
    private SqliteLink? _link;
    private SafeFileHandle? _file;
    private Task? _running;

    /// <summary>Whether one has begun that has not been ended.</summary>
    public bool HasBegun => _running is not null;

    /// <summary>Whether one is at work.</summary>
    public bool IsRunning => _running is { IsCompleted: false };

    /// <summary>Begins one; the one before must have been ended.</summary>
    public void Begin()
    {
        Require.That(_running is null);
        _running = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Waits for the one that has begun, if there is one, and throws what it met.</summary>
    public void End()
    {
        Task? running = _running;
        _running = null;
        running?.GetAwaiter().GetResult();
    }

    /// <summary>
    /// Waits for the one that has begun, and closes its connection. To be called when all others of this process are closed: with any descriptor of a file that is closed, a process
    /// loses the locks it has on the file (fcntl(2)).
    /// </summary>
    public void Dispose()
    {
        try
        {
            End();
        }
        catch (JournalException)
        {
            // All of it is in the write-ahead log still; the next start moves it.
        }
        _link?.Dispose();
        _file?.Dispose();
    }

    private void Run()
    {
        if (_link is null)
        {
            _link = SqliteLink.Open(file, create: false);
            _link.Execute(SqliteSchema.Pragmas);
            SqliteSchemaCheck.RequireSyncedCheckpoints(_link);
        }
        _link.CheckpointIfRoom();

        // SQLite syncs the file when its log is wholly moved, which is in the next checkpoint: so that there is little left to sync then.
        _file ??= NativeFile.Open(file, create: false);
        NativeFile.SyncContent(_file, file);
    }
}
