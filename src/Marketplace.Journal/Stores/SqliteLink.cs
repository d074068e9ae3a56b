using SQLitePCL;
using static SQLitePCL.raw;

namespace Marketplace.Journal;

/// <summary>One connection to the SQLite file with its prepared statements. Used by one thread at a time.</summary>
internal sealed class SqliteLink : IDisposable
{
    private const int NoCheckpointOnClose = 1006;
    private const int BusyTimeoutMillis = 5_000;

    private readonly string _file;
    private readonly sqlite3 _db;
    private readonly List<sqlite3_stmt> _statements = [];

    static SqliteLink() => Batteries_V2.Init();

    private SqliteLink(string file, sqlite3 db)
    {
        _file = Path.GetFileName(file);
        _db = db;
    }

    /// <summary>Opens the file for reading and writing; a close never moves the write-ahead log into the file, so that evidence stays as found.</summary>
    public static SqliteLink Open(string file, bool create) => Open(file, file, SQLITE_OPEN_READWRITE | (create ? SQLITE_OPEN_CREATE : 0));

    /// <summary>
    /// Opens the file to look at it as it was left, without making or changing any file. With a write-ahead log its index is kept in memory, which
    /// takes the whole file for this connection; without one SQLite is told that nobody changes the file.
    /// </summary>
    public static SqliteLink OpenAsFound(string file)
    {
        var log = new FileInfo(file + "-wal");
        if (!log.Exists || log.Length == 0)
        {
            string name = Uri.EscapeDataString(Path.GetFullPath(file)).Replace("%2F", "/", StringComparison.Ordinal);
            return Open(file, $"file:{name}?immutable=1", SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
        }
        SqliteLink link = Open(file, create: false);
        try
        {
            link.Execute("PRAGMA locking_mode=EXCLUSIVE; PRAGMA query_only=ON;");
            return link;
        }
        catch (JournalException)
        {
            link.Dispose();
            throw;
        }
    }

    public sqlite3_stmt Prepare(string sql)
    {
        const uint persistent = 1;
        Check(sqlite3_prepare_v3(_db, sql, persistent, out sqlite3_stmt statement), "prepare");
        _statements.Add(statement);
        return statement;
    }

    /// <summary>A statement that the caller disposes of.</summary>
    public sqlite3_stmt PrepareOnce(string sql)
    {
        Check(sqlite3_prepare_v2(_db, sql, out sqlite3_stmt statement), "prepare");
        return statement;
    }

    public void Execute(string sql)
    {
        int result = sqlite3_exec(_db, sql);
        if (result != SQLITE_OK) Throw(result, sql);
    }

    /// <summary>True when the statement has a row to read, false when it is done; on failure the statement is reset and the call throws.</summary>
    public bool Step(sqlite3_stmt statement)
    {
        int result = sqlite3_step(statement);
        if (result == SQLITE_ROW) return true;
        if (result == SQLITE_DONE) return false;
        int extended = sqlite3_extended_errcode(_db);
        string message = sqlite3_errmsg(_db).utf8_to_string();
        _ = sqlite3_reset(statement);
        throw Failure(extended, "step", message);
    }

    /// <summary>Ends a use of the statement. A failure of the step before has been reported by it.</summary>
    public static void Reset(sqlite3_stmt statement) => _ = sqlite3_reset(statement);

    /// <summary>Runs a statement that gives no rows and returns how many it changed.</summary>
    public int Run(sqlite3_stmt statement)
    {
        while (Step(statement)) { }
        int changed = sqlite3_changes(_db);
        Check(sqlite3_reset(statement), "commit");
        return changed;
    }

    /// <summary>Moves the write-ahead log into the file; with <paramref name="truncate"/> all of it, synced, or it fails.</summary>
    public void Checkpoint(bool truncate)
    {
        int result = sqlite3_wal_checkpoint_v2(_db, "main", truncate ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE, out _, out _);
        if (result != SQLITE_OK && (truncate || (result & 0xFF) != SQLITE_BUSY)) Throw(result, "checkpoint");
    }

    /// <summary>Moves what can be moved; where the disk is full nothing is: everything is durable where it is, and moves when there is room again.</summary>
    public void CheckpointIfRoom()
    {
        try
        {
            Checkpoint(truncate: false);
        }
        catch (NoRoomException)
        {
        }
    }

    public void Check(int result, string doing)
    {
        if (result != SQLITE_OK) Throw(result, doing);
    }

    public void Dispose()
    {
        foreach (sqlite3_stmt statement in _statements) statement.Dispose();
        _db.Dispose();
    }

    private static SqliteLink Open(string file, string name, int flags)
    {
        int result = sqlite3_open_v2(name, out sqlite3 db, flags | SQLITE_OPEN_NOMUTEX, null);
        var link = new SqliteLink(file, db);
        try
        {
            link.Check(result, "open");
            _ = sqlite3_extended_result_codes(db, 1);
            link.Check(sqlite3_db_config(db, NoCheckpointOnClose, 1, out _), "configure");
            link.Check(sqlite3_busy_timeout(db, BusyTimeoutMillis), "configure");
            link.Check(sqlite3_wal_autocheckpoint(db, 0), "configure");
            return link;
        }
        catch (JournalException)
        {
            link.Dispose();
            throw;
        }
    }

    private void Throw(int result, string doing) => throw Failure(result, doing, sqlite3_errmsg(_db).utf8_to_string());

    private JournalException Failure(int result, string doing, string message) => (result & 0xFF) switch
    {
        SQLITE_CORRUPT or SQLITE_NOTADB or SQLITE_FORMAT or SQLITE_SCHEMA or SQLITE_ERROR or SQLITE_MISMATCH
            => new JournalCorruptException(_file, $"SQLite {result} at {doing}: {message}"),
        SQLITE_FULL => new NoRoomException($"{_file}: SQLite {result} at {doing}: {message}"),
        _ => new StoreFailedException($"{_file}: SQLite {result} at {doing}: {message}"),
    };
}
