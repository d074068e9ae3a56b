using System.Runtime.CompilerServices;

namespace Marketplace.Journal;

/// <summary>
/// The row now being filled. A row is a format byte, then records in the order queued: varint(index of the stream in this row * 4 + wake kind);
/// at a stream's first record here its name (varint length, UTF-8) and varint version; varint wake time if one is set, one more than that, or 0, where it is awaiting; varint length; payload.
/// </summary>
internal sealed class OpenRow
{
    /// <summary>1 and 2 were never released: records told orders field by field, then events one by one in the general serializer's form.</summary>
    public const byte Format = 3;

    public const int MaxRecordOverhead = 5 + 2 * Varint.MaxLength + JournalStream.MaxNameBytes + Varint.MaxLength + 5;

    private const int InitialCapacity = 64 * 1024;
    private const int KeptCapacity = 1024 * 1024;

    private readonly List<Part> _parts = [];
    private byte[] _bytes = new byte[InitialCapacity];

    public OpenRow(long position) => Reset(position);

    /// <summary>What one stream has in this row.</summary>
    internal struct Part
    {
        public JournalStream Stream;
        public long FirstVersion;
        public int Records;
    }

    public long Position { get; private set; }

    public int Length { get; private set; }

    public bool IsEmpty => _parts.Count == 0;

    public ReadOnlySpan<byte> Payload => _bytes.AsSpan(0, Length);

    public IReadOnlyList<Part> Parts => _parts;

    public void Reset(long position)
    {
        Position = position;
        _parts.Clear();
        if (_bytes.Length > KeptCapacity) _bytes = new byte[InitialCapacity];
        _bytes[0] = Format;
        Length = 1;
    }

    public void Append(JournalStream stream, long version, ReadOnlySpan<byte> payload, Wake wake)
    {
        EnsureRoom(payload.Length + MaxRecordOverhead);
        Span<byte> bytes = _bytes;
        int at = Length;
        bool first = stream.RowPosition != Position;
        if (first)
        {
            stream.RowPosition = Position;
            stream.RowIndex = _parts.Count;
            _parts.Add(new Part { Stream = stream, FirstVersion = version });
        }
        ref Part part = ref System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_parts)[stream.RowIndex];
        Require.That(part.Stream == stream && part.FirstVersion + part.Records == version);
        part.Records++;
        at = Varint.Write(bytes, at, (ulong)stream.RowIndex << 2 | (byte)wake.Form);
        if (first)
        {
            at = Varint.Write(bytes, at, (ulong)stream.NameBytes.Length);
            stream.NameBytes.CopyTo(bytes[at..]);
            at = Varint.Write(bytes, at + stream.NameBytes.Length, (ulong)version);
        }
        if (wake.IsAwaiting) at = Varint.Write(bytes, at, wake.IsAt ? (ulong)wake.AtMicros + 1 : 0);
        else if (wake.IsAt) at = Varint.Write(bytes, at, (ulong)wake.AtMicros);
        at = Varint.Write(bytes, at, (ulong)payload.Length);
        payload.CopyTo(bytes[at..]);
        Length = at + payload.Length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void EnsureRoom(int more)
    {
        if (_bytes.Length - Length < more) Grow(more);
    }

    private void Grow(int more) => Array.Resize(ref _bytes, (int)Math.Max(_bytes.Length * 2L, (long)Length + more));
}
