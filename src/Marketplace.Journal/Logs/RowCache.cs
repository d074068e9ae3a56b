namespace Marketplace.Journal;

/// <summary>The rows read last, up to a number of bytes: when many streams are read one after the other, they share rows. Any thread may use it.</summary>
internal sealed class RowCache(long maxBytes)
{
    // What the objects of one record weigh beside its payload.
    private const int RecordOverhead = 96;

    private readonly Lock _gate = new();
    private readonly Dictionary<long, LinkedListNode<LogRow>> _rows = [];
    private readonly LinkedList<LogRow> _byUse = new();
    private long _bytes;

    public LogRow? Find(long position)
    {
        lock (_gate)
        {
            if (!_rows.TryGetValue(position, out LinkedListNode<LogRow>? node)) return null;
            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return node.Value;
        }
    }

    public void Add(LogRow row)
    {
        if (Weight(row) > maxBytes) return;
        lock (_gate)
        {
            if (_rows.ContainsKey(row.Position)) return;
            _rows.Add(row.Position, _byUse.AddFirst(row));
            _bytes += Weight(row);
            while (_bytes > maxBytes && _byUse.Last is { } oldest)
            {
                _byUse.RemoveLast();
                _rows.Remove(oldest.Value.Position);
                _bytes -= Weight(oldest.Value);
            }
        }
    }

    private static long Weight(LogRow row) => row.Bytes + (long)RecordOverhead * (row.Records.Count + 1);
}
