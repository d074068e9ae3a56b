using Marketplace.Domain.Orders;

namespace Marketplace.Grains.Orders;

/// <summary>
/// The levels of one side, by rank: 0 is the best. Kept in arrays with the best at the end, because that is where a book changes. Not safe for several threads.
/// </summary>
public sealed class BookLadder(Side side)
{
    private long[] _prices = new long[16];
    private long[] _quantities = new long[16];

    /// <summary>Levels.</summary>
    public int Count { get; private set; }

    /// <summary>The level of a rank, 0 to <see cref="Count"/> less one: USD per GWh and kWh.</summary>
    public (long Price, long Quantity) this[int rank] => (_prices[Count - 1 - rank], _quantities[Count - 1 - rank]);

    /// <summary>A copy of the best so many levels that goes its own way.</summary>
    public BookLadder Copy(int most = int.MaxValue)
    {
        var count = Math.Min(most, Count);
        var copy = new BookLadder(side) { _prices = new long[Math.Max(16, count)], _quantities = new long[Math.Max(16, count)], Count = count };
        Array.Copy(_prices, Count - count, copy._prices, 0, count);
        Array.Copy(_quantities, Count - count, copy._quantities, 0, count);
        return copy;
    }

    /// <summary>The rank a price has, or would have; and what is shown there, 0 for nothing.</summary>
    public (int Rank, long Quantity) Find(long price)
    {
        var at = IndexOf(price);
        return at >= 0 ? (Count - 1 - at, _quantities[at]) : (Count - ~at, 0);
    }

    /// <summary>Sets the total of a price; 0 takes the level away.</summary>
    public void Set(long price, long quantity)
    {
        var at = IndexOf(price);
        if (at >= 0 && quantity > 0)
        {
            _quantities[at] = quantity;
        }
        else if (at >= 0)
        {
            Count--;
            Array.Copy(_prices, at + 1, _prices, at, Count - at);
            Array.Copy(_quantities, at + 1, _quantities, at, Count - at);
        }
        else if (quantity > 0)
        {
            Insert(~at, price, quantity);
        }
    }

    /// <summary>Forgets all levels.</summary>
    public void Clear() => Count = 0;

    private void Insert(int at, long price, long quantity)
    {
        if (Count == _prices.Length)
        {
            Array.Resize(ref _prices, Count * 2);
            Array.Resize(ref _quantities, Count * 2);
        }

        Array.Copy(_prices, at, _prices, at + 1, Count - at);
        Array.Copy(_quantities, at, _quantities, at + 1, Count - at);
        (_prices[at], _quantities[at]) = (price, quantity);
        Count++;
    }

    /// <summary>Where a price is, or the complement of where it belongs: bids rise, asks fall towards the end.</summary>
    private int IndexOf(long price)
    {
        var (low, high) = (0, Count - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = side == Side.Bid ? _prices[middle].CompareTo(price) : price.CompareTo(_prices[middle]);
            if (order == 0)
            {
                return middle;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return ~low;
    }
}
