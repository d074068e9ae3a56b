using Marketplace.Domain.Instruments;
using Marketplace.Domain.Orders;
using Marketplace.Grains.Hosting;

namespace Marketplace.Grains.Orders;

/// <summary>
/// A book's changes in this process, with the book as they make it: one subscription per process and book, whatever the number of readers. Readers have no queue here:
/// each remembers the number of the last change it took and comes for the next ones, which are kept for all of them together.
/// </summary>
public sealed partial class BookFeed(Log log, BookChecksum checksum) : Feed<BookChange>(log)
{
    /// <summary>Changes a reader may be behind and still be told each: more go to it as one.</summary>
    public const int MostEach = 128;

    /// <summary>The most changes kept for resuming and for readers that lag.</summary>
    public const int Retained = 10_000;

    /// <summary>The most levels, trades and orders in all the changes kept.</summary>
    public const int RetainedEntries = 60_000;

    /// <summary>Changes whose encoded forms are kept: those of older ones are made again where somebody needs them.</summary>
    public const int RetainedEncoded = 256;

    /// <summary>Levels a side that count in the checksum.</summary>
    public const int ChecksumLevels = 10;

    /// <summary>Changes held back while the book is loaded; what comes beyond starts the loading again.</summary>
    private const int MostHeld = 10_000;

    private readonly ChangeRing _kept = new(Retained, RetainedEntries);
    private readonly Dictionary<int, BookWindow> _windows = [];
    private readonly List<BookChange> _held = [];
    private IOrderBookGrain? _book;
    private Task? _opened;
    private bool _live;

    /// <summary>After changes were let out, or the book was loaded again: once for all of them. Nothing is held meanwhile.</summary>
    public event Action? Moved;

    /// <summary>The sequence it is at.</summary>
    public long Sequence { get; private set; }

    /// <summary>Number of the last change. It counts the changes of this feed, not of the book.</summary>
    public long Number => _kept.Last;

    /// <summary>How often the thread was lost and the book loaded again: a reader that saw another figure must start from a snapshot.</summary>
    public int Breaks { get; private set; }

    /// <summary>Whether the instrument trades.</summary>
    public InstrumentState State { get; private set; }

    /// <summary>Event time of the last change.</summary>
    public Timestamp Time { get; private set; }

    /// <summary>Price of the last trade, USD per GWh; 0 before the first.</summary>
    public long LastPrice { get; private set; }

    /// <summary>Bids by rank. Only within <see cref="At{TResult}"/>.</summary>
    public BookLadder Bids { get; } = new(Side.Bid);

    /// <summary>Asks by rank. Only within <see cref="At{TResult}"/>.</summary>
    public BookLadder Asks { get; } = new(Side.Ask);

    /// <summary>Loads the book once, from its grain; false when the instrument is not listed.</summary>
    public async Task<bool> Open(IOrderBookGrain book)
    {
        Task opened;
        lock (_held)
        {
            _book = book;
            var known = _opened is { IsCompleted: false } || (_opened is { IsCompletedSuccessfully: true } && State != InstrumentState.Unspecified);
            opened = known ? _opened! : _opened = Load();
        }

        await opened;
        return State != InstrumentState.Unspecified;
    }

    /// <summary>Runs something on the book as it is, with no change let out meanwhile: a snapshot and a subscription made in it miss and repeat nothing.</summary>
    public TResult At<TResult>(Func<BookFeed, TResult> read) => Atomically(() => read(this));

    /// <summary>The same, with something to work on, so that nothing need be made for it.</summary>
    public TResult At<TState, TResult>(TState state, Func<BookFeed, TState, TResult> read) => Atomically((Feed: this, State: state, Read: read), static at => at.Read(at.Feed, at.State));

    /// <summary>Whether the change of a number is kept. Only within <see cref="At{TResult}"/>.</summary>
    public bool Keeps(long number) => number >= _kept.First && number <= _kept.Last;

    /// <summary>A change that is kept. Only within <see cref="At{TResult}"/>.</summary>
    public BookChange ChangeOf(long number) => _kept[number];

    /// <summary>The number of the change that led to a sequence, for one who has all up to there; null when the changes behind it are not kept. Only within <see cref="At{TResult}"/>.</summary>
    public long? NumberOf(long sequence)
    {
        if (sequence == Sequence)
        {
            return _kept.Last;
        }

        var (low, high) = (_kept.First, _kept.Last);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var before = _kept[middle].PreviousSequence;
            if (before == sequence)
            {
                return middle - 1;
            }

            (low, high) = before < sequence ? (middle + 1, high) : (low, middle - 1);
        }

