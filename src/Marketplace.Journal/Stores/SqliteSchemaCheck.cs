using SQLitePCL;

namespace Marketplace.Journal;

/// <summary>Tells a file of ours, in a layout this program knows, from any other SQLite file.</summary>
internal static class SqliteSchemaCheck
{
    public static void Run(SqliteLink link)
    {
        Expect(link, "PRAGMA application_id", SqliteSchema.ApplicationId, "is not a journal");
        Expect(link, "PRAGMA user_version", SqliteSchema.Layout, "has a layout this program does not know");
        Expect(link, "PRAGMA synchronous", 2, "is not synced at each commit");
        using sqlite3_stmt mode = link.PrepareOnce("PRAGMA journal_mode");
        if (!link.Step(mode) || raw.sqlite3_column_text(mode, 0).utf8_to_string() != "wal")
            throw new JournalCorruptException(SqliteSchema.FileName, "the file has lost its write-ahead log");
    }

    private static void Expect(SqliteLink link, string pragma, long expected, string otherwise)
    {
        using sqlite3_stmt statement = link.PrepareOnce(pragma);
        if (!link.Step(statement) || raw.sqlite3_column_int64(statement, 0) != expected)
            throw new JournalCorruptException(SqliteSchema.FileName, $"the file {otherwise}");
    }
}
