using Microsoft.Win32.SafeHandles;
using SQLitePCL;

namespace Marketplace.Journal;

/// <summary>Tells a file of ours, in a layout this program knows, from any other SQLite file.</summary>
internal static class SqliteSchemaCheck
{
    public static void Run(SqliteLink link)
    {
        Expect(link, "PRAGMA application_id", SqliteSchema.ApplicationId, "is not a journal");
        Expect(link, "PRAGMA user_version", SqliteSchema.Layout, "has a layout this program does not know");
    }

    /// <summary>The connection syncs what its checkpoints move before they overwrite it.</summary>
    public static void RequireSyncedCheckpoints(SqliteLink link) => Expect(link, "PRAGMA synchronous", 1, "is not synced around its checkpoints");

    /// <summary>True when the file has no tables at all.</summary>
    public static bool IsBlank(SqliteLink link)
    {
        using sqlite3_stmt tables = link.PrepareOnce("SELECT count(*) FROM sqlite_master");
        return link.Step(tables) && raw.sqlite3_column_int64(tables, 0) == 0;
    }

    public static void RequireWriteAheadLog(SqliteLink link)
    {
        using sqlite3_stmt mode = link.PrepareOnce("PRAGMA journal_mode");
        if (!link.Step(mode) || raw.sqlite3_column_text(mode, 0).utf8_to_string() != "wal") throw LostWriteAheadLog();
    }

    /// <summary>The same, told by the file's header alone.</summary>
    public static void RequireWriteAheadLog(string file)
    {
        const int formatAt = 18;
        const byte writeAheadLog = 2;
        Span<byte> formats = stackalloc byte[2];
        using SafeFileHandle handle = File.OpenHandle(file, share: FileShare.ReadWrite | FileShare.Delete);
        if (RandomAccess.Read(handle, formats, formatAt) != 2 || formats[0] != writeAheadLog || formats[1] != writeAheadLog) throw LostWriteAheadLog();
    }

    /// <summary>What SQLite's own check finds wrong, at most 100 lines; empty when nothing is.</summary>
    public static IEnumerable<string> Integrity(SqliteLink link)
    {
        using sqlite3_stmt statement = link.PrepareOnce("PRAGMA integrity_check(100)");
        while (link.Step(statement))
        {
            string line = raw.sqlite3_column_text(statement, 0).utf8_to_string();
            if (line != "ok") yield return line;
        }
    }

    private static JournalCorruptException LostWriteAheadLog() => new(SqliteSchema.FileName, "the file has lost its write-ahead log");

    private static void Expect(SqliteLink link, string pragma, long expected, string otherwise)
    {
        using sqlite3_stmt statement = link.PrepareOnce(pragma);
        if (!link.Step(statement) || raw.sqlite3_column_int64(statement, 0) != expected)
            throw new JournalCorruptException(SqliteSchema.FileName, $"the file {otherwise}");
    }
}
