namespace Marketplace.Journal;

/// <summary>Records of one stream in one row: versions first, first + 1 ... at a position.</summary>
internal readonly record struct IndexEntry(long Position, long FirstVersion, long Records)
{
    public long LastVersion => FirstVersion + Records - 1;
}

/// <summary>Where the records of one stream are: chunks of delta-coded (position, records), 2 to 4 bytes a row. Any thread may read while one adds.</summary>
internal sealed class StreamIndex
{
    private const int ChunkBytes = 256;
    private const int FirstBytes = 16;

    private readonly List<Chunk> _chunks = [];

    private sealed class Chunk(long position, long firstVersion)
    {
        public readonly long FirstPosition = position;
        public readonly long FirstVersion = firstVersion;
        public long LastPosition = position;
        public byte[] Bytes = new byte[FirstBytes];
        public int Length;
    }

    /// <summary>The last version indexed; 0 when there is none.</summary>
    public long LastVersion { get; private set; }

    /// <summary>The last position indexed; 0 when there is none.</summary>
    public long LastPosition { get; private set; }

    public void Add(long position, long firstVersion, long records)
    {
        lock (_chunks)
        {
            Require.That(position > LastPosition && firstVersion == LastVersion + 1 && records > 0);
            Span<byte> entry = stackalloc byte[2 * Varint.MaxLength];
            Chunk? chunk = _chunks.Count == 0 ? null : _chunks[^1];
            int length = chunk is null ? 0 : Encode(entry, position - chunk.LastPosition, records);
            if (chunk is null || chunk.Length + length > ChunkBytes)
            {
                chunk = new Chunk(position, firstVersion);
                _chunks.Add(chunk);
                length = Encode(entry, 0, records);
            }
            if (chunk.Length + length > chunk.Bytes.Length) Array.Resize(ref chunk.Bytes, Math.Min(ChunkBytes, Math.Max(chunk.Bytes.Length * 2, chunk.Length + length)));
            entry[..length].CopyTo(chunk.Bytes.AsSpan(chunk.Length));
            chunk.Length += length;
            chunk.LastPosition = position;
            LastPosition = position;
            LastVersion = firstVersion + records - 1;
        }
    }

    /// <summary>The entries from the one that holds a version on, oldest first, a chunk at a time.</summary>
    public IEnumerable<IndexEntry> Forward(long fromVersion)
    {
        for (int at = ChunkOf(fromVersion); at >= 0 && Decode(at) is { } entries; at++)
        {
            foreach (IndexEntry entry in entries)
            {
                if (entry.LastVersion >= fromVersion) yield return entry;
            }
        }
    }

    /// <summary>The entries from the one that holds a version back, newest first, a chunk at a time.</summary>
    public IEnumerable<IndexEntry> Backward(long fromVersion)
    {
        for (int at = ChunkOf(fromVersion); at >= 0 && Decode(at) is { } entries; at--)
        {
            for (int i = entries.Length - 1; i >= 0; i--)
            {
                if (entries[i].FirstVersion <= fromVersion) yield return entries[i];
            }
        }
    }

    /// <summary>The last version at or before a position; 0 when there is none.</summary>
    public long VersionAt(long position)
    {
        int at;
        lock (_chunks)
        {
            if (position >= LastPosition) return LastVersion;
            for (at = _chunks.Count - 1; at >= 0 && _chunks[at].FirstPosition > position;) at--;
        }
        if (at < 0) return 0;
        long version = 0;
        foreach (IndexEntry entry in Decode(at)!)
        {
            if (entry.Position <= position) version = entry.LastVersion;
        }
        return version;
    }

    private static int Encode(Span<byte> entry, long delta, long records) => Varint.Write(entry, Varint.Write(entry, 0, (ulong)delta), (ulong)records);

    /// <summary>The chunk that holds a version, or the nearest; -1 when there is none.</summary>
    private int ChunkOf(long version)
    {
        lock (_chunks)
        {
            int low = 0, high = _chunks.Count - 1, found = Math.Min(0, high);
            while (low <= high)
            {
                int middle = (low + high) / 2;
                if (_chunks[middle].FirstVersion <= version) (found, low) = (middle, middle + 1);
                else high = middle - 1;
            }
            return found;
        }
    }

    private IndexEntry[]? Decode(int index)
    {
        lock (_chunks)
        {
            if (index >= _chunks.Count) return null;
            Chunk chunk = _chunks[index];
            var entries = new List<IndexEntry>(chunk.Length / 2);
            (long position, long version) = (chunk.FirstPosition, chunk.FirstVersion);
            for (int at = 0; at < chunk.Length;)
            {
                bool read = Varint.TryRead(chunk.Bytes, ref at, out ulong delta) & Varint.TryRead(chunk.Bytes, ref at, out ulong records);
                Require.That(read);
                position += (long)delta;
                entries.Add(new IndexEntry(position, version, (long)records));
                version += (long)records;
            }
            return [.. entries];
        }
    }
}
