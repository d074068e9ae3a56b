using System.Collections.Concurrent;
using Marketplace.Domain.Instruments;
using Marketplace.Domain.Orders;
using Marketplace.Grains.Hosting;

namespace Marketplace.Grains.Orders;

/// <summary>The checksum of a book's levels, best first: how it is made is the public contract's business.</summary>
public delegate uint BookChecksum(IEnumerable<KeyValuePair<long, long>> bids, IEnumerable<KeyValuePair<long, long>> asks);

/// <summary>One level's new total; 0 is gone.</summary>
public readonly record struct LevelChange(Side Side, long Price, long Quantity);

/// <summary>What one turn changed in a book, in public.</summary>
/// <param name="PreviousSequence">The sequence before it.</param>
/// <param name="Sequence">The sequence after it.</param>
/// <param name="Time">Event time.</param>
/// <param name="State">Whether the instrument trades, after it.</param>
/// <param name="Levels">New totals.</param>
/// <param name="Trades">Trades, in order.</param>
public sealed record BookChange(long PreviousSequence, long Sequence, Timestamp Time, InstrumentState State, LevelChange[] Levels, TradePrint[] Trades)
{
    /// <summary>Checksum of the book's best levels after it, set once by the feed before any reader has it.</summary>
    public uint Checksum { get; internal set; }
}

/// <summary>
/// A book's changes in this process, with the book as they make it: one subscription per process and book, whatever the number of readers.
/// The last changes are kept, so that a reader can resume.
/// </summary>
public sealed class BookFeed(Log log, BookChecksum checksum) : Feed<BookChange>(log)
{
    /// <summary>Changes kept for resuming.</summary>
    public const int Retained = 10_000;

    private readonly SortedDictionary<long, long> _bids = new(Comparer<long>.Create(static (a, b) => b.CompareTo(a)));
    private readonly SortedDictionary<long, long> _asks = [];
    private readonly Queue<BookChange> _retained = new();
    private Task? _opened;

    /// <summary>The sequence it is at.</summary>
    public long Sequence { get; private set; }

    /// <summary>Whether the instrument trades.</summary>
    public InstrumentState State { get; private set; }

    /// <summary>Event time of the last change.</summary>
    public Timestamp Time { get; private set; }

    /// <summary>Price of the last trade, USD per GWh; 0 before the first.</summary>
    public long LastPrice { get; private set; }

    /// <summary>Loads the book once, from its grain; false when the instrument is not listed.</summary>
    public async Task<bool> Open(IOrderBookGrain book)
    {
        Task opened;
        lock (_retained)
        {
            opened = _opened ??= Load(book);
        }

        await opened;
        return State != InstrumentState.Unspecified;
    }

    /// <summary>Runs something on the book as it is, with no change let out meanwhile: a snapshot and a subscription made in it miss and repeat nothing.</summary>
    public TResult At<TResult>(Func<BookFeed, TResult> read) => Atomically(() => read(this));

    /// <summary>Levels of a side, best first. Only within <see cref="At"/>.</summary>
    public IEnumerable<KeyValuePair<long, long>> Levels(Side side) => side == Side.Bid ? _bids : _asks;

    /// <summary>The changes after a sequence that a reader has, or null when they are not kept any more. Only within <see cref="At"/>.</summary>
    public IReadOnlyList<BookChange>? After(long sequence)
    {
        if (sequence == Sequence)
        {
            return [];
        }

        if (sequence > Sequence || _retained.Count == 0 || _retained.Peek().PreviousSequence > sequence)
        {
            return null;
        }

        var after = _retained.SkipWhile(change => change.Sequence <= sequence).ToArray();
        return after.Length > 0 && after[0].PreviousSequence == sequence ? after : null;
    }

    /// <inheritdoc/>
    protected override void Apply(BookChange change)
    {
        if (change.Sequence <= Sequence)
        {
            return;
        }

        foreach (var (side, price, quantity) in change.Levels)
        {
            var levels = side == Side.Bid ? _bids : _asks;
            if (quantity == 0)
            {
                levels.Remove(price);
            }
            else
            {
                levels[price] = quantity;
            }
        }

        Sequence = change.Sequence;
        State = change.State;
        Time = change.Time;
        LastPrice = change.Trades.Length > 0 ? change.Trades[^1].Price : LastPrice;
        change.Checksum = checksum(_bids, _asks);
        _retained.Enqueue(change);
        if (_retained.Count > Retained)
        {
            _retained.Dequeue();
        }
    }

    private async Task Load(IOrderBookGrain book)
    {
        var view = await book.Read(int.MaxValue);
        if (view is null)
        {
            lock (_retained)
            {
                _opened = null;
            }

            return;
        }

        Atomically(() =>
        {
            // Changes let out while the snapshot was on its way are in it already, or chain on behind it.
            var since = _retained.Where(change => change.Sequence > view.Sequence).ToArray();
            _retained.Clear();
            _bids.Clear();
            _asks.Clear();
            foreach (var level in view.Bids)
            {
                _bids.Add(level.Price, level.Quantity);
            }

            foreach (var level in view.Asks)
            {
                _asks.Add(level.Price, level.Quantity);
            }

            (Sequence, State, Time, LastPrice) = (view.Sequence, view.State, view.Time, view.LastPrice);
            foreach (var change in since)
            {
                Apply(change);
            }

            return true;
        });
    }
}

/// <summary>The feeds of the books somebody in this process watches.</summary>
public sealed class BookFeeds(Log log, BookChecksum checksum)
{
    private readonly ConcurrentDictionary<string, BookFeed> _feeds = new(StringComparer.Ordinal);

    /// <summary>The feed of an instrument's book.</summary>
    public BookFeed Of(string instrument) => _feeds.GetOrAdd(instrument, static (_, feeds) => new(feeds.Log, feeds.Checksum), (Log: log, Checksum: checksum));

    internal void Publish(OrderBook book, long position)
    {
        var changes = book.Changes;
        if ((changes.Touched.Count == 0 && !changes.PhaseChanged) || !_feeds.TryGetValue(book.InstrumentId, out var feed))
        {
            return;
        }

        feed.Publish(position, new(
            changes.SequenceBefore,
            book.Sequence,
            book.LastEventTime,
            book.State,
            [.. changes.Touched.Select(level => new LevelChange(level.Side, level.Price, book.QuantityAt(level.Side, level.Price)))],
            [.. changes.Trades]));
    }
}
