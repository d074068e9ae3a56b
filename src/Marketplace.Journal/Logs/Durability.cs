namespace Marketplace.Journal;

/// <summary>Up to where the log is durable, who waits for more, and whether it has failed. Any thread may use it.</summary>
internal sealed class Durability(long position)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, WaitingForRow> _waiting = [];
    private readonly TaskCompletionSource<JournalException> _failure = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _position = position;
    private volatile JournalFailedException? _failed;

    public long Position => Volatile.Read(ref _position);

    public Task<JournalException> Failure => _failure.Task;

    public bool HasFailed => _failed is not null;

    /// <summary>Completes when the position is durable: at once if it is, else together with all who wait for it.</summary>
    public ValueTask When(long position)
    {
        if (position <= Position) return ValueTask.CompletedTask;
        lock (_gate)
        {
            if (position <= _position) return ValueTask.CompletedTask;
            if (_failed is not null) return ValueTask.FromException(Refusal());
            return new ValueTask(Row(position).Task);
        }
    }

    /// <summary>Tells somebody when the position is durable, or that the log has failed before.</summary>
    public void When(long position, IDurabilityWaiter waiter)
    {
        if (position > Position)
        {
            lock (_gate)
            {
                if (position > _position && _failed is null)
                {
                    Row(position).Add(waiter);
                    return;
                }
            }
        }
        var told = new WaitingForRow();
        told.Add(waiter);
        if (position <= Position) told.Durable();
        else told.Failed(Refusal);
    }

    /// <summary>Everything up to the position is durable. Without effect after a failure: nothing is acknowledged any more.</summary>
    public void Advance(long position)
    {
        long from;
        lock (_gate)
        {
            if (_failed is not null) return;
            Require.That(position > _position);
            from = _position + 1;
            Volatile.Write(ref _position, position);
        }
        for (long at = from; at <= position; at++)
        {
            WaitingForRow? row;
            lock (_gate) _waiting.Remove(at, out row);
            row?.Durable();
        }
    }

    /// <summary>The first failure is the one that counts. All who wait learn of it.</summary>
    public void Fail(JournalException cause)
    {
        // "No room" is a reason not to start; a log that was open and could not write has failed in use.
        if (cause is NoRoomException) cause = new StoreFailedException(cause.Message, cause);
        WaitingForRow[] waiting;
        lock (_gate)
        {
            if (_failed is not null) return;
            _failed = new JournalFailedException(cause);
            waiting = [.. _waiting.Where(row => row.Key > _position).Select(row => row.Value)];
        }
        foreach (WaitingForRow row in waiting) row.Failed(Refusal);
        _failure.TrySetResult(cause);
    }

    public void ThrowIfFailed()
    {
        if (_failed is not null) throw Refusal();
    }

    private WaitingForRow Row(long position)
    {
        if (!_waiting.TryGetValue(position, out WaitingForRow? row)) _waiting.Add(position, row = new WaitingForRow());
        return row;
    }

    // A fresh object each time: one that is thrown in many places at once garbles its stack trace.
    private JournalFailedException Refusal() => new((JournalException)_failed!.InnerException!);
}
