namespace Marketplace.Journal;

/// <summary>
/// Which streams must be woken, by time, and which are awaiting something of others, whatever their time. A stream of which that moved is only noted, and filed when somebody
/// asks: most wakes of a busy stream are gone before anyone looks. Any thread may use it.
/// </summary>
internal sealed class WakeIndex
{
    private readonly Lock _gate = new();
    private readonly SortedSet<(long At, string Stream)> _filed = new(Comparer<(long At, string Stream)>.Create(Compare));
    private readonly HashSet<JournalStream> _awaiting = [];
    private readonly List<JournalStream> _moved = [];
    private TaskCompletionSource _earlier = NewSignal();
    private long _told = JournalStream.NoWake;

    /// <summary>Completes when a wake is set that is earlier than the last answer of <see cref="Next"/>. Take it before asking.</summary>
    public Task Earlier
    {
        get
        {
            lock (_gate) return _earlier.Task;
        }
    }

    /// <summary>Notes that the stream's time, or whether it is awaiting, has changed.</summary>
    public void Moved(JournalStream stream)
    {
        TaskCompletionSource? earlier = null;
        lock (_gate)
        {
            if (!stream.WakeMoved)
            {
                stream.WakeMoved = true;
                _moved.Add(stream);
            }
            if (stream.WakeAt < _told)
            {
                _told = stream.WakeAt;
                (earlier, _earlier) = (_earlier, NewSignal());
            }
        }
        earlier?.TrySetResult();
    }

    /// <summary>The earliest time a stream must be woken at; null when none waits.</summary>
    public long? Next()
    {
        lock (_gate)
        {
            File();
            _told = _filed.Count == 0 ? JournalStream.NoWake : _filed.Min.At;
            return _filed.Count == 0 ? null : _told;
        }
    }

    /// <summary>Up to <paramref name="max"/> streams whose time has come, earliest first, those of one time by name; only what comes behind an earlier answer's last, where one is given.</summary>
    public List<(string Stream, long WakeAtMicros)> Due(long nowMicros, int max, (string Stream, long WakeAtMicros)? behind = null)
    {
        var due = new List<(string, long)>();
        lock (_gate)
        {
            File();
            SortedSet<(long At, string Stream)> rest = _filed;
            (long At, string Stream)? passed = behind is { } last ? (last.WakeAtMicros, last.Stream) : null;
            if (passed is { } from)
            {
                if (_filed.Count == 0 || Compare(from, _filed.Max) >= 0) return due;
                // A view of the set finds its first entry as the set does: what is passed over costs nothing.
                rest = _filed.GetViewBetween(from, _filed.Max);
            }
            foreach ((long at, string stream) in rest)
            {
                if (at > nowMicros || due.Count >= max) break;
                if ((at, stream) != passed) due.Add((stream, at));
            }
        }
        return due;
    }

    /// <summary>The streams that are awaiting something of others, in no order.</summary>
    public string[] Awaiting()
    {
        lock (_gate)
        {
            File();
            return [.. _awaiting.Select(stream => stream.Name)];
        }
    }

    private void File()
    {
        foreach (JournalStream stream in _moved)
        {
            stream.WakeMoved = false;
            if (stream.IsAwaiting) _awaiting.Add(stream);
            else _awaiting.Remove(stream);
            long at = stream.WakeAt;
            if (at == stream.FiledWakeAt) continue;
            if (stream.FiledWakeAt != JournalStream.NoWake) _filed.Remove((stream.FiledWakeAt, stream.Name));
            if (at != JournalStream.NoWake) _filed.Add((at, stream.Name));
            stream.FiledWakeAt = at;
        }
        _moved.Clear();
    }

    private static int Compare((long At, string Stream) left, (long At, string Stream) right)
    {
        int byTime = left.At.CompareTo(right.At);
        return byTime != 0 ? byTime : string.CompareOrdinal(left.Stream, right.Stream);
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
