using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Marketplace.Journal;

/// <summary>SHA-256 of a row and, through the row before it, of everything before it in its log.</summary>
public readonly record struct RowHash
{
    /// <summary>Bytes of a hash.</summary>
    public const int Size = 32;

    private const int HeaderSize = Size + 3 * sizeof(long);

    [ThreadStatic] private static IncrementalHash? t_sha;

    private readonly ulong _a, _b, _c, _d;

    private RowHash(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        (_a, _b, _c, _d) = (words[0], words[1], words[2], words[3]);
    }

    /// <summary>The hash before the first row: 32 zero bytes.</summary>
    public static RowHash None => default;

    /// <summary>Takes exactly 32 bytes.</summary>
    public static RowHash FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size) throw new ArgumentException($"A row hash has {Size} bytes, not {bytes.Length}.", nameof(bytes));
        return new RowHash(bytes);
    }

    /// <summary>SHA-256(previous || log || term || position || payload), the numbers as 8 bytes, least significant first.</summary>
    public static RowHash OfRow(RowHash previous, long log, long term, long position, ReadOnlySpan<byte> payload)
    {
        Span<byte> header = stackalloc byte[HeaderSize];
        previous.CopyTo(header);
        BinaryPrimitives.WriteInt64LittleEndian(header[Size..], log);
        BinaryPrimitives.WriteInt64LittleEndian(header[(Size + 8)..], term);
        BinaryPrimitives.WriteInt64LittleEndian(header[(Size + 16)..], position);
        IncrementalHash sha = t_sha ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(header);
        sha.AppendData(payload);
        Span<byte> hash = stackalloc byte[Size];
        sha.GetHashAndReset(hash);
        return new RowHash(hash);
    }

    /// <summary>Writes the 32 bytes to the start of <paramref name="target"/>.</summary>
    public void CopyTo(Span<byte> target)
    {
        Span<ulong> words = MemoryMarshal.Cast<byte, ulong>(target[..Size]);
        (words[0], words[1], words[2], words[3]) = (_a, _b, _c, _d);
    }

    /// <summary>64 hexadecimal digits.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        CopyTo(bytes);
        return Convert.ToHexStringLower(bytes);
    }
}
