namespace Marketplace.Journal;

/// <summary>
/// What is queued and not yet committed: closed rows and the open one, in the order of their positions. Writers fill it under a short lock,
/// the commit thread takes from it; neither waits for the other's work.
/// </summary>
internal sealed class RowQueue
{
    private const int MaxSpare = 16;

    private readonly object _gate = new();
    private readonly Queue<OpenRow> _closed = new();
    private readonly Stack<OpenRow> _spare = new();
    private readonly Durability _durability;
    private readonly WakeIndex _wakes;
    private readonly int _maxRowBytes;
    private readonly long _maxQueuedBytes;
    private OpenRow _open;
    private long _queuedBytes;
    private long _lastPosition;
    private bool _committerWaits;
    private bool _closing;

    public RowQueue(long lastPosition, Durability durability, WakeIndex wakes, LogOptions options)
    {
        (_durability, _wakes, _lastPosition) = (durability, wakes, lastPosition);
        (_maxRowBytes, _maxQueuedBytes) = (options.MaxRowBytes, options.MaxQueuedBytes);
        _open = new OpenRow(lastPosition + 1);
    }

    /// <summary>The position of the last record queued.</summary>
    public long LastPosition => Volatile.Read(ref _lastPosition);

    /// <summary>Bytes queued and not yet committed.</summary>
    public long QueuedBytes => Volatile.Read(ref _queuedBytes);

    public long Append(JournalStream stream, ReadOnlySpan<byte> payload, Wake wake)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, Log.MaxRecordBytes, nameof(payload));
        lock (_gate)
        {
            _durability.ThrowIfFailed();
            ObjectDisposedException.ThrowIf(_closing, typeof(Log));
            Require.That(_queuedBytes + payload.Length <= _maxQueuedBytes);
            if (!_open.IsEmpty && _open.Length + payload.Length + OpenRow.MaxRecordOverhead > _maxRowBytes) CloseRow();
            int before = _open.Length;
            // What it has said before need not be said again.
            if (wake == stream.Wake) wake = Wake.Unchanged;
            _open.Append(stream, stream.Version + 1, payload, wake);
            stream.Version++;
            stream.LastPosition = _open.Position;
            Volatile.Write(ref _lastPosition, _open.Position);
            Volatile.Write(ref _queuedBytes, _queuedBytes + _open.Length - before);
            if (!wake.IsUnchanged) MoveWake(stream, wake);
            if (_committerWaits) Monitor.Pulse(_gate);
            return _open.Position;
        }
    }

    /// <summary>Waits until something is queued; false when the queue is closed and empty. Tells whether it had to wait.</summary>
    public bool WaitForWork(out bool wasIdle)
    {
        lock (_gate)
        {
            wasIdle = false;
            while (_closed.Count == 0 && _open.IsEmpty)
            {
                if (_closing || _durability.HasFailed) return false;
                wasIdle = true;
                _committerWaits = true;
                Monitor.Wait(_gate);
                _committerWaits = false;
            }
            return !_durability.HasFailed;
        }
    }

    /// <summary>Takes the next row to commit; there must be one.</summary>
    public OpenRow Take()
    {
        lock (_gate)
        {
            if (_closed.Count == 0) CloseRow();
            return _closed.Dequeue();
        }
    }

    /// <summary>Takes back a row that has been committed.</summary>
    public void Recycle(OpenRow row)
    {
        lock (_gate)
        {
            Volatile.Write(ref _queuedBytes, _queuedBytes - (row.Length - 1));
            if (_spare.Count < MaxSpare) _spare.Push(row);
        }
    }

    /// <summary>Takes no more; what is queued will still be taken.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closing = true;
            Monitor.Pulse(_gate);
        }
    }

    private void CloseRow()
    {
        Require.That(!_open.IsEmpty);
        long next = _open.Position + 1;
        _closed.Enqueue(_open);
        if (_spare.TryPop(out OpenRow? spare)) spare.Reset(next);
        _open = spare ?? new OpenRow(next);
    }

    private void MoveWake(JournalStream stream, Wake wake)
    {
        stream.WakePosition = _open.Position;
        stream.Wake = wake;
        _wakes.Moved(stream);
    }
}
