using System.Runtime.CompilerServices;

namespace Marketplace.Domain.Messages;

/// <summary>
/// Remembered ids in the order they came, found by their key: a hash table of open addressing over chunks of entries that never move, so that the millionth id costs what
/// the first did and no growth copies what is remembered.
/// </summary>
internal sealed class IdTable
{
    private const int ChunkBits = 10;
    private const int ChunkMask = (1 << ChunkBits) - 1;

    private readonly List<Entry[]> _chunks = [];
    private readonly Stack<Entry[]> _spare = new();
    private ulong[] _slots = new ulong[64];
    private long _first;
    private long _next;

    /// <summary>One id.</summary>
    internal struct Entry
    {
        /// <summary>The key.</summary>
        public RequestKey Key;
        /// <summary>When it came, microseconds since the Unix epoch.</summary>
        public long TimeMicros;
        /// <summary>What is remembered.</summary>
        public RememberedRequest Request;

        /// <summary>Its parts.</summary>
        public readonly void Deconstruct(out RequestKey key, out long timeMicros, out RememberedRequest request) => (key, timeMicros, request) = (Key, TimeMicros, Request);
    }

    /// <summary>Entries now.</summary>
    public int Count => (int)(_next - _first);

    /// <summary>The entry that came first.</summary>
    public ref readonly Entry Oldest => ref At(_first);

    /// <summary>Makes room for so many entries at once.</summary>
    public void EnsureCapacity(int count)
    {
        if (count * 2L > _slots.Length)
        {
            Grow((int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)count * 2));
        }
    }

    /// <summary>All entries, oldest first.</summary>
    public IEnumerable<Entry> All()
    {
        for (var ordinal = _first; ordinal < _next; ordinal++)
        {
            yield return At(ordinal);
        }
    }

    /// <summary>The entry of a key, or a null reference.</summary>
    public ref Entry Find(RequestKey key)
    {
        var tag = Tag(key);
        var mask = _slots.Length - 1;
        for (var slot = (int)(tag >> 1) & mask; _slots[slot] != 0; slot = (slot + 1) & mask)
        {
            if ((uint)(_slots[slot] >> 32) == tag)
            {
                ref var entry = ref At(OrdinalIn(slot));
                if (entry.Key == key)
                {
                    return ref entry;
                }
            }
        }

        return ref Unsafe.NullRef<Entry>();
    }

    /// <summary>Adds an entry whose key is not there, behind all others.</summary>
    public void Add(in Entry entry)
    {
        if ((Count + 1) * 2L > _slots.Length)
        {
            Grow(_slots.Length * 2);
        }

        var tag = Tag(entry.Key);
        var mask = _slots.Length - 1;
        var slot = (int)(tag >> 1) & mask;
        for (; _slots[slot] != 0; slot = (slot + 1) & mask)
        {
            Check.That((uint)(_slots[slot] >> 32) != tag || At(OrdinalIn(slot)).Key != entry.Key);
        }

        if ((_next & ChunkMask) == 0 || _chunks.Count == 0)
        {
            _chunks.Add(_spare.TryPop(out var spare) ? spare : new Entry[1 << ChunkBits]);
        }

        _slots[slot] = ((ulong)tag << 32) | unchecked((uint)_next);
        _next++;
        At(_next - 1) = entry;
    }

    /// <summary>Removes the entry that came first.</summary>
    public void RemoveOldest()
    {
        var tag = Tag(At(_first).Key);
        var mask = _slots.Length - 1;
        var gap = (int)(tag >> 1) & mask;
        while (_slots[gap] == 0 || OrdinalIn(gap) != _first)
        {
            gap = (gap + 1) & mask;
        }

        // Whatever stands behind the gap and could stand in it moves up, so that every search still ends at an empty slot.
        for (var slot = (gap + 1) & mask; _slots[slot] != 0; slot = (slot + 1) & mask)
        {
            var home = (int)((uint)(_slots[slot] >> 32) >> 1) & mask;
            if (((slot - home) & mask) >= ((slot - gap) & mask))
            {
                _slots[gap] = _slots[slot];
                gap = slot;
            }
        }

        _slots[gap] = 0;
        _first++;
        if ((_first & ChunkMask) == 0)
        {
            _spare.Push(_chunks[0]);
            _chunks.RemoveAt(0);
            if (_spare.Count > 2)
            {
                _spare.Pop();
            }
        }
    }

    // Never 0, so that a slot in use is not 0 either; its lowest bit says nothing.
    private static uint Tag(RequestKey key) => unchecked((uint)key.Value.GetHashCode()) | 1;

    private long OrdinalIn(int slot) => _first + unchecked((uint)_slots[slot] - (uint)_first);

    private ref Entry At(long ordinal) => ref _chunks[(int)((ordinal >> ChunkBits) - (_first >> ChunkBits))][(int)(ordinal & ChunkMask)];

    private void Grow(int length)
    {
        var slots = new ulong[length];
        var mask = slots.Length - 1;
        foreach (var used in _slots)
        {
            if (used != 0)
            {
                var slot = (int)((uint)(used >> 32) >> 1) & mask;
                while (slots[slot] != 0)
                {
                    slot = (slot + 1) & mask;
                }

                slots[slot] = used;
            }
        }

        _slots = slots;
    }
}
