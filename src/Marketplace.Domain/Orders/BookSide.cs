namespace Marketplace.Domain.Orders;

/// <summary>One price of one side: the queue of its orders.</summary>
internal struct PriceLevel
{
    /// <summary>USD per GWh: of resting orders their limit, of waiting stop orders their stop price.</summary>
    public long Price;
    /// <summary>Sum of what is shown, kWh.</summary>
    public long Shown;
    /// <summary>Sum of what is open and not shown, kWh.</summary>
    public long Hidden;
    /// <summary>Orders in the queue.</summary>
    public int Count;
    /// <summary>First in turn, or -1; of a free level, the next free one.</summary>
    public int First;
    /// <summary>Last in turn, or -1.</summary>
    public int Last;
    /// <summary>Which side it is of: an index among the sides of its book.</summary>
    public int Side;
}

/// <summary>
/// The occupied prices of one side of a book, and which is best. The levels themselves are the book's. A few prices are a sorted list, because most sides of most books have
/// none or few; with more, and from then on, they are a <see cref="PriceLadder"/>.
/// </summary>
internal struct BookSide
{
    private const int MostListed = 8;

    private static readonly ulong[] None = [];

    // The prices in ticks, ascending, each with its level in the lower half.
    private ulong[] _listed = None;
    private PriceLadder? _ladder;
    private int _count;
    private readonly uint _tick;
    private readonly bool _highestFirst;

    /// <summary>The best level, -1 when the side is empty.</summary>
    public int Best = -1;

    /// <summary>A side without prices.</summary>
    /// <param name="highestFirst">Whether the best price is the highest: bids, and the stops of asks.</param>
    /// <param name="tick">Prices are multiples of it, USD per GWh.</param>
    public BookSide(bool highestFirst, long tick) => (_highestFirst, _tick) = (highestFirst, (uint)tick);

    /// <summary>The level at a price, or -1.</summary>
    public readonly int Find(long price)
    {
        var tick = TickOf(price);
        if (_ladder is not null)
        {
            return _ladder.Find(tick);
        }

        var at = PlaceOf(tick);
        return at < _count && TickIn(_listed[at]) == tick ? LevelIn(_listed[at]) : -1;
    }

    /// <summary>Takes in a level at a price that has none.</summary>
    public void Add(long price, int level, long bestPrice)
    {
        var tick = TickOf(price);
        if (_ladder is null && _count == MostListed)
        {
            Raise();
        }

        if (_ladder is not null)
        {
            _ladder.Add(tick, level);
        }
        else
        {
            List(tick, level);
        }

        if (Best < 0 || (_highestFirst ? price > bestPrice : price < bestPrice))
        {
            Best = level;
        }
    }

    /// <summary>Takes out the level of a price.</summary>
    public void Remove(long price, int level)
    {
        var tick = TickOf(price);
        if (_ladder is null)
        {
            Unlist(tick);
            return;
        }

        var left = _ladder.Remove(tick, _highestFirst);
        if (Best == level)
        {
            Best = left >= 0 ? left : _highestFirst ? _ladder.Highest() : _ladder.Lowest();
        }
    }

    /// <summary>The next level behind a price, away from the other side; -1 at the end.</summary>
    public readonly int NextBehind(long price)
    {
        var tick = TickOf(price);
        if (_ladder is not null)
        {
            return _highestFirst ? _ladder.Below(tick) : _ladder.Above(tick);
        }

        var at = PlaceOf(tick);
        at = _highestFirst ? at - 1 : at < _count && TickIn(_listed[at]) == tick ? at + 1 : at;
        return at >= 0 && at < _count ? LevelIn(_listed[at]) : -1;
    }

    private static long TickIn(ulong listed) => (long)(listed >> 32);

    private static int LevelIn(ulong listed) => unchecked((int)(uint)listed);

    private readonly long TickOf(long price) => _tick == 1 ? price : (uint)price / _tick;

    /// <summary>The place of the first price that is not lower.</summary>
    private readonly int PlaceOf(long tick)
    {
        var at = 0;
        while (at < _count && TickIn(_listed[at]) < tick)
        {
            at++;
        }

        return at;
    }

    private void List(long tick, int level)
    {
        if (_count == _listed.Length)
        {
            Array.Resize(ref _listed, Math.Max(1, _count * 2));
        }

        var at = PlaceOf(tick);
        Check.That(at == _count || TickIn(_listed[at]) != tick);
        Array.Copy(_listed, at, _listed, at + 1, _count - at);
        _listed[at] = ((ulong)tick << 32) | (uint)level;
        _count++;
    }

    private void Unlist(long tick)
    {
        var at = PlaceOf(tick);
        Check.That(at < _count && TickIn(_listed[at]) == tick);
        _count--;
        Array.Copy(_listed, at + 1, _listed, at, _count - at);
        Best = _count == 0 ? -1 : LevelIn(_listed[_highestFirst ? _count - 1 : 0]);
    }

    private void Raise()
    {
        _ladder = new();
        for (var at = 0; at < _count; at++)
        {
            _ladder.Add(TickIn(_listed[at]), LevelIn(_listed[at]));
        }

        (_listed, _count) = (None, 0);
    }
}
