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

/// <summary>The occupied prices of one side of a book, and which is best. The levels themselves are the book's.</summary>
/// <param name="highestFirst">Whether the best price is the highest: bids, and the stops of asks.</param>
/// <param name="tick">Prices are multiples of it, USD per GWh.</param>
internal sealed class BookSide(bool highestFirst, long tick)
{
    // Made with the first price, because most sides of most books have none.
    private PriceLadder? _ladder;
    private readonly uint _tick = (uint)tick;

    /// <summary>The best level, -1 when the side is empty.</summary>
    public int Best = -1;

    /// <summary>The level at a price, or -1.</summary>
    public int Find(long price) => _ladder is null ? -1 : _ladder.Find(TickOf(price));

    /// <summary>Takes in a level at a price that has none.</summary>
    public void Add(long price, int level, long bestPrice)
    {
        (_ladder ??= new()).Add(TickOf(price), level);
        if (Best < 0 || (highestFirst ? price > bestPrice : price < bestPrice))
        {
            Best = level;
        }
    }

    /// <summary>Takes out the level of a price.</summary>
    public void Remove(long price, int level)
    {
        var left = _ladder!.Remove(TickOf(price), highestFirst);
        if (Best == level)
        {
            Best = left >= 0 ? left : highestFirst ? _ladder.Highest() : _ladder.Lowest();
        }
    }

    /// <summary>The next level behind a price, away from the other side; -1 at the end.</summary>
    public int NextBehind(long price) => highestFirst ? _ladder!.Below(TickOf(price)) : _ladder!.Above(TickOf(price));

    private long TickOf(long price) => _tick == 1 ? price : (uint)price / _tick;
}
