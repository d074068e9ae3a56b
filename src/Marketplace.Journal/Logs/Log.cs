namespace Marketplace.Journal;

/// <summary>
/// The log of this process: what all its streams queue becomes rows, one flush a row, in the order queued, so that what is durable is always a
/// prefix. A position is the ordinal of a row, a version the ordinal of a record in its stream, both from 1. Any thread may use it.
/// </summary>
public sealed class Log : IAsyncDisposable
{
    /// <summary>The longest payload of a record, in bytes.</summary>
    public const int MaxRecordBytes = 1024 * 1024;

    private readonly IJournalStore _store;
    private readonly DataLock _lock;
    private readonly Recovered _found;
    private readonly Durability _durability;
    private readonly RowQueue _queue;
    private readonly DiskReserve _reserve;
    private readonly CommitThread _commit;
    private readonly Scrub _scrub;
    private readonly ClaimRegistry _claims = new();
    private int _disposed;

    private Log(LogOptions options, IJournalStore store, DataLock dataLock, Recovered found)
    {
        (_store, _lock, _found) = (store, dataLock, found);
        _durability = new Durability(found.Last.Position);
        _queue = new RowQueue(found.Last.Position, _durability, found.Wakes, options);
        _reserve = new DiskReserve(options.Directory, options.MeasureSpace);
        _commit = new CommitThread(found.Last, _queue, store, found.HeadFile, found.TailFile, _durability, _reserve, options.MessageWait);
        _scrub = new Scrub(this, options.ScrubBytesPerSecond, options.ScrubRest);
        found.Snapshots.Attach(this, found.Streams);
    }

