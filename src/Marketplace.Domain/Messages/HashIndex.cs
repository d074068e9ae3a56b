using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Marketplace.Domain.Messages;

/// <summary>Says whether a number that was found by its hash is the one looked for.</summary>
internal interface IMatch
{
    /// <summary>Whether it is.</summary>
    bool Is(uint number);
}

/// <summary>
/// Numbers by a hash of what they stand for: tables of open addressing, 8 bytes an entry, the hash beside the number so that a probe seldom looks at what is not meant. A table
/// that would be too full becomes two, by the next of the hashes' first bits, and one of them is where it was: the millionth number costs what the first did, and growth touches
/// only memory that stays in use. Nothing is marked deleted: what stands behind a gap moves up.
/// </summary>
internal struct HashIndex
{
    private const int HashBits = 32;
    private const int FirstSlots = 4;
    private const int MostSlots = 4_096;
    private const int MostDepth = 20;
    private const int Quarters = 4;

    // The table of all that are empty: nothing is written into it, because the first number makes a larger one.
    private static readonly ulong[][] s_none = [new ulong[2]];

    // By the first bits of a hash; its last ones say the slot. In front of a table's slots stands how many are taken and, above, how many first bits all its hashes share. Where
    // there are several tables, all have the most slots.
    private ulong[][] _tables = s_none;
    private int _shift = HashBits;
    private uint _mask;
    private readonly int _fullQuarters;

    /// <summary>An empty one, whose tables are at most so full.</summary>
    /// <param name="fullQuarters">Quarters of the slots, 1 to 3.</param>
    /// <param name="expected">How many numbers will be entered soon.</param>
    public HashIndex(int fullQuarters, int expected = 0)
    {
        _fullQuarters = fullQuarters;
        if (expected == 0)
        {
            return;
        }

        var depth = 0;
        for (; expected >> depth > MostSlots / 2; depth++)
        {
        }

        var slots = depth > 0 ? MostSlots : Math.Max(FirstSlots, (int)BitOperations.RoundUpToPowerOf2((uint)expected * 2));
        (_shift, _mask) = (HashBits - depth, (uint)slots - 1);
        _tables = new ulong[1 << depth][];
        for (var at = 0; at < _tables.Length; at++)
        {
            _tables[at] = NewTable(slots, depth);
        }
    }

    /// <summary>The number with a hash that matches; -1 where there is none.</summary>
    public readonly long Find<TMatch>(uint hash, in TMatch match)
        where TMatch : struct, IMatch
    {
        hash |= 1;
        ref var first = ref FirstOf(hash);
        for (var at = Home(hash); ; at = (at + 1) & _mask)
        {
            var entry = Unsafe.Add(ref first, at);
            if (entry == 0)
            {
                return -1;
            }

            if ((uint)(entry >> HashBits) == hash && match.Is(unchecked((uint)entry)))
            {
                return unchecked((uint)entry);
            }
        }
    }

    /// <summary>
    /// Asks for the memory where a hash will be looked for or entered, and does not wait for it: for many one after the other it comes together, and not one line after the other
    /// when each is looked for. Where the processor has no such instruction nothing is done. Changes nothing.
    /// </summary>
    public readonly void Prefetch(uint hash)
    {
        hash |= 1;
        ref var first = ref FirstOf(hash);
        CacheLine.Prefetch(ref first);
        CacheLine.Prefetch(ref Unsafe.Add(ref first, Home(hash)));
    }

    /// <summary>Enters a number. None that matches is there.</summary>
    public void Add<TMatch>(uint hash, uint number, in TMatch match)
        where TMatch : struct, IMatch
    {
        hash |= 1;
        var table = TableOf(hash);
        while (IsFull(table))
        {
            Grow(hash);
            table = TableOf(hash);
        }

        ref var first = ref FirstOf(hash);
        var at = Home(hash);
        for (; Unsafe.Add(ref first, at) is not 0 and var entry; at = (at + 1) & _mask)
        {
            Check.That((uint)(entry >> HashBits) != hash || !match.Is(unchecked((uint)entry)));
        }

        Unsafe.Add(ref first, at) = EntryOf(hash, number);
        table[0]++;
    }