        return null;
    }

    /// <summary>The changes behind a number, at most so many; null where the first of them is not kept any more. Only within <see cref="At{TResult}"/>.</summary>
    public BookChange[]? After(long number, int most = int.MaxValue)
    {
        if (number < _kept.First - 1)
        {
            return null;
        }

        var changes = new BookChange[Math.Min(most, _kept.Last - number)];
        for (var at = 0; at < changes.Length; at++)
        {
            changes[at] = _kept[number + 1 + at];
        }

        return changes;
    }

    /// <summary>Takes part in the window of so many levels; give it back with <see cref="Leave"/>. Only within <see cref="At{TResult}"/>.</summary>
    public BookWindow Enter(int depth)
    {
        if (!_windows.TryGetValue(depth, out var window))
        {
            window = new(this, depth, checksum);
            _windows.Add(depth, window);
        }

        window.Readers++;
        return window;
    }

    /// <summary>Leaves a window. Only within <see cref="At{TResult}"/>.</summary>
    public void Leave(BookWindow window)
    {
        if (--window.Readers == 0)
        {
            _windows.Remove(window.Depth);
        }
    }

    /// <inheritdoc/>
    protected override void LetOut() => Moved?.Invoke();

    /// <inheritdoc/>
    protected override void Apply(BookChange change)
    {
        if (!_live)
        {
            Hold(change);
        }
        else if (change.Sequence > Sequence)
        {
            if (change.PreviousSequence == Sequence)
            {
                Follow(change);
            }
            else
            {
                Lose();
                Hold(change);
            }
        }
    }

    private void Hold(BookChange change)
    {
        if (_held.Count == MostHeld)
        {
            _held.Clear();
        }

        _held.Add(change);
    }

    /// <summary>The next change of the chain: the book moves, and each window notes what its readers are told.</summary>
    private void Follow(BookChange change)
    {
        var before = Math.Max(Bids.Count, Asks.Count);
        var cutting = _windows.Count == 0 ? [] : _windows.Values.Where(window => before + change.Levels.Length > window.Depth).ToArray();
        for (var at = 0; at < change.Levels.Length; at++)
        {
            var ladder = change.Levels[at].Side == Side.Bid ? Bids : Asks;
            var (rank, shown) = ladder.Find(change.Levels[at].Price);
            change.Levels[at] = change.Levels[at] with { Before = shown };
            foreach (var window in cutting)
            {
                window.Changing(ladder, change.Levels[at], rank);
            }

            ladder.Set(change.Levels[at].Price, change.Levels[at].Quantity);
        }

        (Sequence, State, Time) = (change.Sequence, change.State, change.Time);
        LastPrice = change.Trades.Length > 0 ? change.Trades[^1].Price : LastPrice;
        change.Depth = Math.Max(before, Math.Max(Bids.Count, Asks.Count));
        change.Whole = new(change, Array.TrueForAll(change.Levels, Changed) ? change.Levels : Array.FindAll(change.Levels, Changed), checksum(Bids, Asks));
        _kept.Add(change);
        ForgetEncoded(change.Number - RetainedEncoded);
        foreach (var window in cutting)
        {
            window.Changed(change);
        }

        FollowOrders(change);

        static bool Changed(LevelChange level) => level.Before != level.Quantity;
    }

    private void ForgetEncoded(long number)
    {
        if (number >= _kept.First)
        {
            _kept[number].EncodedOrders = null;
            _kept[number].Whole.Encoded = null;
        }
    }

    /// <summary>A change is missing: what is known is not the book any more. It is loaded again, and every reader starts over.</summary>
    private void Lose()
    {
        _live = false;
        _held.Clear();
        lock (_held)
        {
            _opened = Load();
        }
    }

    private async Task Load()
    {
        // The lock of whoever found that it must be loaded is left before anything is asked.
        await Task.Yield();
        while (await _book!.Watch(_ordersWanted) is { } view && !Atomically(() => Adopt(view)))
        {
        }

        Moved?.Invoke();
    }

    /// <summary>Takes a book as its grain told it, and what came meanwhile; false where there is a gap between the two.</summary>
    private bool Adopt(BookView view)
    {
        var reloaded = State != InstrumentState.Unspecified;
        _kept.Clear();
        Bids.Clear();
        Asks.Clear();
        foreach (var level in view.Bids)
        {
            Bids.Set(level.Price, level.Quantity);
        }

        foreach (var level in view.Asks)
        {
            Asks.Set(level.Price, level.Quantity);
        }

        (Sequence, State, Time, LastPrice) = (view.Sequence, view.State, view.Time, view.LastPrice);
        Breaks += reloaded ? 1 : 0;
        Orders = _ordersWanted && view is { BidOrders: not null, AskOrders: not null } ? new(view) : null;
        var since = _held.Where(change => change.Sequence > view.Sequence).ToArray();
        _held.Clear();
        foreach (var change in since)
        {
            if (change.PreviousSequence != Sequence)
            {
                return false;
            }

            Follow(change);
        }

        CameOn();
        return _live = true;
    }
}
