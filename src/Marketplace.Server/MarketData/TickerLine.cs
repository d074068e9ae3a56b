using Gwh.Marketplace.V1;
using Marketplace.Grains.Orders;

namespace Marketplace.Server.MarketData;

/// <summary>One instrument's ticker, made again where something has changed. Any thread may ask.</summary>
internal sealed class TickerLine : IWoken, IDisposable
{
    private readonly Lock _gate = new();
    private readonly string _instrument;
    private readonly Lingering<BookChannel>.Held _book;
    private DayOfTrades? _day;
    private Ticker? _ticker;
    private long _number;
    private int _breaks;
    private long _minute = -1;
    private long _version;
    private int _moved = 1;

    public TickerLine(string instrument, Lingering<BookChannel>.Held book)
    {
        (_instrument, _book) = (instrument, book);
        book.Value.Tell(this);
    }

    /// <inheritdoc/>
    public string? Connection => null;

    /// <inheritdoc/>
    public void Wake() => Volatile.Write(ref _moved, 1);

    /// <summary>The ticker now, and how often it has changed. The message is shared: nobody may change it.</summary>
    public (Ticker Ticker, long Version) Read(VenueTime now, BookHistory history)
    {
        lock (_gate)
        {
            var minute = now.Micros / DayOfTrades.MinuteMicros;
            if (Interlocked.Exchange(ref _moved, 0) == 0 && minute == _minute && _ticker is not null)
            {
                return (_ticker, _version);
            }

            _minute = minute;
            var ticker = Make(now, history);
            if (!ticker.Equals(_ticker))
            {
                (_ticker, _version) = (ticker, _version + 1);
            }

            return (_ticker, _version);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _book.Value.Forget(this);
        _book.Dispose();
    }

    private Ticker Make(VenueTime now, BookHistory history)
    {
        var (ticker, changes) = _book.Value.Book.At(book =>
        {
            var since = book.Breaks == _breaks ? book.After(_number) : null;
            (_number, _breaks) = (book.Number, book.Breaks);
            return (Of(book), since);
        });
        if (_day is null || changes is null)
        {
            _day = new();
            foreach (var past in history.Since(_instrument, DayOfTrades.BeginOf(now)))
            {
                if (BookHistory.TradeOf(past) is { } trade)
                {
                    _day.Add(trade);
                }
            }
        }

        foreach (var change in changes ?? [])
        {
            foreach (var trade in change.Trades)
            {
                if (trade.Sequence > _day.LastSequence)
                {
                    _day.Add(new(trade, change.Time));
                }
            }
        }

        return WithDay(ticker, now);
    }

    private Ticker Of(BookFeed book)
    {
        var bid = book.Bids.Count > 0 ? book.Bids[0] : default;
        var ask = book.Asks.Count > 0 ? book.Asks[0] : default;
        return new()
        {
            InstrumentId = _instrument,
            Sequence = book.Sequence,
            Phase = (InstrumentState)book.State,
            BidUsdPerGwh = bid.Price,
            BidKwh = bid.Quantity,
            AskUsdPerGwh = ask.Price,
            AskKwh = ask.Quantity,
            LastTradePriceUsdPerGwh = book.LastPrice,
            EventTime = book.Sequence == 0 ? null : Wire.ToTimestamp(book.Time),
        };
    }

    private Ticker WithDay(Ticker ticker, VenueTime now)
    {
        var day = _day!.At(now);
        ticker.Volume24HKwh = Wire.ToText(day?.VolumeKwh ?? 0);
        ticker.Notional24HMicros = Wire.ToText(day?.NotionalMicros ?? 0);
        if (day is { } sum)
        {
            (ticker.Open24HUsdPerGwh, ticker.High24HUsdPerGwh, ticker.Low24HUsdPerGwh, ticker.TradeCount24H) = (sum.Open, sum.High, sum.Low, sum.Trades);
            ticker.Change24HUsdPerGwh = sum.Close - sum.Open;
        }

        return ticker;
    }
}
