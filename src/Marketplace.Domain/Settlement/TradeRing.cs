namespace Marketplace.Domain.Settlement;

/// <summary>Trades in the order they matched: added at the end, taken off at the front, found by sequence.</summary>
internal struct TradeRing
{
    private UnsettledTrade[] _trades = [];
    private int _first;

    /// <summary>An empty one.</summary>
    public TradeRing()
    {
    }

    /// <summary>Trades kept.</summary>
    public int Count { get; private set; }

    /// <summary>The trade at a place, 0 the oldest.</summary>
    public readonly ref UnsettledTrade this[int index] => ref _trades[(_first + index) & (_trades.Length - 1)];

    /// <summary>Adds the newest.</summary>
    public void Add(in UnsettledTrade trade)
    {
        if (Count == _trades.Length)
        {
            var wider = new UnsettledTrade[Math.Max(1, Count * 2)];
            for (var i = 0; i < Count; i++)
            {
                wider[i] = this[i];
            }

            _trades = wider;
            _first = 0;
        }

        Count++;
        this[Count - 1] = trade;
    }

    /// <summary>Takes off the oldest.</summary>
    public void RemoveFirst()
    {
        Check.That(Count > 0);
        _first = (_first + 1) & (_trades.Length - 1);
        Count--;
    }

    /// <summary>The place of the trade with a sequence, or -1.</summary>
    public readonly int Find(long sequence)
    {
        var low = 0;
        var high = Count - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var found = this[middle].Sequence;
            if (found == sequence)
            {
                return middle;
            }

            if (found < sequence)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return -1;
    }
}
