using Gwh.Marketplace.V1;

namespace Marketplace.Client.Books;

/// <summary>A book as its stream makes it, level by level. It changes as the stream is read: look at it between two updates. Not safe for several threads.</summary>
public sealed class OrderBookReplica
{
    private const int ChecksumLevels = 10;

    private readonly SortedList<long, long> _bids = [];
    private readonly SortedList<long, long> _asks = [];

    internal OrderBookReplica(string instrumentId) => InstrumentId = instrumentId;

    /// <summary>The instrument.</summary>
    public string InstrumentId { get; }

    /// <summary>Epoch of the sequence.</summary>
    public long Epoch { get; internal set; }

    /// <summary>The book's sequence.</summary>
    public long Sequence { get; internal set; }

    /// <summary>Whether it trades.</summary>
    public InstrumentState Phase { get; internal set; }

    /// <summary>Price of the last trade, USD per GWh; 0 before the first that was seen.</summary>
    public long LastTradePriceUsdPerGwh { get; internal set; }

    /// <summary>Event time of the last change.</summary>
    public DateTime EventTime { get; internal set; }

    /// <summary>Levels bid.</summary>
    public int BidLevels => _bids.Count;

    /// <summary>Levels asked.</summary>
    public int AskLevels => _asks.Count;

    /// <summary>The best (highest) bid; null where there is none.</summary>
    public Level? BestBid => _bids.Count == 0 ? null : At(_bids, _bids.Count - 1);

    /// <summary>The best (lowest) ask; null where there is none.</summary>
    public Level? BestAsk => _asks.Count == 0 ? null : At(_asks, 0);

    /// <summary>Bids, best first.</summary>
    public IEnumerable<Level> Bids => Enumerable.Range(0, _bids.Count).Select(i => At(_bids, _bids.Count - 1 - i));

    /// <summary>Asks, best first.</summary>
    public IEnumerable<Level> Asks => Enumerable.Range(0, _asks.Count).Select(i => At(_asks, i));

    /// <summary>CRC-32C over (price, quantity), at most ten bids best first, then at most ten asks best first.</summary>
    public uint Checksum()
    {
        var crc = new Crc32C();
        for (var i = _bids.Count - 1; i >= Math.Max(0, _bids.Count - ChecksumLevels); i--)
        {
            crc.Add(_bids.GetKeyAtIndex(i));
            crc.Add(_bids.GetValueAtIndex(i));
        }

        for (var i = 0; i < Math.Min(_asks.Count, ChecksumLevels); i++)
        {
            crc.Add(_asks.GetKeyAtIndex(i));
            crc.Add(_asks.GetValueAtIndex(i));
        }

        return crc.Value;
    }

    internal void Load(OrderBookSnapshot snapshot)
    {
        _bids.Clear();
        _asks.Clear();
        foreach (var level in snapshot.Bids)
        {
            _bids[level.PriceUsdPerGwh] = level.QuantityKwh;
        }

        foreach (var level in snapshot.Asks)
        {
            _asks[level.PriceUsdPerGwh] = level.QuantityKwh;
        }

        (Epoch, Sequence, Phase) = (snapshot.Epoch, snapshot.Sequence, snapshot.Phase);
        LastTradePriceUsdPerGwh = snapshot.LastTradePriceUsdPerGwh;
        EventTime = snapshot.EventTime?.ToDateTime() ?? DateTime.UnixEpoch;
    }

    internal void Apply(OrderBookDelta delta)
    {
        foreach (var change in delta.Changes)
        {
            var levels = change.Side == Side.Bid ? _bids : _asks;
            if (change.QuantityKwh == 0)
            {
                levels.Remove(change.PriceUsdPerGwh);
            }
            else
            {
                levels[change.PriceUsdPerGwh] = change.QuantityKwh;
            }
        }

        if (delta.Trades.Count > 0)
        {
            LastTradePriceUsdPerGwh = delta.Trades[^1].PriceUsdPerGwh;
        }

        (Sequence, Phase) = (delta.Sequence, delta.Phase);
        EventTime = delta.EventTime?.ToDateTime() ?? EventTime;
    }

    private static Level At(SortedList<long, long> levels, int index) => new(levels.GetKeyAtIndex(index), levels.GetValueAtIndex(index));
}

/// <summary>One level of one side.</summary>
/// <param name="PriceUsdPerGwh">USD per GWh.</param>
/// <param name="QuantityKwh">Total open, kWh.</param>
public readonly record struct Level(long PriceUsdPerGwh, long QuantityKwh);
