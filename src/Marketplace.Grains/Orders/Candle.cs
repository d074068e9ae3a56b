namespace Marketplace.Grains.Orders;

/// <summary>The trades of one interval, summed up, exactly.</summary>
/// <param name="StartMicros">Start of the interval, event time: a whole multiple of its length since 1970.</param>
/// <param name="Open">Price of the first trade, USD per GWh.</param>
/// <param name="High">Highest price.</param>
/// <param name="Low">Lowest price.</param>
/// <param name="Close">Price of the last trade.</param>
/// <param name="VolumeKwh">Volume, kWh.</param>
/// <param name="NotionalMicros">Notional, micro-dollars.</param>
/// <param name="Trades">Trades, 1 or more.</param>
/// <param name="FirstSequence">Sequence of the first trade.</param>
/// <param name="LastSequence">Sequence of the last trade.</param>
public readonly record struct Candle(
    long StartMicros, long Open, long High, long Low, long Close, Int128 VolumeKwh, Int128 NotionalMicros, long Trades, long FirstSequence, long LastSequence)
{
    /// <summary>Volume-weighted price, USD per GWh, rounded down: a micro-dollar per kWh is a US dollar per GWh.</summary>
    public long VolumeWeightedPrice => (long)(NotionalMicros / VolumeKwh);

    /// <summary>The start of the interval a time is in.</summary>
    public static long StartOf(Timestamp time, long intervalMicros) => time.Micros - (time.Micros % intervalMicros);

    /// <summary>The candle of one trade.</summary>
    public static Candle Of(in PastTrade trade, long intervalMicros)
    {
        var (print, price) = (trade.Print, trade.Print.Price);
        return new(
            StartOf(trade.Time, intervalMicros), price, price, price, price, print.Quantity, (Int128)price * print.Quantity, 1, print.Sequence, print.Sequence);
    }

    /// <summary>This candle with a later trade of its interval.</summary>
    public Candle With(in PastTrade trade)
    {
        var print = trade.Print;
        return this with
        {
            High = Math.Max(High, print.Price),
            Low = Math.Min(Low, print.Price),
            Close = print.Price,
            VolumeKwh = VolumeKwh + print.Quantity,
            NotionalMicros = NotionalMicros + ((Int128)print.Price * print.Quantity),
            Trades = Trades + 1,
            LastSequence = print.Sequence,
        };
    }

    /// <summary>Takes a trade into candles that are in order of time and end with it: the last one grows, or a new one begins.</summary>
    public static void Add(List<Candle> candles, in PastTrade trade, long intervalMicros)
    {
        if (candles.Count > 0 && candles[^1].StartMicros == StartOf(trade.Time, intervalMicros))
        {
            candles[^1] = candles[^1].With(trade);
        }
        else
        {
            candles.Add(Of(trade, intervalMicros));
        }
    }
}