    /// <summary>Takes a number out that is there.</summary>
    public readonly void Remove(uint hash, uint number)
    {
        hash |= 1;
        var sought = EntryOf(hash, number);
        ref var first = ref FirstOf(hash);
        var gap = Home(hash);
        for (; Unsafe.Add(ref first, gap) != sought; gap = (gap + 1) & _mask)
        {
            Check.That(Unsafe.Add(ref first, gap) != 0);
        }

        TableOf(hash)[0]--;
        for (var at = (gap + 1) & _mask; Unsafe.Add(ref first, at) is not 0 and var entry; at = (at + 1) & _mask)
        {
            // An entry may move up into the gap unless its home lies behind the gap: every search still ends at an empty slot.
            var home = Home((uint)(entry >> HashBits));
            if (unchecked((at - home) & _mask) >= unchecked((at - gap) & _mask))
            {
                Unsafe.Add(ref first, gap) = entry;
                gap = at;
            }
        }

        Unsafe.Add(ref first, gap) = 0;
    }

    // A hash's lowest bit is set, so that no entry is 0, and says nothing.
    private static ulong EntryOf(uint hash, uint number) => ((ulong)hash << HashBits) | number;

    private readonly uint Home(uint hash) => (hash >> 1) & _mask;

    private readonly int IndexOf(uint hash) => (int)((ulong)hash >> _shift);

    private readonly ulong[] TableOf(uint hash) => _tables[IndexOf(hash)];

    /// <summary>The first slot of a hash's table: all within the mask are behind it. The array's length, which lies apart from most of them, is not read for each.</summary>
    private readonly ref ulong FirstOf(uint hash) => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(TableOf(hash)), 1);

    private static ulong[] NewTable(int slots, int depth)
    {
        var table = new ulong[1 + slots];
        table[0] = (ulong)depth << HashBits;
        return table;
    }

    private readonly bool IsFull(ulong[] table)
    {
        var slots = table.Length - 1;
        var taken = unchecked((uint)table[0]);
        var isDeep = (int)(table[0] >> HashBits) == MostDepth;
        Check.That(!isDeep || taken < slots - 1);
        return !isDeep && (taken + 1) * Quarters > slots * _fullQuarters;
    }

    [SkipLocalsInit]
    private void Grow(uint hash)
    {
        var table = TableOf(hash);
        var slots = table.Length - 1;
        if (slots < MostSlots)
        {
            // It is the only one.
            var larger = NewTable(Math.Max(FirstSlots, slots * 2), 0);
            _mask = (uint)larger.Length - 2;
            _tables = [larger];
            Move(table.AsSpan(1), larger, larger);
            return;
        }

        var depth = (int)(table[0] >> HashBits);
        if (depth == HashBits - _shift)
        {
            var wider = new ulong[_tables.Length * 2][];
            for (var at = 0; at < wider.Length; at++)
            {
                wider[at] = _tables[at >> 1];
            }

            _tables = wider;
            _shift--;
        }

        Span<ulong> entries = stackalloc ulong[MostSlots];
        table.AsSpan(1).CopyTo(entries);
        table.AsSpan(1).Clear();
        table[0] = (ulong)(depth + 1) << HashBits;
        var high = NewTable(MostSlots, depth + 1);
        Move(entries, table, high);
        var named = 1 << (HashBits - _shift - depth);
        var first = IndexOf(hash) & ~(named - 1);
        Array.Fill(_tables, high, first + (named / 2), named / 2);
    }

    /// <summary>Moves entries into the two tables of a depth, by the last bit they share.</summary>
    private readonly void Move(ReadOnlySpan<ulong> entries, ulong[] low, ulong[] high)
    {
        var bit = 2 * HashBits - (int)(low[0] >> HashBits);
        foreach (var entry in entries)
        {
            if (entry == 0)
            {
                continue;
            }

            var table = low == high || ((entry >> bit) & 1) == 0 ? low : high;
            var slot = Home((uint)(entry >> HashBits));
            while (table[1 + slot] != 0)
            {
                slot = (slot + 1) & _mask;
            }

            table[1 + slot] = entry;
            table[0]++;
        }
    }
}
