namespace Marketplace.Domain.Messages;

/// <summary>
/// Remembered ids in the order they came: entries in chunks that never move, once there is more than one, found by their key through an index. There is no index until a key
/// is looked for: a replay does without (docs/decisions/0039-a-fold-looks-nothing-up.md).
/// </summary>
internal sealed class IdTable
{
    private const int ChunkBits = 9;
    private const int ChunkEntries = 1 << ChunkBits;
    private const int FirstEntries = 4;
    private const int ThreeQuartersFull = 3;

    private readonly List<Entry[]> _chunks = [];
    private readonly Stack<Entry[]> _spare = new();
    private HashIndex _index;
    private bool _isIndexed;
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
        if (_isIndexed)
        {
            return;
        }

        (_index, _isIndexed) = (new(ThreeQuartersFull, Count), true);
        for (var ordinal = _first; ordinal < _next; ordinal++)
        {
            Enter(At(ordinal).Key, ordinal);
        }
    }

    /// <summary>The ordinal of a key; -1 where it is not there.</summary>
    public long Find(RequestKey key)
    {
        Index();
        var number = _index.Find(HashOf(key), new KeyIs(this, key));
        return number < 0 ? -1 : OrdinalOf((uint)number);
    }

    /// <summary>Asks for the memory where a key would be looked for (<see cref="HashIndex.Prefetch"/>).</summary>
    public void Prefetch(RequestKey key)
    {
        if (_isIndexed)
        {
            _index.Prefetch(HashOf(key));
        }
    }

    /// <summary>The same of an entry.</summary>
    public void Prefetch(long ordinal) => CacheLine.Prefetch(ref At(ordinal));

    /// <summary>Adds an entry whose key is not there, behind all others; its ordinal.</summary>
    public long Add(in Entry entry)
    {
        if (_isIndexed)
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
        if (_isIndexed)
        {
            _index.Remove(HashOf(At(_first).Key), unchecked((uint)_first));
        }

        _first++;
        if ((_first & (ChunkEntries - 1)) == 0)
        {
            RemoveFirstChunk();
        }
    }

    /// <summary>Enters a key that is not there into the index.</summary>
    private void Enter(RequestKey key, long ordinal) => _index.Add(HashOf(key), unchecked((uint)ordinal), new KeyIs(this, key));

    private void RemoveFirstChunk()
    {
        if (_chunks[0].Length == ChunkEntries && _spare.Count < 2)
        {
            _spare.Push(_chunks[0]);
        }

        _chunks.RemoveAt(0);
    }

    private static uint HashOf(RequestKey key) => unchecked((uint)key.GetHashCode());

    private long OrdinalOf(uint number) => _first + unchecked(number - (uint)_first);

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

    private readonly struct KeyIs(IdTable table, RequestKey key) : IMatch
    {
        public bool Is(uint number) => table.At(table.OrdinalOf(number)).Key == key;
    }
}
