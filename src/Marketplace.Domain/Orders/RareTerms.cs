namespace Marketplace.Domain.Orders;

/// <summary>What few orders have: an expiry, a hidden quantity, a stop price.</summary>
internal struct RareTerms
{
    /// <summary>Expiry, microseconds since the Unix epoch; 0 for none.</summary>
    public long ExpiresAtMicros;
    /// <summary>An iceberg's tip when it is fresh, kWh; 0 for an order shown whole.</summary>
    public long DisplayKwh;
    /// <summary>kWh open and not shown.</summary>
    public long Hidden;
    /// <summary>The last trade price at which a stop order acts, USD per GWh; 0 for none.</summary>
    public long StopPrice;
    /// <summary>The slot of the order.</summary>
    public int Slot;
    /// <summary>Its place in the queue of expiries, or -1; of a free entry, the next free one.</summary>
    public int ExpiryAt;

    /// <summary>Whether there is anything in it.</summary>
    public readonly bool IsAny => ExpiresAtMicros != 0 || DisplayKwh != 0 || StopPrice != 0;
}

/// <summary>The rare terms of those orders that have any, with their expiries in order: a heap by expiry, then public number.</summary>
internal struct RareTermsTable
{
    private RareTerms[] _terms = [];
    private (long ExpiresAtMicros, long Number, int Rare)[] _heap = [];
    private int _used;
    private int _free = -1;
    private int _expiring;

    /// <summary>An empty one.</summary>
    public RareTermsTable()
    {
    }

    /// <summary>The terms at a place.</summary>
    public readonly ref RareTerms this[int rare] => ref _terms[rare];

    /// <summary>The earliest expiry; <see cref="long.MaxValue"/> when nothing expires.</summary>
    public long EarliestMicros { get; private set; } = long.MaxValue;

    /// <summary>The slot of the order that expires first.</summary>
    public readonly int FirstSlot => _terms[_heap[0].Rare].Slot;

    /// <summary>Keeps the terms of an order; returns their place.</summary>
    public int Add(in RareTerms terms, int slot, long number)
    {
        var rare = _free;
        if (rare >= 0)
        {
            _free = _terms[rare].ExpiryAt;
        }
        else
        {
            if (_used == _terms.Length)
            {
                Array.Resize(ref _terms, Math.Max(1, _used * 2));
            }

            rare = _used++;
        }

        ref var kept = ref _terms[rare];
        kept = terms;
        kept.Slot = slot;
        kept.ExpiryAt = -1;
        if (kept.ExpiresAtMicros != 0)
        {
            if (_expiring == _heap.Length)
            {
                Array.Resize(ref _heap, Math.Max(1, _expiring * 2));
            }

            Rise(_expiring++, (kept.ExpiresAtMicros, number, rare));
            EarliestMicros = _heap[0].ExpiresAtMicros;
        }

        return rare;
    }

    /// <summary>Forgets the terms of an order.</summary>
    public void Remove(int rare)
    {
        ref var gone = ref _terms[rare];
        if (gone.ExpiryAt >= 0)
        {
            var last = _heap[--_expiring];
            if (gone.ExpiryAt < _expiring)
            {
                // The last takes the place that became free, and goes up or down from there.
                Sink(gone.ExpiryAt, last);
                Rise(_terms[last.Rare].ExpiryAt, last);
            }

            EarliestMicros = _expiring == 0 ? long.MaxValue : _heap[0].ExpiresAtMicros;
        }

        gone.ExpiryAt = _free;
        _free = rare;
    }

    private static bool IsBefore(in (long ExpiresAtMicros, long Number, int Rare) a, in (long ExpiresAtMicros, long Number, int Rare) b) =>
        a.ExpiresAtMicros < b.ExpiresAtMicros || (a.ExpiresAtMicros == b.ExpiresAtMicros && a.Number < b.Number);

    private readonly void Rise(int at, in (long ExpiresAtMicros, long Number, int Rare) entry)
    {
        while (at > 0 && IsBefore(entry, _heap[(at - 1) / 2]))
        {
            Put(at, _heap[(at - 1) / 2]);
            at = (at - 1) / 2;
        }

        Put(at, entry);
    }

    private readonly void Sink(int at, in (long ExpiresAtMicros, long Number, int Rare) entry)
    {
        while (true)
        {
            var child = (at * 2) + 1;
            if (child >= _expiring)
            {
                break;
            }

            if (child + 1 < _expiring && IsBefore(_heap[child + 1], _heap[child]))
            {
                child++;
            }

            if (!IsBefore(_heap[child], entry))
            {
                break;
            }

            Put(at, _heap[child]);
            at = child;
        }

        Put(at, entry);
    }

    private readonly void Put(int at, in (long ExpiresAtMicros, long Number, int Rare) entry)
    {
        _heap[at] = entry;
        _terms[entry.Rare].ExpiryAt = at;
    }
}
