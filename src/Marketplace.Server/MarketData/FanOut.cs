namespace Marketplace.Server.MarketData;

/// <summary>
/// Wakes all readers of a book whenever it has moved, with as many threads as there are processors, each taking the next reader and doing its writing. So a change with
/// a thousand readers is not a thousand items in the pool's queue, behind which an order would wait. What happens while they are at it they do in the next round.
/// </summary>
internal sealed class FanOut : IThreadPoolWorkItem
{
    /// <summary>Readers woken before a thread goes to the end of the pool's queue, so that others get their turn.</summary>
    private const int AtOnce = 16;

    private static readonly int Threads = Math.Max(1, Environment.ProcessorCount);

    private readonly Lock _gate = new();
    private IWoken[] _readers = [];
    private IWoken[] _round = [];
    private int _next;
    private int _running;
    private bool _again;

    /// <summary>Wakes a reader whenever the book moves, until <see cref="Remove"/>.</summary>
    public void Add(IWoken reader)
    {
        lock (_gate)
        {
            _readers = [.. _readers, reader];
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
            if (_running > 0)
            {
                return;
            }

            threads = Begin();
        }

        Queue(threads);
    }

    /// <inheritdoc/>
    void IThreadPoolWorkItem.Execute()
    {
        for (var count = 0; count < AtOnce; count++)
        {
            var at = Interlocked.Increment(ref _next) - 1;
            if (at >= _round.Length)
            {
                End();
                return;
            }

            _round[at].Wake();
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Begins a round; the lock is held, and no thread is at one.</summary>
    private int Begin()
    {
        (_again, _next, _round) = (false, 0, _readers);
        return _running = Math.Min(Threads, _round.Length);
    }

    private void End()
    {
        var threads = 0;
        lock (_gate)
        {
            if (--_running == 0 && _again)
            {
                threads = Begin();
            }
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
