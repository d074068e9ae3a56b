using System.Buffers.Binary;

namespace Marketplace.Journal;

/// <summary>A row of a log, in the head's file the last one of which the store alone holds everything.</summary>
internal readonly record struct Head(long Log, long Term, long Position, RowHash Hash)
{
    /// <summary>Bytes of a slot in the head's file.</summary>
    public const int SlotBytes = 8 + 3 * sizeof(long) + RowHash.Size + Checksum.Size;

    private const ulong Magic = 0x3244414548485747; // "GWHHEAD2"

    // Of a directory that no start has yet made a tail in.
    private const ulong MagicBeforeTails = 0x3144414548485747; // "GWHHEAD1"

    /// <summary>Magic, log, term, position, hash, then the first 16 bytes of SHA-256 over all of it.</summary>
    public void Write(Span<byte> slot)
    {
        Require.That(slot.Length == SlotBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(slot, Magic);
        BinaryPrimitives.WriteInt64LittleEndian(slot[8..], Log);
        BinaryPrimitives.WriteInt64LittleEndian(slot[16..], Term);
        BinaryPrimitives.WriteInt64LittleEndian(slot[24..], Position);
        Hash.CopyTo(slot[32..]);
        Checksum.Write(slot[..^Checksum.Size], slot[^Checksum.Size..]);
    }

    /// <summary>Whether a whole slot was written beside a tail.</summary>
    public static bool IsBesideTail(ReadOnlySpan<byte> slot) => Read(slot) is not null && BinaryPrimitives.ReadUInt64LittleEndian(slot) == Magic;

    /// <summary>Null when the bytes are no whole slot.</summary>
    public static Head? Read(ReadOnlySpan<byte> slot)
    {
        if (slot.Length != SlotBytes || BinaryPrimitives.ReadUInt64LittleEndian(slot) is not (Magic or MagicBeforeTails)) return null;
        if (!Checksum.Matches(slot[..^Checksum.Size], slot[^Checksum.Size..])) return null;
        return new Head(
            BinaryPrimitives.ReadInt64LittleEndian(slot[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(slot[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(slot[24..]),
            RowHash.FromBytes(slot.Slice(32, RowHash.Size)));
    }
}
