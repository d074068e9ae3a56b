namespace Marketplace.Domain.Settlement;

/// <summary>Trades in the order they matched: added at the end, taken off at the front, found by sequence. In chunks, so that no growth copies what waits for its cycle.</summary>
internal sealed class TradeRing
{
    private const int ChunkBits = 9;
    private const int ChunkTrades = 1 << ChunkBits;
    private const int FirstTrades = 8;

    private readonly List<UnsettledTrade[]> _chunks = [];
    private UnsettledTrade[]? _spare;

    // Counted from the first place of the first chunk.
    private int _first;
    private int _next;

    /// <summary>Trades kept.</summary>
    public int Count => _next - _first;

    /// <summary>The trade at a place, 0 the oldest.</summary>
    public ref UnsettledTrade this[int index] => ref At(_first + index);

    /// <summary>Adds the newest.</summary>
    public void Add(in UnsettledTrade trade)
    {
        if (_next >> ChunkBits == _chunks.Count)
        {
            _chunks.Add(_spare ?? new UnsettledTrade[_next == 0 ? FirstTrades : ChunkTrades]);
            _spare = null;
        }
        else if (_next == _chunks[0].Length)
        {
            // Most books have few trades: the first chunk alone begins small.
            var first = _chunks[0];
            Array.Resize(ref first, first.Length * 2);
            _chunks[0] = first;
        }

        At(_next++) = trade;
    }

    /// <summary>Takes off the oldest.</summary>
    public void RemoveFirst()
    {
        Check.That(Count > 0);
        _first++;
        if (Count == 0)
        {
            (_first, _next) = (0, 0);
            if (_chunks.Count > 1)
            {
                _chunks.RemoveRange(1, _chunks.Count - 1);
            }
        }
        else if (_first == ChunkTrades)
        {
            _spare = _chunks[0];
            _chunks.RemoveAt(0);
            _first -= ChunkTrades;
            _next -= ChunkTrades;
        }
    }

    /// <summary>The place of the trade with a sequence, or -1.</summary>
    public int Find(long sequence)
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

    private ref UnsettledTrade At(int place) => ref _chunks[place >> ChunkBits][place & (ChunkTrades - 1)];
}