    /// <summary>
    /// Takes the directory's lock, checks head, tail, snapshot and every row after it, and raises the log's term. The log then owns the store and
    /// disposes of it.
    /// </summary>
    /// <exception cref="DataLockedException">Another process has the directory (73).</exception>
    /// <exception cref="JournalCorruptException">Data is missing or wrong (74). Nothing was changed, but that rows which only the tail had may be in SQLite's log now.</exception>
    /// <exception cref="NoRoomException">The disk is full (75).</exception>
    /// <exception cref="StoreFailedException">A file could not be read or written (70).</exception>
    public static Log Open(LogOptions options, IJournalStore store)
    {
        if (!OperatingSystem.IsLinux()) throw new PlatformNotSupportedException("The journal relies on Linux' file calls.");
        DataLock? dataLock = null;
        try
        {
            if (!Directory.Exists(options.Directory))
            {
                DirectoryInfo made = Directory.CreateDirectory(options.Directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                NativeFile.SyncDirectory(made.Parent!.FullName);
            }
            dataLock = DataLock.Acquire(options.Directory, options.LockPatience);
            DiskReserve.RequireRoomToStart(options.Directory, TailFile.Exists(options.Directory) ? 0 : options.TailBytes, options.MeasureSpace);
            var log = new Log(options, store, dataLock, new Recovery(options, store).Run());
            log._commit.Start();
            log._scrub.Start();
            return log;
        }
        catch (Exception e)
        {
            store.Dispose();
            dataLock?.Dispose();
            if (e is IOException or UnauthorizedAccessException) throw new StoreFailedException($"{options.Directory}: {e.Message}", e);
            throw;
        }
    }

    /// <summary>Opens the embedded default: SQLite in the data directory.</summary>
    /// <inheritdoc cref="Open(LogOptions, IJournalStore)"/>
    public static Log Open(LogOptions options) => Open(options, new SqliteJournalStore(options.Directory));

    /// <summary>The log's number.</summary>
    public long Number => _found.Last.Log;

    /// <summary>The term in which it writes, raised at each start.</summary>
    public long Term => _found.Last.Term;

    /// <summary>The position of the last record queued: waiting for it to be durable waits for everything queued so far.</summary>
    public long Position => _queue.LastPosition;

    /// <summary>Every row up to here is durable.</summary>
    public long DurablePosition => _durability.Position;

    /// <summary>Completes, with its cause, when the log has failed: a write or sync failed, it was fenced, or a wrong byte was found. The process must stop.</summary>
    public Task<JournalException> Failure => _durability.Failure;

    /// <summary>Bytes queued and not yet committed: the doors refuse new work when this is high.</summary>
    public long QueuedBytes => _queue.QueuedBytes;

    /// <summary>False while the free space of the disk is below its reserve: the doors then take only what finishes what was begun.</summary>
    public bool HasRoom => _reserve.HasRoom;

    /// <summary>Bytes of the rows that were found behind the newest snapshot at start, and of all committed since: how far it has moved tells how long a tail has grown.</summary>
    public long CommittedBytes => _found.TailBytes + _commit.CommittedBytes;

    /// <summary>The snapshots of this log.</summary>
    public SnapshotStore Snapshots => _found.Snapshots;

    /// <summary>Completes when the position is durable: at once if it is. All who wait for the same row share one completion.</summary>
    /// <exception cref="JournalFailedException">The log has failed; the outcome of the row is unknown.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Nothing is queued at this position yet.</exception>
    public ValueTask WhenDurable(long position)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position, _queue.LastPosition);
        return _durability.When(position);
    }

    /// <summary>Tells somebody when the position is durable, or that the log has failed before.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Nothing is queued at this position yet.</exception>
    public void WhenDurable(long position, IDurabilityWaiter waiter)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position, _queue.LastPosition);
        _durability.When(position, waiter);
    }

    /// <summary>A message to another stream of this process goes out: called before its record is queued. A flush of an idle log waits for it to arrive.</summary>
    public void MessageDeparted() => _commit.MessageDeparted();

    /// <summary>The message has been taken and what it caused is queued.</summary>
    public void MessageArrived() => _commit.MessageArrived();

    /// <summary>Claims a stream that nobody in this process has.</summary>
    /// <exception cref="InvalidOperationException">Somebody has it.</exception>
    public StreamClaim Claim(string stream)
    {
        if (!_claims.TryTake(stream)) throw new InvalidOperationException($"Stream {stream} is claimed already.");
        return Claimed(stream);
    }

    /// <summary>Claims a stream; waits until the former claim in this process has drained and left.</summary>
    /// <exception cref="JournalFailedException">The log has failed.</exception>
    public async ValueTask<StreamClaim> ClaimAsync(string stream, CancellationToken cancellation = default)
    {
        await _claims.Take(stream, cancellation).ConfigureAwait(false);
        return Claimed(stream);
    }

    /// <summary>Durable rows from one position to another, both included, cut at <see cref="DurablePosition"/>; each is checked before it is returned.</summary>
    public IEnumerable<LogRow> ReadRows(long from, long to)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(from, 1);
        return Guarded(_found.Rows.Read(from, Math.Min(to, DurablePosition)));
    }

    /// <summary>The same, reading no more ahead than so many bytes.</summary>
    internal IEnumerable<LogRow> ReadRows(long from, long to, long pageBytes) => Guarded(_found.Rows.Read(from, Math.Min(to, DurablePosition), pageBytes));

    /// <summary>Durable records of a stream, oldest first, cut at a position; each row is checked before anything of it is returned.</summary>
    public IEnumerable<JournalRecord> ReadStream(string stream, long fromVersion, long toVersion, long upToPosition)
        => Guarded(StreamReading.Forward(_found, stream, fromVersion, toVersion, Math.Min(upToPosition, DurablePosition)));

    /// <summary>Durable records of a stream, newest first, cut at a position; each row is checked before anything of it is returned.</summary>
    public IEnumerable<JournalRecord> ReadStreamBackward(string stream, long fromVersion, long toVersion, long upToPosition)
        => Guarded(StreamReading.Backward(_found, stream, fromVersion, toVersion, Math.Min(upToPosition, DurablePosition)));

    /// <summary>The last durable version of a stream at or before a position; 0 when it has none.</summary>
    public long VersionAt(string stream, long position) => _found.Streams.Find(stream)?.Index.VersionAt(Math.Min(position, DurablePosition)) ?? 0;

    /// <summary>The streams that have a durable record and whose name begins so, in ordinal order.</summary>
    public IEnumerable<string> Streams(string prefix)
    {
        long durable = DurablePosition;
        return _found.Streams.All
            .Where(stream => stream.Name.StartsWith(prefix, StringComparison.Ordinal) && stream.Index.VersionAt(durable) > 0)
            .Select(stream => stream.Name)
            .Order(StringComparer.Ordinal);
    }

    /// <summary>Up to <paramref name="max"/> streams that must be woken by now, earliest first; those behind the last of an earlier answer, where one is given.</summary>
    public IReadOnlyList<(string Stream, long WakeAtMicros)> Due(long nowMicros, int max, (string Stream, long WakeAtMicros)? behind = null) => _found.Wakes.Due(nowMicros, max, behind);

    /// <summary>The streams that are awaiting something of others, in no order: as many as there are. One that nobody is at work for must be woken.</summary>
    public IReadOnlyCollection<string> Awaiting() => _found.Wakes.Awaiting();

    /// <summary>The earliest time a stream must be woken at, in microseconds since 1970 UTC; null when none waits.</summary>
    public long? NextWake => _found.Wakes.Next();

    /// <summary>Completes when a wake is set that is earlier than the last answer of <see cref="NextWake"/>. Take it before asking.</summary>
    public Task EarlierWake => _found.Wakes.Earlier;

    /// <summary>Makes everything queued durable, then closes the files and gives the directory back.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        await _scrub.DisposeAsync().ConfigureAwait(false);
        await Task.Run(_commit.Close).ConfigureAwait(false);
        _reserve.Dispose();
        _found.Snapshots.Dispose();
        _store.Dispose();
        _found.HeadFile.Dispose();
        _found.TailFile.Dispose();
        _lock.Dispose();
    }

    internal long Append(JournalStream stream, ReadOnlySpan<byte> payload, Wake wake) => _queue.Append(stream, payload, wake);

    internal void Release(JournalStream stream)
    {
        _found.Streams.ForgetIfUnused(stream);
        _claims.Give(stream.Name);
    }

    internal void Fail(JournalException cause) => _durability.Fail(cause);

    private StreamClaim Claimed(string stream)
    {
        try
        {
            _durability.ThrowIfFailed();
            ObjectDisposedException.ThrowIf(_disposed != 0, this);
            return new StreamClaim(this, _found.Streams.GetOrAdd(stream));
        }
        catch
        {
            _claims.Give(stream);
            throw;
        }
    }

    /// <summary>A wrong byte met while reading stops the log.</summary>
    private IEnumerable<T> Guarded<T>(IEnumerable<T> source)
    {
        using IEnumerator<T> reading = source.GetEnumerator();
        while (Next(reading)) yield return reading.Current;
    }

    private bool Next<T>(IEnumerator<T> reading)
    {
        try
        {
            return reading.MoveNext();
        }
        catch (JournalException e)
        {
            Fail(e);
            throw;
        }
    }
}
