namespace Marketplace.Journal;

/// <summary>
/// Rows in one SQLite file of the data directory, with a write-ahead log that is synced when it is asked for. Any thread may use it;
/// writes take turns, reads go over connections of their own and never wait for a write.
/// </summary>
public sealed class SqliteJournalStore(string directory) : IJournalStore
{
    private const int MaxIdleReaders = 4;

    private readonly string _file = Path.Combine(directory, SqliteSchema.FileName);
    private readonly Lock _writing = new();
    private readonly Stack<SqliteReader> _idle = new();
    private SqliteWriter? _writer;
    private bool _disposed;

    // True between a write that succeeded and the next one, once the term is raised: only then may a close write, else everything stays as found.
    private bool _settled, _isRaised;

    public void Open(bool mayCreate)
    {
        Require.That(_writer is null && !_disposed);
        bool missing = !File.Exists(_file) || new FileInfo(_file).Length == 0;
        if (missing && !mayCreate) throw new JournalCorruptException(SqliteSchema.FileName, "the file is missing or empty");
        SqliteLink link = SqliteLink.Open(_file, create: missing);
        try
        {
            // A start that was cut short may have left a file without tables; only when nothing was ever acknowledged is that taken for a new one.
            if (missing || (mayCreate && SqliteSchemaCheck.IsBlank(link))) Create(link);
            link.Execute(SqliteSchema.Pragmas);
            SqliteSchemaCheck.Run(link);
            SqliteSchemaCheck.RequireWriteAheadLog(link);
            SqliteSchemaCheck.RequireSyncedCheckpoints(link);
            _writer = new SqliteWriter(link, _file);
        }
        catch (JournalException)
        {
            link.Dispose();
            throw;
        }
    }

    public long CreateLog() => Write(static (writer, _) => writer.CreateLog(), 0);

    public StoredLog? FindLog(long log) => Read(static (reader, log) => reader.FindLog(log), log);

    public long RaiseTerm(long log)
    {
        long term = Write(static (writer, log) => writer.RaiseTerm(log), log);
        _isRaised = true;
        return term;
    }

    public void Append(long log, long term, long position, RowHash previousHash, RowHash hash, ReadOnlySpan<byte> payload)
    {
        lock (_writing)
        {
            SqliteWriter writer = BeginWrite();
            writer.Append(log, term, position, previousHash, hash, payload);
            _settled = true;
        }
    }

    public void Sync() => Write(static (writer, _) => writer.Sync(), 0);

    public IReadOnlyList<StoredRow> ReadRows(long log, long from, int maxRows, long maxBytes)
        => Read(static (reader, at) => reader.ReadRows(at.log, at.from, at.maxRows, at.maxBytes), (log, from, maxRows, maxBytes));

    public RowHash? ReadHash(long log, long position) => Read(static (reader, at) => reader.ReadHash(at.log, at.position), (log, position));

    public void AfterFlush() => Write(static (writer, _) => writer.CheckpointWhenDue(), 0);

    public long Claim(string stream, long log, long term)
    {
        Write(static (writer, at) => writer.Claim(at.stream, at.log, at.term), (stream, log, term));
        return OwnerOf(stream) ?? throw new StoreFailedException($"{SqliteSchema.FileName}: the claim of {stream} was lost");
    }

    public bool TakeOver(string stream, long log, long term, long formerLog, long formerTerm)
        => Write(static (writer, at) => writer.TakeOver(at.stream, at.log, at.term, at.formerLog, at.formerTerm), (stream, log, term, formerLog, formerTerm));

    public void Release(string stream, long log, long term)
        => Write(static (writer, at) => writer.Release(at.stream, at.log, at.term), (stream, log, term));

    public long? OwnerOf(string stream) => Read(static (reader, stream) => reader.OwnerOf(stream), stream);

    /// <summary>Closes the file. Only after writing to it is its write-ahead log moved into it; what was only looked at stays as found.</summary>
    public void Dispose()
    {
        lock (_writing)
        {
            if (_disposed) return;
            _disposed = true;
            lock (_idle)
            {
                while (_idle.TryPop(out SqliteReader? reader)) reader.Dispose();
            }
            if (_writer is null) return;
            try
            {
                if (_settled && _isRaised) _writer.CheckpointAll();
            }
            catch (JournalException)
            {
                // All of it is durable in the write-ahead log already; the next start moves it.
            }
            _writer.Dispose();
        }
    }

    private SqliteWriter BeginWrite()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Require.That(_writer is not null);
        _settled = false;
        return _writer;
    }

    private void Create(SqliteLink link)
    {
        link.Execute("PRAGMA journal_mode=WAL");
        link.Execute(SqliteSchema.Create);
        NativeFile.SyncDirectory(directory);
    }

    private T Write<TAt, T>(Func<SqliteWriter, TAt, T> write, TAt at)
    {
        lock (_writing)
        {
            T result = write(BeginWrite(), at);
            _settled = true;
            return result;
        }
    }

    private void Write<TAt>(Action<SqliteWriter, TAt> write, TAt at)
    {
        lock (_writing)
        {
            write(BeginWrite(), at);
            _settled = true;
        }
    }

    private T Read<TAt, T>(Func<SqliteReader, TAt, T> read, TAt at)
    {
        SqliteReader reader = Borrow();
        bool whole = false;
        try
        {
            T result = read(reader, at);
            whole = true;
            return result;
        }
        finally
        {
            if (!whole || !GiveBack(reader)) reader.Dispose();
        }
    }

    private SqliteReader Borrow()
    {
        lock (_idle)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_idle.TryPop(out SqliteReader? reader)) return reader;
        }
        SqliteLink link = SqliteLink.Open(_file, create: false);
        link.Execute("PRAGMA query_only=ON; PRAGMA cell_size_check=ON; PRAGMA trusted_schema=OFF;");
        return new SqliteReader(link);
    }

    private bool GiveBack(SqliteReader reader)
    {
        lock (_idle)
        {
            if (_disposed || _idle.Count >= MaxIdleReaders) return false;
            _idle.Push(reader);
            return true;
        }
    }
}
