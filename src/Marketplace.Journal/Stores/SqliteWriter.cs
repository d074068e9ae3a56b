using Microsoft.Win32.SafeHandles;
using SQLitePCL;
using static SQLitePCL.raw;

namespace Marketplace.Journal;

/// <summary>The one connection that writes; what a method has written is durable when it returns, rows when <see cref="Sync"/> has. Used by one thread at a time.</summary>
internal sealed class SqliteWriter : IDisposable
{
    // A longer write-ahead log means fewer bytes written twice, but longer pauses, and it must fit into the reserve of a small disk.
    private const long CheckpointBytes = 8 * 1024 * 1024;
    private const int PageBytes = 4096;

    private readonly SqliteLink _link;
    private readonly string _logFile;
    private readonly sqlite3_stmt _append, _createLog, _raiseTerm, _term, _claim, _takeOver, _release;
    private readonly SqliteCheckpoint _checkpoint;
    private SafeFileHandle? _log;
    private long _bytesSinceCheckpoint;

    public SqliteWriter(SqliteLink link, string file)
    {
        _link = link;
        _logFile = file + "-wal";
        _checkpoint = new SqliteCheckpoint(file);
        _append = link.Prepare(SqliteSchema.Append);
        _createLog = link.Prepare(SqliteSchema.CreateLog);
        _raiseTerm = link.Prepare(SqliteSchema.RaiseTerm);
        _term = link.Prepare(SqliteSchema.Term);
        _claim = link.Prepare(SqliteSchema.Claim);
        _takeOver = link.Prepare(SqliteSchema.TakeOver);
        _release = link.Prepare(SqliteSchema.Release);
    }

    public long CreateLog()
    {
        long log = Returned(_createLog) ?? throw new StoreFailedException($"{SqliteSchema.FileName}: no log was created");
        Sync();
        return log;
    }

    public long RaiseTerm(long log)
    {
        Bind(_raiseTerm, 1, log);
        long term = Returned(_raiseTerm) ?? throw new ArgumentOutOfRangeException(nameof(log), log, "There is no such log.");
        // What a former process wrote may stand in the page cache only, even after a sync that failed: copying it into the file writes and syncs it anew.
        CheckpointAll();
        return term;
    }

    public void Append(long log, long term, long position, RowHash previousHash, RowHash hash, ReadOnlySpan<byte> payload)
    {
        Span<byte> bytes = stackalloc byte[RowHash.Size];
        Bind(_append, 1, SqliteSchema.Key(log, position));
        Bind(_append, 2, term);
        hash.CopyTo(bytes);
        _link.Check(sqlite3_bind_blob(_append, 3, bytes), "bind");
        _link.Check(sqlite3_bind_blob(_append, 4, payload), "bind");
        Bind(_append, 5, log);
        previousHash.CopyTo(bytes);
        _link.Check(position == 1 ? sqlite3_bind_null(_append, 6) : sqlite3_bind_blob(_append, 6, bytes), "bind");
        int added = _link.Run(_append);
        _link.Check(sqlite3_bind_null(_append, 4), "bind");
        if (added != 1) ThrowRefused(log, term, position, "the row before it is missing or has another hash");
        _bytesSinceCheckpoint += payload.Length + PageBytes;
    }

    /// <summary>
    /// Once the write-ahead log is long enough it is moved into the file beside the commits; when that is done, or as much has come meanwhile, the rest of it is moved here, and the log begins anew.
    /// </summary>
    public void CheckpointWhenDue()
    {
        bool isDone = _checkpoint.HasBegun && !_checkpoint.IsRunning;
        if (!isDone && _bytesSinceCheckpoint < CheckpointBytes) return;
        _bytesSinceCheckpoint = 0;
        if (!_checkpoint.HasBegun)
        {
            _checkpoint.Begin();
            return;
        }
        _checkpoint.End();
        _link.CheckpointIfRoom();
    }

    public void CheckpointAll()
    {
        _checkpoint.End();
        _link.Checkpoint(truncate: true);
        _bytesSinceCheckpoint = 0;
    }

    public void Claim(string stream, long log, long term)
    {
        _link.Check(sqlite3_bind_text(_claim, 1, stream), "bind");
        Bind(_claim, 2, log);
        Bind(_claim, 3, term);
        if (RunSynced(_claim) == 0) ThrowIfFenced(log, term);
    }

    public bool TakeOver(string stream, long log, long term, long formerLog, long formerTerm)
    {
        _link.Check(sqlite3_bind_text(_takeOver, 1, stream), "bind");
        Bind(_takeOver, 2, log);
        Bind(_takeOver, 3, term);
        Bind(_takeOver, 4, formerLog);
        Bind(_takeOver, 5, formerTerm);
        if (RunSynced(_takeOver) == 1) return true;
        ThrowIfFenced(log, term);
        return false;
    }

    public void Release(string stream, long log, long term)
    {
        _link.Check(sqlite3_bind_text(_release, 1, stream), "bind");
        Bind(_release, 2, log);
        Bind(_release, 3, term);
        if (RunSynced(_release) == 0) ThrowIfFenced(log, term);
    }

    /// <summary>
    /// Makes all commits durable. SQLite would do it with fsync, which writes the file's times as well: another write to another place of the disk, and in a file system
    /// with a journal a commit of that.
    /// </summary>
    public void Sync()
    {
        _log ??= NativeFile.Open(_logFile, create: false);
        NativeFile.SyncContent(_log, _logFile);
    }

    public void Dispose()
    {
        _link.Dispose();
        _checkpoint.Dispose();
        _log?.Dispose();
    }

    private int RunSynced(sqlite3_stmt statement)
    {
        int changed = _link.Run(statement);
        Sync();
        return changed;
    }

    private void ThrowRefused(long log, long term, long position, string otherwise)
    {
        ThrowIfFenced(log, term);
        throw new JournalCorruptException($"{SqliteSchema.FileName} log {log} position {position}", otherwise);
    }

    private void ThrowIfFenced(long log, long term)
    {
        Bind(_term, 1, log);
        long? current = Returned(_term);
        if (current != term) throw new LogFencedException(log, term, current ?? 0);
    }

    private long? Returned(sqlite3_stmt statement)
    {
        long? value = null;
        while (_link.Step(statement)) value = sqlite3_column_int64(statement, 0);
        _link.Check(sqlite3_reset(statement), "commit");
        return value;
    }

    private void Bind(sqlite3_stmt statement, int index, long value) => _link.Check(sqlite3_bind_int64(statement, index, value), "bind");
}
