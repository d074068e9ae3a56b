namespace Marketplace.Grains.Orders;

/// <summary>
/// Candles folded from the log, in blocks of as many intervals. A block that is over is folded once, one that is not goes on from where it was read to, and the blocks
/// asked for last are kept: a long history is not read again for each call. Any thread may ask; asking reads the log.
/// </summary>
public sealed class CandleHistory(BookHistory history)
{
    /// <summary>Intervals of a block.</summary>
    public const int IntervalsOfBlock = 256;

    /// <summary>The most blocks kept in this process, of all instruments together.</summary>
    public const int MostBlocks = 512;

    private readonly Dictionary<(string Instrument, long Interval, long Start), LinkedListNode<Block>> _blocks = [];
    private readonly LinkedList<Block> _lastAsked = new();

    /// <summary>Events of the log read so far: how much work asking was.</summary>
    public long EventsRead => Interlocked.Read(ref _eventsRead);

    private long _eventsRead;

    /// <summary>Candles that start at or after a time, oldest first, up to what is durable.</summary>
    public IEnumerable<Candle> From(string instrument, long intervalMicros, long fromMicros)
    {
        var length = intervalMicros * IntervalsOfBlock;
        for (long? start = fromMicros - (fromMicros % length); start is { } at;)
        {
            var block = Find((instrument, intervalMicros, at));
            Candle[] candles;
            lock (block)
            {
                Fold(block);
                candles = [.. block.Candles];
                start = block.Next;
            }

            foreach (var candle in candles)
            {
                if (candle.StartMicros >= fromMicros)
                {
                    yield return candle;
                }
            }
        }
    }

    private Block Find((string Instrument, long Interval, long Start) key)
    {
        lock (_blocks)
        {
            if (_blocks.TryGetValue(key, out var known))
            {
                _lastAsked.Remove(known);
                _lastAsked.AddFirst(known);
                return known.Value;
            }

            if (_blocks.Count == MostBlocks)
            {
                _blocks.Remove(_lastAsked.Last!.Value.Key);
                _lastAsked.RemoveLast();
            }

            var block = new Block(key);
            _blocks.Add(key, _lastAsked.AddFirst(block));
            return block;
        }
    }

    /// <summary>Goes on reading until a trade behind the block, or the end of what is durable.</summary>
    private void Fold(Block block)
    {
        if (block.Next is not null)
        {
            return;
        }

        var (instrument, interval, start) = block.Key;
        var length = interval * IntervalsOfBlock;
        foreach (var past in block.Version == 0 ? history.Since(instrument, start) : history.Behind(instrument, block.Version, block.Index))
        {
            Interlocked.Increment(ref _eventsRead);
            if (BookHistory.TradeOf(past) is { } trade)
            {
                if (trade.Time.Micros >= start + length)
                {
                    block.Next = Candle.StartOf(trade.Time, length);
                    return;
                }

                Candle.Add(block.Candles, trade, interval);
            }

            (block.Version, block.Index) = (past.Version, past.Index);
        }
    }

    private sealed class Block((string Instrument, long Interval, long Start) key)
    {
        public (string Instrument, long Interval, long Start) Key { get; } = key;

        public List<Candle> Candles { get; } = [];

        /// <summary>The record of the last event read; 0 before the first.</summary>
        public long Version { get; set; }

        /// <summary>Its place in it.</summary>
        public int Index { get; set; }

        /// <summary>Start of the next block that has a trade; null while none is known, and this block may still grow.</summary>
        public long? Next { get; set; }
    }
}
