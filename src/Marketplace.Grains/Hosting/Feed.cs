using System.Threading.Channels;

namespace Marketplace.Grains.Hosting;

/// <summary>
/// What one machine publishes to the readers in this process: changes in turn order, each let out when its row is durable, to every reader's own bounded queue.
/// A reader that lags so far that its queue is full is told so by <see cref="FeedReader{T}.Overrun"/> and starts again from a snapshot; it never slows a neighbour.
/// </summary>
public class Feed<T>(Log log)
    where T : class
{
    /// <summary>The most changes that wait for the disk or for this feed; what comes beyond is dropped, and told as a gap.</summary>
    public const int MostWaiting = 65_536;

    /// <summary>The most changes let out in one go, with nobody reading meanwhile.</summary>
    private const int MostAtOnce = 256;

    private readonly Channel<(long Position, T Change)> _undurable = Channel.CreateUnbounded<(long, T)>(new() { SingleReader = true });
    private readonly List<FeedReader<T>> _readers = [];
    private bool _pumping;
    private int _waiting;

    /// <summary>Readers now.</summary>
    public int Readers
    {
        get
        {
            lock (_readers)
            {
                return _readers.Count;
            }
        }
    }

    /// <summary>Takes a change of a row: called by the machine's grain, in turn order.</summary>
    public void Publish(long position, T change)
    {
        if (Interlocked.Increment(ref _waiting) > MostWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            lock (_readers)
            {
                _readers.ForEach(reader => reader.Overran());
            }

            return;
        }

        _undurable.Writer.TryWrite((position, change));
        lock (_readers)
        {
            if (_pumping)
            {
                return;
            }

            _pumping = true;
        }

        _ = Task.Run(Pump);
    }

    /// <summary>Adds a reader with a queue of so many changes: it sees every change published from now on.</summary>
    public FeedReader<T> Subscribe(int capacity)
    {
        var reader = new FeedReader<T>(capacity, Unsubscribe);
        lock (_readers)
        {
            _readers.Add(reader);
        }

        return reader;
    }

    /// <summary>A durable change, before the readers get it: a feed that keeps a state of its own applies it here.</summary>
    protected virtual void Apply(T change)
    {
    }

    /// <summary>After some changes were let out, with nothing held: a feed whose readers come and fetch tells them here, once for all of the changes.</summary>
    protected virtual void LetOut()
    {
    }

    /// <summary>Runs something while no change is being let out.</summary>
    protected TResult Atomically<TResult>(Func<TResult> read)
    {
        lock (_readers)
        {
            return read();
        }
    }

    private void Unsubscribe(FeedReader<T> reader)
    {
        lock (_readers)
        {
            _readers.Remove(reader);
        }
    }

    private async Task Pump()
    {
        try
        {
            while (true)
            {
                while (_undurable.Reader.TryPeek(out var next))
                {
                    await log.WhenDurable(next.Position).ConfigureAwait(false);
                    LetOutDurable();
                    LetOut();
                }

                lock (_readers)
                {
                    if (!_undurable.Reader.TryPeek(out _))
                    {
                        _pumping = false;
                        return;
                    }
                }
            }
        }
        catch (JournalFailedException)
        {
            // The process is stopping: what is not durable is never published.
        }
    }

    /// <summary>Everything that is durable by now, in one go: a flush carries many turns, and its readers are woken once.</summary>
    private void LetOutDurable()
    {
        var durable = log.DurablePosition;
        lock (_readers)
        {
            for (var count = 0; count < MostAtOnce && _undurable.Reader.TryPeek(out var next) && next.Position <= durable; count++)
            {
                _undurable.Reader.TryRead(out _);
                Interlocked.Decrement(ref _waiting);
                Apply(next.Change);
                foreach (var reader in _readers)
                {
                    reader.Offer(next.Change);
                }
            }
        }
    }
}

/// <summary>One reader of a feed.</summary>
public sealed class FeedReader<T>(int capacity, Action<FeedReader<T>> leave) : IDisposable
    where T : class
{
    private readonly Channel<T> _queue = Channel.CreateBounded<T>(new BoundedChannelOptions(capacity) { SingleReader = true });

    /// <summary>Changes, in order.</summary>
    public ChannelReader<T> Changes => _queue.Reader;

    /// <summary>Whether a change was dropped because the queue was full; what is read from then on has a gap.</summary>
    public bool Overrun { get; private set; }

    /// <summary>Forgets what is queued and the overrun: the reader has taken a new snapshot.</summary>
    public void Restart()
    {
        while (_queue.Reader.TryRead(out _))
        {
        }

        Overrun = false;
    }

    /// <inheritdoc/>
    public void Dispose() => leave(this);

    internal void Overran() => Overrun = true;

    internal void Offer(T change)
    {
        if (!Overrun && !_queue.Writer.TryWrite(change))
        {
            Overrun = true;
        }
    }
}
