using System.Buffers;

namespace Marketplace.Journal;

/// <summary>One stream in a snapshot's directory.</summary>
internal readonly record struct SnapshotEntry(string Stream, long Version, Wake Wake, long StateAt, int StateBytes, UInt128 StateSum)
{
    /// <summary>Writes the entry and, behind it, the stream's index up to a position.</summary>
    public void Write(IBufferWriter<byte> target, JournalStream stream, long upToPosition)
    {
        Span<byte> bytes = target.GetSpan(JournalStream.MaxNameBytes + 8 * Varint.MaxLength + 1 + Checksum.Size);
        int at = Varint.Write(bytes, 0, (ulong)stream.NameBytes.Length);
        stream.NameBytes.CopyTo(bytes[at..]);
        at = Varint.Write(bytes, at + stream.NameBytes.Length, (ulong)Version);
        bytes[at++] = Wake.IsAwaiting ? (byte)1 : (byte)0;
        at = Varint.Write(bytes, at, (ulong)Wake.AtOrNever);
        at = Varint.Write(bytes, at, (ulong)StateAt);
        at = Varint.Write(bytes, at, (ulong)StateBytes);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128LittleEndian(bytes[at..], StateSum);
        target.Advance(at + Checksum.Size);
        long position = 0;
        foreach (IndexEntry entry in stream.Index.Forward(1))
        {
            if (entry.Position > upToPosition) break;
            bytes = target.GetSpan(2 * Varint.MaxLength);
            target.Advance(Varint.Write(bytes, Varint.Write(bytes, 0, (ulong)(entry.Position - position)), (ulong)entry.Records));
            position = entry.Position;
        }
    }

    /// <summary>Reads one entry and files the stream with its index; false when the bytes are no entry.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, ref int at, StreamNames names, StreamTable streams, out SnapshotEntry entry)
    {
        entry = default;
        if (!Varint.TryRead(source, ref at, JournalStream.MaxNameBytes, out long length) || length == 0 || length > source.Length - at) return false;
        string name = names.Of(source.Slice(at, (int)length));
        at += (int)length;
        if (!Varint.TryRead(source, ref at, long.MaxValue, out long version) || !TryReadWake(source, ref at, out Wake wake)
            || !Varint.TryRead(source, ref at, long.MaxValue, out long stateAt) || !Varint.TryRead(source, ref at, int.MaxValue, out long stateBytes)
            || source.Length - at < Checksum.Size)
            return false;
        entry = new SnapshotEntry(name, version, wake, stateAt, (int)stateBytes, System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(source[at..]));
        at += Checksum.Size;
        return TryReadIndex(source, ref at, entry, streams);
    }

    private static bool TryReadWake(ReadOnlySpan<byte> source, ref int at, out Wake wake)
    {
        wake = default;
        if (at == source.Length || source[at] > 1) return false;
        bool isAwaiting = source[at++] == 1;
        if (!Varint.TryRead(source, ref at, JournalStream.NoWake, out long atOrNever)) return false;
        wake = Wake.Of(atOrNever, isAwaiting);
        return true;
    }

    private static bool TryReadIndex(ReadOnlySpan<byte> source, ref int at, SnapshotEntry entry, StreamTable streams)
    {
        JournalStream stream = streams.GetOrAdd(entry.Stream);
        if (stream.Version != 0) return false;
        long position = 0, version = 0;
        while (version < entry.Version)
        {
            if (!Varint.TryRead(source, ref at, long.MaxValue - position, out long delta) || delta == 0) return false;
            if (!Varint.TryRead(source, ref at, entry.Version - version, out long records) || records == 0) return false;
            position += delta;
            stream.Index.Add(position, version + 1, records);
            version += records;
        }
        (stream.Version, stream.LastPosition, stream.Wake) = (version, position, entry.Wake);
        return true;
    }
}
