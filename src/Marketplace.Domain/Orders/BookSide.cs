namespace Marketplace.Domain.Orders;

/// <summary>One price of one side: the queue of its orders.</summary>
internal struct PriceLevel
{
    /// <summary>USD per GWh.</summary>
    public long Price;
    /// <summary>Sum of what is open, kWh.</summary>
    public long Quantity;
    /// <summary>Orders in the queue.</summary>
    public int Count;
    /// <summary>First in turn, or -1.</summary>
    public int First;
    /// <summary>Last in turn, or -1.</summary>
    public int Last;
}

/// <summary>The resting orders of one side by price, then time. Slots of orders are the book's; levels and their order are kept here.</summary>
internal sealed class BookSide(Side side, long tick, OrderSlots orders)
{
    private readonly PriceLadder _ladder = new();
    private readonly Stack<int> _freeLevels = new();
    private PriceLevel[] _levels = new PriceLevel[64];
    private int _levelCount;

    /// <summary>Which side.</summary>
    public Side Side { get; } = side;

    /// <summary>The best level: the highest bid or the lowest ask; -1 when the side is empty.</summary>
    public int Best { get; private set; } = -1;

    /// <summary>A level.</summary>
    public ref PriceLevel Level(int level) => ref _levels[level];

    /// <summary>The next level behind one, away from the other side; -1 at the end.</summary>
    public int NextBehind(int level) =>
        Side == Side.Bid ? _ladder.Below(_levels[level].Price / tick) : _ladder.Above(_levels[level].Price / tick);

    /// <summary>The total open at a price, kWh; 0 where there is none.</summary>
    public long QuantityAt(long price)
    {
        var level = _ladder.Find(price / tick);
        return level < 0 ? 0 : _levels[level].Quantity;
    }

    /// <summary>Puts an order behind all others of its price.</summary>
    public void Append(int slot)
    {
        ref var order = ref orders[slot];
        var ticks = order.Price / tick;
        var level = _ladder.Find(ticks);
        if (level < 0)
        {
            level = NewLevel(order.Price);
            _ladder.Add(ticks, level);
            if (Best < 0 || IsBetter(order.Price, _levels[Best].Price))
            {
                Best = level;
            }
        }

        ref var queue = ref _levels[level];
        order.Level = level;
        order.Previous = queue.Last;
        order.Next = -1;
        if (queue.Last >= 0)
        {
            orders[queue.Last].Next = slot;
        }
        else
        {
            queue.First = slot;
        }

        queue.Last = slot;
        queue.Count++;
        queue.Quantity += order.Open;
    }

    /// <summary>Takes an order out of its queue.</summary>
    public void Remove(int slot)
    {
        ref var order = ref orders[slot];
        ref var queue = ref _levels[order.Level];
        if (order.Previous >= 0)
        {
            orders[order.Previous].Next = order.Next;
        }
        else
        {
            queue.First = order.Next;
        }

        if (order.Next >= 0)
        {
            orders[order.Next].Previous = order.Previous;
        }
        else
        {
            queue.Last = order.Previous;
        }

        queue.Count--;
        queue.Quantity -= order.Open;
        if (queue.Count > 0)
        {
            return;
        }

        Check.That(queue.Quantity == 0);
        _ladder.Remove(queue.Price / tick);
        _freeLevels.Push(order.Level);
        if (Best == order.Level)
        {
            Best = Side == Side.Bid ? _ladder.Highest() : _ladder.Lowest();
        }
    }

    /// <summary>Takes quantity off an order that stays in its place.</summary>
    public void Reduce(int slot, long byKwh)
    {
        ref var order = ref orders[slot];
        order.Open -= byKwh;
        _levels[order.Level].Quantity -= byKwh;
        Check.That(order.Open > 0);
    }

    /// <summary>Whether one price of this side comes before another.</summary>
    public bool IsBetter(long price, long than) => Side == Side.Bid ? price > than : price < than;

    /// <summary>Whether an incoming order of the other side with this limit trades at a price of this side.</summary>
    public bool Crosses(long limit, long price) => Side == Side.Bid ? limit <= price : limit >= price;

    private int NewLevel(long price)
    {
        if (!_freeLevels.TryPop(out var level))
        {
            if (_levelCount == _levels.Length)
            {
                Array.Resize(ref _levels, _levelCount * 2);
            }

            level = _levelCount++;
        }

        _levels[level] = new PriceLevel { Price = price, First = -1, Last = -1 };
        return level;
    }
}

/// <summary>Slots of orders in chunks that never move, with a list of free ones.</summary>
internal sealed class OrderSlots
{
    private const int ChunkBits = 10;
    private readonly List<RestingOrder[]> _chunks = [];
    private readonly Stack<int> _free = new();
    private int _used;

    /// <summary>The order in a slot.</summary>
    public ref RestingOrder this[int slot] => ref _chunks[slot >> ChunkBits][slot & ((1 << ChunkBits) - 1)];

    /// <summary>Takes a free slot for an order.</summary>
    public int Take(in RestingOrder order)
    {
        if (!_free.TryPop(out var slot))
        {
            if (_used == _chunks.Count << ChunkBits)
            {
                _chunks.Add(new RestingOrder[1 << ChunkBits]);
            }

            slot = _used++;
        }

        this[slot] = order;
        return slot;
    }

    /// <summary>Gives a slot back.</summary>
    public void Free(int slot) => _free.Push(slot);
}
