using Grpc.Core;
using Gwh.Marketplace.V1;
using Marketplace.Grains.Hosting;
using Marketplace.Grains.Orders;
using DomainSide = Marketplace.Domain.Orders.Side;

namespace Marketplace.Server.Services;

/// <summary>
/// One reader of one book: where it is, and the next message it is owed. A reader that has several changes waiting gets them as one delta; one whose queue ran over gets a
/// resync and a new snapshot on the same stream. With a depth, deltas are the difference of the levels shown.
/// </summary>
internal sealed class BookSubscription : IDisposable
{
    /// <summary>Changes of a book that never lose continuity: the sequence is durable, so restarts keep the epoch.</summary>
    public const long Epoch = 1;

    private const int QueuedChanges = 1_000;
    private const int MostResyncs = 3;

    private readonly string _instrument;
    private readonly BookFeed _feed;
    private readonly int _depth;
    private readonly bool _conflate;
    private readonly FeedReader<BookChange> _reader;
    private readonly Queue<DateTime> _resyncs = new();
    private SortedDictionary<long, long> _shownBids = [];
    private SortedDictionary<long, long> _shownAsks = [];
    private long _sent;

    private BookSubscription(string instrument, BookFeed feed, int depth, bool conflate, FeedReader<BookChange> reader)
    {
        _instrument = instrument;
        _feed = feed;
        _depth = depth;
        _conflate = conflate;
        _reader = reader;
    }

    /// <summary>Completes when a message may be owed; false when the stream ends.</summary>
    public ValueTask<bool> Waiting(CancellationToken cancellation) => _reader.Changes.WaitToReadAsync(cancellation);

    /// <summary>The sequence the reader is at.</summary>
    public long Sequence => _sent;

    /// <summary>Subscribes, and gives the first messages: resumed and what is missing, or a snapshot; atomic with the subscription.</summary>
    public static (BookSubscription Subscription, List<StreamOrderBookResponse> First) Open(
        string instrument, BookFeed feed, int depth, bool conflate, OrderBookResumePoint? resume) => feed.At(book =>
    {
        var subscription = new BookSubscription(instrument, feed, depth, conflate, feed.Subscribe(QueuedChanges));
        var first = new List<StreamOrderBookResponse>();
        if (resume is { Epoch: Epoch } && depth == 0 && book.After(resume.Sequence) is { } missing)
        {
            first.Add(new() { Resumed = new() { InstrumentId = instrument, Epoch = Epoch, Sequence = resume.Sequence } });
            subscription._sent = resume.Sequence;
            first.AddRange(missing.Select(change => subscription.DeltaOf([change])));
        }
        else
        {
            first.Add(subscription.Snapshot(book));
        }

        return (subscription, first);
    });

    /// <summary>The messages owed now; empty when there are none.</summary>
    public List<StreamOrderBookResponse> Owed()
    {
        if (_reader.Overrun)
        {
            return Resync();
        }

        if (_depth > 0)
        {
            return Shown();
        }

        var owed = new List<StreamOrderBookResponse>();
        var waiting = new List<BookChange>();
        while (_reader.Changes.TryRead(out var change))
        {
            if (change.Sequence > _sent)
            {
                waiting.Add(change);
            }
        }

        // A reader that keeps up gets each change; one that does not, or asked for it, gets them as one.
        if (_conflate || waiting.Count > QueuedChanges / 10)
        {
            if (waiting.Count > 0)
            {
                owed.Add(DeltaOf(waiting));
            }
        }
        else
        {
            owed.AddRange(waiting.Select(change => DeltaOf([change])));
        }

        return owed;
    }

    /// <summary>The message of a silence.</summary>
    public StreamOrderBookResponse Heartbeat() => new() { Heartbeat = new() { InstrumentId = _instrument, Epoch = Epoch, LastSequence = _sent } };

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();

    private List<StreamOrderBookResponse> Resync() => _feed.At(book =>
    {
        var now = DateTime.UtcNow;
        _resyncs.Enqueue(now);
        while (_resyncs.Peek() < now.AddMinutes(-1))
        {
            _resyncs.Dequeue();
        }

        if (_resyncs.Count >= MostResyncs)
        {
            throw Reason.RateLimit.ToException(retryAfter: TimeSpan.FromMinutes(1));
        }

        _reader.Restart();
        var resync = new OrderBookResync { InstrumentId = _instrument, Reason = ResyncReason.SlowReader, DroppedFromSequence = _sent + 1, DroppedToSequence = book.Sequence };
        return new List<StreamOrderBookResponse> { new() { Resync = resync }, Snapshot(book) };
    });

