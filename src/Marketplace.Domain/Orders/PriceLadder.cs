using System.Numerics;

namespace Marketplace.Domain.Orders;

/// <summary>
/// The occupied prices of one side of a book: a tree of 64-way bitmaps over the price in ticks, five deep (2^30 ticks), each leaf entry a level.
/// Finding, adding, removing and the next occupied price either way are five steps each, whatever the number of levels.
/// </summary>
internal sealed class PriceLadder
{
    private const int Depth = 5;
    private const int Fan = 64;

    // Room for a few prices close together: whoever has fewer keeps them in a list.
    private ulong[] _bits = new ulong[8];
    private int[] _children = new int[8 * Fan];
    private int _free;
    private int _nodes = 1;

    /// <summary>The level at a price in ticks, or -1.</summary>
    public int Find(long tick)
    {
        var leaf = LeafOf(tick);
        var slot = (int)tick & (Fan - 1);
        return leaf == 0 || (_bits[leaf] & (1UL << slot)) == 0 ? -1 : _children[(leaf * Fan) + slot];
    }

    /// <summary>Adds a level at a free price.</summary>
    public void Add(long tick, int level)
    {
        var node = LeafOf(tick);
        if (node == 0)
        {
            node = NewLeaf(tick);
        }

        var slot = (int)tick & (Fan - 1);
        Check.That((_bits[node] & (1UL << slot)) == 0);
        _bits[node] |= 1UL << slot;
        _children[(node * Fan) + slot] = level;
    }

    /// <summary>The leaf a price would be in; 0, which is the root, when there is none.</summary>
    private int LeafOf(long tick)
    {
        var node = 0;
        for (var shift = 6 * (Depth - 1); shift > 0; shift -= 6)
        {
            var slot = (int)(tick >> shift) & (Fan - 1);
            if ((_bits[node] & (1UL << slot)) == 0)
            {
                return 0;
            }

            node = _children[(node * Fan) + slot];
        }

        return node;
    }

    private int NewLeaf(long tick)
    {
        var node = 0;
        for (var shift = 6 * (Depth - 1); shift > 0; shift -= 6)
        {
            var slot = (int)(tick >> shift) & (Fan - 1);
            var at = (node * Fan) + slot;
            if ((_bits[node] & (1UL << slot)) == 0)
            {
                var child = NewNode();
                _children[at] = child;
                _bits[node] |= 1UL << slot;
            }

            node = _children[at];
        }

        return node;
    }

    /// <summary>Removes the level at an occupied price. Returns the level of the highest or the lowest price left close by, or -1 when only a search can tell.</summary>
    public int Remove(long tick, bool highest = true)
    {
        var leaf = LeafOf(tick);
        Check.That(leaf != 0);
        var left = _bits[leaf] & ~(1UL << ((int)tick & (Fan - 1)));
        if (left != 0)
        {
            _bits[leaf] = left;
            return _children[(leaf * Fan) + Pick(left, highest)];
        }

        RemoveLeaf(tick);
        return -1;
    }

    private void RemoveLeaf(long tick)
    {
        Span<int> path = stackalloc int[Depth];
        var node = 0;
        for (var depth = 0; depth < Depth; depth++)
        {
            path[depth] = node;
            node = _children[(node * Fan) + Slot(tick, depth)];
        }

        for (var depth = Depth - 1; depth >= 0; depth--)
        {
            node = path[depth];
            _bits[node] &= ~(1UL << Slot(tick, depth));
            if (_bits[node] != 0 || depth == 0)
            {
                return;
            }

            // The free nodes are a list, through the first entries of each; the root is never free.
            _children[node * Fan] = _free;
            _free = node;
        }
    }

    /// <summary>The level at the highest occupied price, or -1.</summary>
    public int Highest()
    {
        var node = 0;
        for (var depth = 0; depth < Depth; depth++)
        {
            if (_bits[node] == 0)
            {
                return -1;
            }

            node = _children[(node * Fan) + (Fan - 1 - BitOperations.LeadingZeroCount(_bits[node]))];
        }

        return node;
    }

    /// <summary>The level at the lowest occupied price, or -1.</summary>
    public int Lowest()
    {
        var node = 0;
        for (var depth = 0; depth < Depth; depth++)
        {
            if (_bits[node] == 0)
            {
                return -1;
            }

            node = _children[(node * Fan) + BitOperations.TrailingZeroCount(_bits[node])];
        }

        return node;
    }

    /// <summary>The level at the next occupied price below, or -1.</summary>
    public int Below(long tick) => Beside(tick, below: true);

    /// <summary>The level at the next occupied price above, or -1.</summary>
    public int Above(long tick) => Beside(tick, below: false);

    private int Beside(long tick, bool below)
    {
        Span<int> path = stackalloc int[Depth];
        var node = 0;
        var depth = 0;
        for (; depth < Depth; depth++)
        {
            path[depth] = node;
            var slot = Slot(tick, depth);
            if (depth == Depth - 1 || (_bits[node] & (1UL << slot)) == 0)
            {
                break;
            }

            node = _children[(node * Fan) + slot];
        }

        for (; depth >= 0; depth--)
        {
            node = path[depth];
            var slot = Slot(tick, depth);
            var rest = below ? _bits[node] & ((1UL << slot) - 1) : _bits[node] & (ulong.MaxValue << slot) & ~(1UL << slot);
            if (rest == 0)
            {
                continue;
            }

            node = _children[(node * Fan) + Pick(rest, below)];
            for (depth++; depth < Depth; depth++)
            {
                node = _children[(node * Fan) + Pick(_bits[node], below)];
            }

            return node;
        }

        return -1;
    }

    private static int Pick(ulong bits, bool highest) =>
        highest ? Fan - 1 - BitOperations.LeadingZeroCount(bits) : BitOperations.TrailingZeroCount(bits);

    private static int Slot(long tick, int depth) => (int)(tick >> (6 * (Depth - 1 - depth))) & (Fan - 1);

    private int NewNode()
    {
        var node = _free;
        if (node != 0)
        {
            _free = _children[node * Fan];
            return node;
        }

        if (_nodes == _bits.Length)
        {
            Array.Resize(ref _bits, _nodes * 2);
            Array.Resize(ref _children, _bits.Length * Fan);
        }

        return _nodes++;
    }
}
