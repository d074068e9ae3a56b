using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Marketplace.Domain.Messages;

/// <summary>
/// Remembered ids in the order they came: entries in chunks that never move, once there is more than one, found by their key through an index in segments. A segment that is
/// three quarters full becomes two, so that the millionth id costs what the first did and no growth copies what is remembered. There is no index until a key is looked for: a
/// replay does without (docs/decisions/0039-a-fold-looks-nothing-up.md).
/// </summary>
internal sealed class IdTable
{
    private const int ChunkBits = 9;
    private const int ChunkEntries = 1 << ChunkBits;
    private const int FirstEntries = 4;
    private const int FirstSlots = 16;
    private const int MostSlots = 4_096;
    private const int MostDepth = 20;
    private const int TagBits = 32;

    private readonly List<Entry[]> _chunks = [];
    private readonly Stack<Entry[]> _spare = new();
    private Segment[]? _segments;
    private int _depth;
    private long _first;
    private long _next;

    /// <summary>One id: the line of a cache.</summary>
    internal struct Entry
    {
        /// <summary>The key.</summary>
        public RequestKey Key;
        /// <summary>When it came, microseconds since the Unix epoch.</summary>
        public long TimeMicros;
        /// <summary>Hash of the request.</summary>
        public ulong Fingerprint;
        /// <summary>The record it is in.</summary>
        public long Version;
        /// <summary>The record its outcome is in; 0 while not known.</summary>
        public long OutcomeVersion;
        /// <summary>Of an order, the record it ended in; 0 while not known.</summary>
        public long EndVersion;
        /// <summary>Why a book refused it.</summary>
        public RejectReason Refused;
        /// <summary>Of an open order, its place in the account's table plus one; else 0.</summary>
        public int Order;
    }

    /// <summary>A part of the index: ordinals by key, the tag of the key above each. Its depth is how many of a tag's first bits all its keys share.</summary>
    private sealed class Segment(int slots, int depth)
    {
        public ulong[] Slots = new ulong[slots];
        public int Count;
        public readonly int Depth = depth;
    }

    /// <summary>Entries now.</summary>
    public int Count => (int)(_next - _first);

    /// <summary>The ordinal of the entry that came first.</summary>
    public long First => _first;

    /// <summary>The ordinal the next entry will have.</summary>
    public long Next => _next;

    /// <summary>The entry with an ordinal that is not removed.</summary>
    public ref Entry At(long ordinal) => ref _chunks[(int)((ordinal >> ChunkBits) - (_first >> ChunkBits))][(int)(ordinal & (ChunkEntries - 1))];

    /// <summary>Makes the index, unless it is there: from now on it is kept.</summary>
    public void Index()
    {
        if (_segments is not null)
        {
            return;
        }

        // Half full from the beginning, whatever there is.
        for (_depth = 0; Count >> _depth > MostSlots / 2; _depth++)
        {
        }

        var slots = _depth > 0 ? MostSlots : Math.Max(FirstSlots, (int)BitOperations.RoundUpToPowerOf2((uint)Count * 2));
        _segments = new Segment[1 << _depth];
        for (var at = 0; at < _segments.Length; at++)
        {
            _segments[at] = new(slots, _depth);
        }

        for (var ordinal = _first; ordinal < _next; ordinal++)
        {
            Enter(At(ordinal).Key, ordinal);
        }
    }

    /// <summary>The ordinal of a key; -1 where it is not there.</summary>
    public long Find(RequestKey key)
    {
        if (_segments is null)
        {
            Index();
        }

        var tag = Tag(key);
        var slots = SegmentOf(tag).Slots;
        var mask = slots.Length - 1;
        for (var slot = Home(tag, mask); slots[slot] != 0; slot = (slot + 1) & mask)
        {
            if ((uint)(slots[slot] >> TagBits) == tag)
            {
                var ordinal = OrdinalIn(slots[slot]);
                if (At(ordinal).Key == key)
                {
                    return ordinal;
                }
            }
        }

        return -1;
    }

    /// <summary>
    /// Asks for the memory where a key would be looked for, and does not wait for it: for many keys one after the other it comes together, and not one line after the other
    /// when each is looked for. Where the processor has no such instruction nothing is done.
    /// </summary>
    public void Prefetch(RequestKey key)
    {
        if (_segments is null || !CacheLine.CanPrefetch)
        {
            return;
        }

        // The array's length, which every look-up reads, lies apart from the slot.
        var tag = Tag(key);
        ref var first = ref MemoryMarshal.GetArrayDataReference(SegmentOf(tag).Slots);
        CacheLine.Prefetch(ref first);
        if (_depth > 0)
        {
            CacheLine.Prefetch(ref Unsafe.Add(ref first, Home(tag, MostSlots - 1)));
        }
    }

    /// <summary>The same of an entry.</summary>
    public void Prefetch(long ordinal) => CacheLine.Prefetch(ref At(ordinal));

    /// <summary>Adds an entry whose key is not there, behind all others; its ordinal.</summary>
    public long Add(in Entry entry)
    {
        if (_segments is not null)
        {
            Enter(entry.Key, _next);
        }

        EnsureEntry();
        At(_next) = entry;
        return _next++;
    }

