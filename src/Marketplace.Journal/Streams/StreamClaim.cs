namespace Marketplace.Journal;

/// <summary>
/// The right to write one stream, held by one writer of this process at a time. Its members are for that writer; different claims may be used
/// by different threads at the same time.
/// </summary>
public sealed class StreamClaim : IAsyncDisposable
{
    private readonly Log _log;
    private readonly JournalStream _stream;
    private readonly long _versionAtClaim;
    private StreamSnapshot? _snapshot;
    private bool _snapshotRead;
    private long _snapshotVersion;
    private int _released;

    internal StreamClaim(Log log, JournalStream stream)
    {
        (_log, _stream) = (log, stream);
        _versionAtClaim = stream.Version;
    }

    /// <summary>The stream's name.</summary>
    public string Stream => _stream.Name;

    /// <summary>The version of the last record queued; 0 before the first.</summary>
    public long Version => _stream.Version;

    /// <summary>The position of the last record queued, by this claim or an earlier one; 0 before the first.</summary>
    public long Position => _stream.LastPosition;

    /// <summary>The version up to which <see cref="SnapshotState"/> goes; 0 when there is no snapshot of this stream.</summary>
    public long SnapshotVersion
    {
        get
        {
            ReadSnapshot();
            return _snapshotVersion;
        }
    }

    /// <summary>The state of the newest undamaged snapshot, read from its file at first use; null when there is none.</summary>
    public ReadOnlyMemory<byte>? SnapshotState => ReadSnapshot()?.State;

    /// <summary>The records after the snapshot, up to the claim, oldest first. The bytes of the snapshot's state are let go here.</summary>
    public IEnumerable<JournalRecord> Tail()
    {
        long from = SnapshotVersion + 1;
        (_snapshot, _snapshotRead) = (null, false);
        return _log.ReadStream(Stream, from, _versionAtClaim, long.MaxValue);
    }

    /// <summary>Queues a record that leaves the stream's wake time as it is.</summary>
    /// <inheritdoc cref="Append(ReadOnlySpan{byte}, Wake)"/>
    public long Append(ReadOnlySpan<byte> payload) => Append(payload, Wake.Unchanged);

    /// <summary>
    /// Queues a record behind everything queued so far, by copying it, and returns the position it will have. It never blocks and is not yet
    /// durable: see <see cref="Log.WhenDurable"/>.
    /// </summary>
    /// <param name="payload">0 to 1 MiB.</param>
    /// <param name="wake">When the stream must be woken from now on.</param>
    /// <exception cref="JournalFailedException">The log has failed; the record was not queued.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The payload is too long.</exception>
    public long Append(ReadOnlySpan<byte> payload, Wake wake)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _released) != 0, this);
        return _log.Append(_stream, payload, wake);
    }

    /// <summary>Waits until the last record is durable, then gives the stream to whoever waits for it. Does not throw when the log has failed.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _released, 1) != 0) return;
        try
        {
            await _log.WhenDurable(_stream.LastPosition).ConfigureAwait(false);
        }
        catch (JournalFailedException)
        {
            // Whoever claims the stream next gets this exception from the claim.
        }
        _log.Release(_stream);
    }

    private StreamSnapshot? ReadSnapshot()
    {
        if (_snapshotRead) return _snapshot;
        _snapshot = _log.Snapshots.Find(Stream, _versionAtClaim);
        _snapshotVersion = _snapshot?.Version ?? 0;
        _snapshotRead = true;
        return _snapshot;
    }
}
