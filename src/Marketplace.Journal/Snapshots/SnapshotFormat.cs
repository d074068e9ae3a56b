using System.Buffers.Binary;

namespace Marketplace.Journal;

/// <summary>
/// A snapshot file: magic; the states one after the other; the directory (per stream: name, version, wake, place and checksum of its state, and
/// its part of the index) in checksummed blocks; a checksummed footer. Every byte is under a checksum or has one value only.
/// </summary>
internal static class SnapshotFormat
{
    public const ulong Magic = 0x3450414E53485747; // "GWHSNAP4"; those before were never released: states told orders and ids in other forms, an entry its wake as a time alone
    public const int MagicBytes = sizeof(ulong);
    public const int BlockBytes = 256 * 1024;
    public const int BlockOverhead = sizeof(int) + Checksum.Size;
    public const string Extension = ".snapshot", TemporaryExtension = ".new";

    /// <summary>Twenty digits, so that names sort by position.</summary>
    public static string NameOf(long position) => $"{position:D20}{Extension}";
}

/// <summary>Where things are in a snapshot file, and which row it stands for.</summary>
internal readonly record struct SnapshotFooter(long Log, long Position, RowHash Hash, long DirectoryAt, long DirectoryBytes, long Streams)
{
    public const int Bytes = SnapshotFormat.MagicBytes + 5 * sizeof(long) + RowHash.Size + Checksum.Size;

    public void Write(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(target, SnapshotFormat.Magic);
        BinaryPrimitives.WriteInt64LittleEndian(target[8..], Log);
        BinaryPrimitives.WriteInt64LittleEndian(target[16..], Position);
        BinaryPrimitives.WriteInt64LittleEndian(target[24..], DirectoryAt);
        BinaryPrimitives.WriteInt64LittleEndian(target[32..], DirectoryBytes);
        BinaryPrimitives.WriteInt64LittleEndian(target[40..], Streams);
        Hash.CopyTo(target[48..]);
        Checksum.Write(target[..(Bytes - Checksum.Size)], target[(Bytes - Checksum.Size)..]);
    }

    public static SnapshotFooter? Read(ReadOnlySpan<byte> source)
    {
        if (source.Length != Bytes || BinaryPrimitives.ReadUInt64LittleEndian(source) != SnapshotFormat.Magic) return null;
        if (!Checksum.Matches(source[..^Checksum.Size], source[^Checksum.Size..])) return null;
        return new SnapshotFooter(
            BinaryPrimitives.ReadInt64LittleEndian(source[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[16..]),
            RowHash.FromBytes(source.Slice(48, RowHash.Size)),
            BinaryPrimitives.ReadInt64LittleEndian(source[24..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[32..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[40..]));
    }
}
