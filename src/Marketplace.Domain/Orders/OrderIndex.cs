using Marketplace.Domain.Messages;

namespace Marketplace.Domain.Orders;

/// <summary>
/// Finds the slot of an order by its key: one flat table of open addressing, 8 bytes an entry, the hash beside the slot so that a probe seldom looks at an order that is
/// not meant. At most half full and, once grown, at least a quarter: 16 to 32 bytes an order. Nothing is marked deleted: what stands behind a gap moves up.
/// </summary>
internal struct OrderIndex
{
    // The table of all that are empty: nothing is written into it, because the first order makes a larger one.
    private static readonly ulong[] None = new ulong[1];

    private ulong[] _entries = None;
    private uint _mask;

    /// <summary>An empty one.</summary>
    public OrderIndex()
    {
    }

    /// <summary>Orders in it.</summary>
    public int Count { get; private set; }

    /// <summary>The slot of a key among these orders, or -1.</summary>
    public readonly int Find(long key, RestingOrder[] orders)
    {
        var hash = HashOf(key);
        var entries = _entries;
        for (var at = hash & _mask; ; at = (at + 1) & _mask)
        {
            var entry = entries[at];
            if (entry == 0)
            {
                return -1;
            }

            var slot = unchecked((int)(uint)entry) - 1;
            if ((uint)(entry >> 32) == hash && orders[slot].Key == key)
            {
                return slot;
            }
        }
    }

    /// <summary>Asks for the memory where a key will be looked for or added. Changes nothing.</summary>
    public readonly void Prefetch(long key) => CacheLine.Prefetch(ref _entries[HashOf(key) & _mask]);

    /// <summary>Adds the key of the order in a slot; it is not in it yet.</summary>
    public void Add(int slot, RestingOrder[] orders)
    {
        if (++Count > _entries.Length / 2)
        {
            Grow();
        }

        var key = orders[slot].Key;
        var hash = HashOf(key);
        var at = hash & _mask;
        for (; _entries[at] != 0; at = (at + 1) & _mask)
        {
            Check.That((uint)(_entries[at] >> 32) != hash || orders[unchecked((int)(uint)_entries[at]) - 1].Key != key);
        }

        _entries[at] = ((ulong)hash << 32) | (uint)(slot + 1);
    }

    /// <summary>Removes a key that is in it, at a slot.</summary>
    public void Remove(long key, int slot)
    {
        var hash = HashOf(key);
        var sought = ((ulong)hash << 32) | (uint)(slot + 1);
        var entries = _entries;
        var gap = hash & _mask;
        while (entries[gap] != sought)
        {
            Check.That(entries[gap] != 0);
            gap = (gap + 1) & _mask;
        }

        Count--;
        for (var at = (gap + 1) & _mask; entries[at] != 0; at = (at + 1) & _mask)
        {
            // An entry may move up into the gap unless its home lies behind the gap.
            var home = (uint)(entries[at] >> 32) & _mask;
            if (unchecked((at - home) & _mask) >= unchecked((at - gap) & _mask))
            {
                entries[gap] = entries[at];
                gap = at;
            }
        }

        entries[gap] = 0;
    }

    private static uint HashOf(long key) => unchecked((uint)(((ulong)key * 0x9E3779B97F4A7C15UL) >> 32));

    private readonly void Put(ulong entry)
    {
        var at = (uint)(entry >> 32) & _mask;
        while (_entries[at] != 0)
        {
            at = (at + 1) & _mask;
        }

        _entries[at] = entry;
    }

    private void Grow()
    {
        var old = _entries;
        _entries = new ulong[old.Length * 2];
        _mask = (uint)_entries.Length - 1;
        foreach (var entry in old)
        {
            if (entry != 0)
            {
                Put(entry);
            }
        }
    }
}
