using Marketplace.Domain.Messages;

namespace Marketplace.Domain.Orders;

/// <summary>Finds the slot of an order by its key. At most half full: once grown 16 to 32 bytes an order.</summary>
internal struct OrderIndex
{
    private const int HalfFull = 2;

    private HashIndex _slots = new(HalfFull);

    /// <summary>An empty one.</summary>
    public OrderIndex()
    {
    }

    /// <summary>Orders in it.</summary>
    public int Count { get; private set; }

    /// <summary>The slot of a key among these orders, or -1.</summary>
    public readonly int Find(long key, OrderSlots orders) => (int)_slots.Find(HashOf(key), new KeyIs(orders, key));

    /// <summary>Asks for the memory where a key will be looked for or added. Changes nothing.</summary>
    public readonly void Prefetch(long key) => _slots.Prefetch(HashOf(key));

    /// <summary>Adds the key of the order in a slot; it is not in it yet.</summary>
    public void Add(int slot, OrderSlots orders)
    {
        var key = orders[slot].Key;
        _slots.Add(HashOf(key), (uint)slot, new KeyIs(orders, key));
        Count++;
    }

    /// <summary>Removes a key that is in it, at a slot.</summary>
    public void Remove(long key, int slot)
    {
        _slots.Remove(HashOf(key), (uint)slot);
        Count--;
    }

    private static uint HashOf(long key) => unchecked((uint)(((ulong)key * 0x9E3779B97F4A7C15UL) >> 32));

    private readonly struct KeyIs(OrderSlots orders, long key) : IMatch
    {
        public bool Is(uint number) => orders[(int)number].Key == key;
    }
}
