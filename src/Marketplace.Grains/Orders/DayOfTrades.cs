namespace Marketplace.Grains.Orders;

/// <summary>The trades of the last 24 hours, by whole minutes of which the one under way is the last. Not safe for several threads.</summary>
public sealed class DayOfTrades
{
    /// <summary>Microseconds of a minute.</summary>
    public const long MinuteMicros = 60 * Timestamp.MicrosPerSecond;

    private const long Minutes = 24 * 60;

    private readonly List<Candle> _minutes = [];
    private int _first;

    /// <summary>When the day began that ends with the minute of a time.</summary>
    public static long BeginOf(Timestamp now) => Math.Max(0, Candle.StartOf(now, MinuteMicros) - ((Minutes - 1) * MinuteMicros));

    /// <summary>Sequence of the last trade taken in; 0 before the first.</summary>
    public long LastSequence { get; private set; }

    /// <summary>Takes a trade in, later than those before.</summary>
    public void Add(in PastTrade trade)
    {
        Candle.Add(_minutes, trade, MinuteMicros);
        LastSequence = trade.Print.Sequence;
    }

    /// <summary>The day as one candle, at a time; null where it had no trade.</summary>
    public Candle? At(Timestamp now)
    {
        var begin = BeginOf(now);
        while (_first < _minutes.Count && _minutes[_first].StartMicros < begin)
        {
            _first++;
        }

        if (_first > Minutes)
        {
            _minutes.RemoveRange(0, _first);
            _first = 0;
        }

        Candle? day = null;
        for (var at = _first; at < _minutes.Count; at++)
        {
            var minute = _minutes[at];
            day = day is not { } sum ? minute : sum with
            {
                High = Math.Max(sum.High, minute.High),
                Low = Math.Min(sum.Low, minute.Low),
                Close = minute.Close,
                VolumeKwh = sum.VolumeKwh + minute.VolumeKwh,
                NotionalMicros = sum.NotionalMicros + minute.NotionalMicros,
                Trades = sum.Trades + minute.Trades,
                LastSequence = minute.LastSequence,
            };
        }

        return day;
    }
}
