namespace Marketplace.Journal;

/// <summary>The tables and statements of the SQLite store.</summary>
internal static class SqliteSchema
{
    public const string FileName = "journal.db";

    /// <summary>Marks the file as ours ("GWHJ") and tells the layout of its tables.</summary>
    public const int ApplicationId = 0x4757484A, Layout = 1;

    // One integer is the key, so that rows are packed at the end of one tree: the log in the high 23 bits, the position in the low 40.
    public const int PositionBits = 40;
    public const long MaxPosition = (1L << PositionBits) - 1;
    public const long MaxLog = (1L << 23) - 1;

    // NORMAL syncs around a checkpoint and at a restart of the write-ahead log; the sync of commits is the writer's own (SqliteWriter.Sync).
    public const string Pragmas = "PRAGMA synchronous=NORMAL; PRAGMA cell_size_check=ON; PRAGMA trusted_schema=OFF;";

    public const string Create =
        """
        BEGIN IMMEDIATE;
        CREATE TABLE log (log INTEGER PRIMARY KEY, term INTEGER NOT NULL) STRICT;
        CREATE TABLE row (id INTEGER PRIMARY KEY, term INTEGER NOT NULL, hash BLOB NOT NULL, payload BLOB NOT NULL) STRICT;
        CREATE TABLE claim (stream TEXT PRIMARY KEY, log INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        PRAGMA application_id = 1196902474;
        PRAGMA user_version = 1;
        COMMIT;
        """;

    public const string Append =
        """
        INSERT INTO row (id, term, hash, payload) SELECT ?1, ?2, ?3, ?4
        WHERE (SELECT term FROM log WHERE log = ?5) = ?2 AND (?6 IS NULL OR (SELECT hash FROM row WHERE id = ?1 - 1) = ?6)
        """;

    public const string CreateLog = "INSERT INTO log (term) VALUES (0) RETURNING log";
    public const string RaiseTerm = "UPDATE log SET term = term + 1 WHERE log = ?1 RETURNING term";
    public const string Term = "SELECT term FROM log WHERE log = ?1";
    public const string LastRow = "SELECT id, hash FROM row WHERE id BETWEEN ?1 AND ?2 ORDER BY id DESC LIMIT 1";
    public const string Rows = "SELECT id, term, hash, payload FROM row WHERE id BETWEEN ?1 AND ?2 ORDER BY id LIMIT ?3";
    public const string Hash = "SELECT hash FROM row WHERE id = ?1";
    public const string Claim = "INSERT INTO claim (stream, log) SELECT ?1, ?2 WHERE (SELECT term FROM log WHERE log = ?2) = ?3 ON CONFLICT (stream) DO NOTHING";
    public const string TakeOver =
        """
        UPDATE claim SET log = ?2 WHERE stream = ?1 AND log = ?4
        AND (SELECT term FROM log WHERE log = ?2) = ?3 AND (SELECT term FROM log WHERE log = ?4) = ?5
        """;
    public const string Release = "DELETE FROM claim WHERE stream = ?1 AND log = ?2 AND (SELECT term FROM log WHERE log = ?2) = ?3";
    public const string Owner = "SELECT log FROM claim WHERE stream = ?1";

    public static long Key(long log, long position)
    {
        Require.That(log is > 0 and <= MaxLog && position is >= 0 and <= MaxPosition);
        return log << PositionBits | position;
    }
}
