namespace Marketplace.Server.MarketData;

/// <summary>
/// Wakes all readers of a book whenever it has moved, with as many threads as there are processors, each taking the next few readers and doing their writing. So a change with
/// a thousand readers is not a thousand items in the pool's queue, behind which an order would wait. What happens while they are at it they do in the next round, and
/// behind a round that took a while there is a rest as long: what the orders change meanwhile goes out together, with one flush a reader.
/// </summary>
internal sealed class FanOut : IThreadPoolWorkItem, IDisposable
{
    /// <summary>Behind a round that took less there is no rest.</summary>
    public static readonly TimeSpan ShortRound = TimeSpan.FromMilliseconds(1);

    /// <summary>The longest rest: what a change may wait for those before it, at most.</summary>
    public static readonly TimeSpan LongestRest = TimeSpan.FromMilliseconds(10);

    /// <summary>Readers a thread wakes before it goes to the end of the pool's queue, so that others get their turn.</summary>
    private const int AtOnce = 16;

    private static readonly int Threads = Math.Max(1, Environment.ProcessorCount);

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly ITimer _rest;
    private IWoken[] _readers = [];
    private IWoken[] _round = [];
    private int _next;
    private int _running;
    private bool _again;
    private bool _resting;
    private long _beganAt;

    /// <summary>A fan-out that rests by a clock.</summary>
    public FanOut(TimeProvider time)
    {
        _time = time;
        _rest = time.CreateTimer(static fanOut => ((FanOut)fanOut!).Rested(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Wakes a reader whenever the book moves, until <see cref="Remove"/>.</summary>
    public void Add(IWoken reader)
    {
        lock (_gate)
        {
            var last = Array.FindLastIndex(_readers, one => one.Connection == reader.Connection);
            var at = last < 0 ? _readers.Length : last + 1;
            _readers = [.. _readers[..at], reader, .. _readers[at..]];
        }
    }

    /// <summary>Wakes it no more, but for a round that has begun.</summary>
    public void Remove(IWoken reader)
    {
        lock (_gate)
        {
            _readers = Array.FindAll(_readers, one => one != reader);
        }
    }

    /// <summary>The book has moved.</summary>
    public void Moved()
    {
        int threads;
        lock (_gate)
        {
            _again = true;
            if (_running > 0 || _resting)
            {
                return;
            }

            threads = Begin();
        }

        Queue(threads);
    }

    /// <inheritdoc/>
    public void Dispose() => _rest.Dispose();

    /// <inheritdoc/>
    void IThreadPoolWorkItem.Execute()
    {
        var from = Interlocked.Add(ref _next, AtOnce) - AtOnce;
        for (var at = from; at < Math.Min(from + AtOnce, _round.Length); at++)
        {
            _round[at].Wake();
        }

        if (from + AtOnce >= _round.Length)
        {
            End();
            return;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Begins a round; the lock is held, and no thread is at one.</summary>
    private int Begin()
    {
        (_again, _next, _round, _beganAt) = (false, 0, _readers, _time.GetTimestamp());
        return _running = Math.Min(Threads, (_round.Length + AtOnce - 1) / AtOnce);
    }

    private void End()
    {
        var threads = 0;
        lock (_gate)
        {
            if (--_running > 0)
            {
                return;
            }

            var took = _time.GetElapsedTime(_beganAt);
            if (took >= ShortRound)
            {
                _resting = _rest.Change(took < LongestRest ? took : LongestRest, Timeout.InfiniteTimeSpan);
            }

            threads = _again && !_resting ? Begin() : 0;
        }

        Queue(threads);
    }

    private void Rested()
    {
        int threads;
        lock (_gate)
        {
            _resting = false;
            threads = _again ? Begin() : 0;
        }

        Queue(threads);
    }

    private void Queue(int threads)
    {
        for (var thread = 0; thread < threads; thread++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }
}
