using SQLitePCL;
using static SQLitePCL.raw;

namespace Marketplace.Journal;

/// <summary>Reads rows over a connection of its own. Used by one thread at a time.</summary>
internal sealed class SqliteReader : IDisposable
{
    private readonly SqliteLink _link;
    private readonly bool _owned;
    private readonly sqlite3_stmt _term, _lastRow, _rows, _hash, _owner;

    public SqliteReader(SqliteLink link, bool owned = true)
    {
        (_link, _owned) = (link, owned);
        _term = link.Prepare(SqliteSchema.Term);
        _lastRow = link.Prepare(SqliteSchema.LastRow);
        _rows = link.Prepare(SqliteSchema.Rows);
        _hash = link.Prepare(SqliteSchema.Hash);
        _owner = link.Prepare(SqliteSchema.Owner);
    }

    public StoredLog? FindLog(long log)
    {
        if (ReadNumber(_term, log) is not { } term) return null;
        Bind(_lastRow, 1, SqliteSchema.Key(log, 1));
        Bind(_lastRow, 2, SqliteSchema.Key(log, SqliteSchema.MaxPosition));
        try
        {
            if (!_link.Step(_lastRow)) return new StoredLog(log, term, 0, RowHash.None);
            long position = sqlite3_column_int64(_lastRow, 0) & SqliteSchema.MaxPosition;
            return new StoredLog(log, term, position, HashAt(_lastRow, 1, position));
        }
        finally
        {
            SqliteLink.Reset(_lastRow);
        }
    }

    public List<StoredRow> ReadRows(long log, long from, int maxRows, long maxBytes)
    {
        var rows = new List<StoredRow>();
        Bind(_rows, 1, SqliteSchema.Key(log, from));
        Bind(_rows, 2, SqliteSchema.Key(log, SqliteSchema.MaxPosition));
        Bind(_rows, 3, maxRows);
        try
        {
            for (long bytes = 0; bytes < maxBytes && _link.Step(_rows);)
            {
                long position = sqlite3_column_int64(_rows, 0) & SqliteSchema.MaxPosition;
                byte[] payload = sqlite3_column_blob(_rows, 3).ToArray();
                rows.Add(new StoredRow(position, sqlite3_column_int64(_rows, 1), HashAt(_rows, 2, position), payload));
                bytes += payload.Length;
            }
        }
        finally
        {
            SqliteLink.Reset(_rows);
        }
        return rows;
    }

    public RowHash? ReadHash(long log, long position)
    {
        Bind(_hash, 1, SqliteSchema.Key(log, position));
        try
        {
            return _link.Step(_hash) ? HashAt(_hash, 0, position) : null;
        }
        finally
        {
            SqliteLink.Reset(_hash);
        }
    }

    public long? OwnerOf(string stream)
    {
        _link.Check(sqlite3_bind_text(_owner, 1, stream), "bind");
        return ReadOnly(_owner);
    }

    public void Dispose()
    {
        if (_owned) _link.Dispose();
    }

    private static RowHash HashAt(sqlite3_stmt statement, int column, long position)
    {
        ReadOnlySpan<byte> bytes = sqlite3_column_blob(statement, column);
        if (bytes.Length == RowHash.Size) return RowHash.FromBytes(bytes);
        throw new JournalCorruptException($"{SqliteSchema.FileName} position {position}", $"its hash has {bytes.Length} bytes");
    }

    private long? ReadNumber(sqlite3_stmt statement, long key)
    {
        Bind(statement, 1, key);
        return ReadOnly(statement);
    }

    private long? ReadOnly(sqlite3_stmt statement)
    {
        try
        {
            return _link.Step(statement) ? sqlite3_column_int64(statement, 0) : null;
        }
        finally
        {
            SqliteLink.Reset(statement);
        }
    }

    private void Bind(sqlite3_stmt statement, int index, long value) => _link.Check(sqlite3_bind_int64(statement, index, value), "bind");
}