    private StreamOrderBookResponse Snapshot(BookFeed book)
    {
        var bids = Top(book, DomainSide.Bid);
        var asks = Top(book, DomainSide.Ask);
        _sent = book.Sequence;
        Show(bids, asks);
        return new()
        {
            Snapshot = new()
            {
                InstrumentId = _instrument,
                Epoch = Epoch,
                Sequence = book.Sequence,
                Phase = (InstrumentState)book.State,
                Bids = { bids.Select(ToLevel) },
                Asks = { asks.Select(ToLevel) },
                Checksum = BookChecksum.Of(bids, asks),
                EventTime = Wire.ToTimestamp(book.Time),
                LastTradePriceUsdPerGwh = book.LastPrice,
            },
        };
    }

    private StreamOrderBookResponse DeltaOf(List<BookChange> changes)
    {
        var last = changes[^1];
        var delta = Delta(last.Sequence, last.Time, last.State, changes.SelectMany(change => change.Trades.Select(trade => (trade, change.Time))));
        delta.Checksum = last.Checksum;
        foreach (var level in changes.Count == 1 ? last.Levels : Latest(changes))
        {
            delta.Changes.Add(ToChange((Side)level.Side, level.Price, level.Quantity));
        }

        return new() { Delta = delta };
    }

    /// <summary>With a depth: what differs between the levels shown and the book as it is, in one delta.</summary>
    private List<StreamOrderBookResponse> Shown() => _feed.At(book =>
    {
        var trades = new List<(Domain.Orders.TradePrint, VenueTime)>();
        while (_reader.Changes.TryRead(out var change))
        {
            if (change.Sequence > _sent)
            {
                trades.AddRange(change.Trades.Select(trade => (trade, change.Time)));
            }
        }

        if (book.Sequence == _sent)
        {
            return new List<StreamOrderBookResponse>();
        }

        var bids = Top(book, DomainSide.Bid);
        var asks = Top(book, DomainSide.Ask);
        var delta = Delta(book.Sequence, book.Time, book.State, trades);
        AddDifference(delta, Side.Bid, _shownBids, bids);
        AddDifference(delta, Side.Ask, _shownAsks, asks);
        delta.Checksum = BookChecksum.Of(bids, asks);
        Show(bids, asks);
        return [new() { Delta = delta }];
    });

    private OrderBookDelta Delta(long sequence, VenueTime time, Domain.Instruments.InstrumentState state, IEnumerable<(Domain.Orders.TradePrint Trade, VenueTime Time)> trades)
    {
        var delta = new OrderBookDelta
        {
            InstrumentId = _instrument,
            Epoch = Epoch,
            Sequence = sequence,
            PrevSequence = _sent,
            EventTime = Wire.ToTimestamp(time),
            Phase = (InstrumentState)state,
        };
        delta.Trades.AddRange(trades.Select(trade => MarketDataGrpc.ToWire(trade.Trade, trade.Time)));
        _sent = sequence;
        return delta;
    }

    private KeyValuePair<long, long>[] Top(BookFeed book, DomainSide side) => [.. book.Levels(side).Take(_depth == 0 ? int.MaxValue : _depth)];

    private void Show(KeyValuePair<long, long>[] bids, KeyValuePair<long, long>[] asks)
    {
        if (_depth > 0)
        {
            _shownBids = new(bids.ToDictionary());
            _shownAsks = new(asks.ToDictionary());
        }
    }

    private static void AddDifference(OrderBookDelta delta, Side side, SortedDictionary<long, long> shown, KeyValuePair<long, long>[] now)
    {
        foreach (var (price, quantity) in now)
        {
            if (!shown.Remove(price, out var before) || before != quantity)
            {
                delta.Changes.Add(ToChange(side, price, quantity));
            }
        }

        foreach (var gone in shown.Keys)
        {
            delta.Changes.Add(ToChange(side, gone, 0));
        }
    }

    private static IEnumerable<LevelChange> Latest(List<BookChange> changes)
    {
        var latest = new Dictionary<(DomainSide, long), LevelChange>();
        foreach (var level in changes.SelectMany(change => change.Levels))
        {
            latest[(level.Side, level.Price)] = level;
        }

        return latest.Values;
    }

    private static PriceLevelChange ToChange(Side side, long price, long quantity) => new() { Side = side, PriceUsdPerGwh = price, QuantityKwh = quantity };

    private static PriceLevel ToLevel(KeyValuePair<long, long> level) => new() { PriceUsdPerGwh = level.Key, QuantityKwh = level.Value };
}