    /// <summary>Removes the entry that came first.</summary>
    public void RemoveOldest()
    {
        if (_segments is not null)
        {
            Leave(At(_first).Key);
        }

        _first++;
        if ((_first & (ChunkEntries - 1)) == 0)
        {
            RemoveFirstChunk();
        }
    }

    /// <summary>Enters a key that is not there into the index.</summary>
    private void Enter(RequestKey key, long ordinal)
    {
        var tag = Tag(key);
        var segment = SegmentOf(tag);
        while ((segment.Count + 1) * 4 > segment.Slots.Length * 3)
        {
            Grow(segment, tag);
            segment = SegmentOf(tag);
        }

        var slots = segment.Slots;
        var mask = slots.Length - 1;
        var slot = Home(tag, mask);
        for (; slots[slot] != 0; slot = (slot + 1) & mask)
        {
            Check.That((uint)(slots[slot] >> TagBits) != tag || At(OrdinalIn(slots[slot])).Key != key);
        }

        slots[slot] = ((ulong)tag << TagBits) | unchecked((uint)ordinal);
        segment.Count++;
    }

    /// <summary>Takes the key of the first entry out of the index.</summary>
    private void Leave(RequestKey key)
    {
        var tag = Tag(key);
        var segment = SegmentOf(tag);
        var slots = segment.Slots;
        var mask = slots.Length - 1;
        var gap = Home(tag, mask);
        while (slots[gap] == 0 || OrdinalIn(slots[gap]) != _first)
        {
            gap = (gap + 1) & mask;
        }

        // Whatever stands behind the gap and could stand in it moves up, so that every search still ends at an empty slot.
        for (var slot = (gap + 1) & mask; slots[slot] != 0; slot = (slot + 1) & mask)
        {
            var home = Home((uint)(slots[slot] >> TagBits), mask);
            if (((slot - home) & mask) >= ((slot - gap) & mask))
            {
                slots[gap] = slots[slot];
                gap = slot;
            }
        }

        slots[gap] = 0;
        segment.Count--;
    }

    private void RemoveFirstChunk()
    {
        if (_chunks[0].Length == ChunkEntries && _spare.Count < 2)
        {
            _spare.Push(_chunks[0]);
        }

        _chunks.RemoveAt(0);
    }

    // Never 0, so that a slot in use is not 0 either; its lowest bit says nothing.
    private static uint Tag(RequestKey key) => unchecked((uint)key.GetHashCode()) | 1;

    // The first bits of a tag say the segment, the last ones the slot in it.
    private static int Home(uint tag, int mask) => (int)(tag >> 1) & mask;

    private int IndexOf(uint tag) => (int)((ulong)tag >> (TagBits - _depth));

    private Segment SegmentOf(uint tag) => _segments![IndexOf(tag)];

    private long OrdinalIn(ulong slot) => _first + unchecked((uint)slot - (uint)_first);

    private void EnsureEntry()
    {
        var at = (int)(_next & (ChunkEntries - 1));
        if (at == 0 || _chunks.Count == 0)
        {
            _chunks.Add(_spare.TryPop(out var spare) ? spare : NewEntries(_chunks.Count == 0 && _next == 0 ? FirstEntries : ChunkEntries));
        }
        else if (at == _chunks[^1].Length)
        {
            // Most machines remember few ids: the first chunk of all begins small.
            var last = _chunks[^1];
            Array.Resize(ref last, last.Length * 2);
            _chunks[^1] = last;
        }
    }

    // Nothing of an entry is read before all of it is written.
    private static Entry[] NewEntries(int count) => GC.AllocateUninitializedArray<Entry>(count);

    private void Grow(Segment segment, uint tag)
    {
        if (segment.Slots.Length < MostSlots || segment.Depth == MostDepth)
        {
            var old = segment.Slots;
            segment.Slots = new ulong[old.Length * 2];
            segment.Count = 0;
            foreach (var slot in old)
            {
                Move(slot, segment);
            }

            return;
        }

        if (segment.Depth == _depth)
        {
            var wider = new Segment[_segments!.Length * 2];
            for (var at = 0; at < wider.Length; at++)
            {
                wider[at] = _segments[at >> 1];
            }

            _segments = wider;
            _depth++;
        }

        var (low, high) = (new Segment(MostSlots, segment.Depth + 1), new Segment(MostSlots, segment.Depth + 1));
        foreach (var slot in segment.Slots)
        {
            Move(slot, ((slot >> (TagBits + TagBits - 1 - segment.Depth)) & 1) == 0 ? low : high);
        }

        var named = 1 << (_depth - segment.Depth);
        var first = IndexOf(tag) & ~(named - 1);
        Array.Fill(_segments!, low, first, named / 2);
        Array.Fill(_segments!, high, first + (named / 2), named / 2);
    }

    private static void Move(ulong used, Segment segment)
    {
        if (used == 0)
        {
            return;
        }

        var mask = segment.Slots.Length - 1;
        var slot = Home((uint)(used >> TagBits), mask);
        while (segment.Slots[slot] != 0)
        {
            slot = (slot + 1) & mask;
        }

        segment.Slots[slot] = used;
        segment.Count++;
    }
}
