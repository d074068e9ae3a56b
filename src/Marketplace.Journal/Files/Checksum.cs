using System.Security.Cryptography;

namespace Marketplace.Journal;

/// <summary>The first 16 bytes of SHA-256.</summary>
internal static class Checksum
{
    public const int Size = 16;

    public static void Write(ReadOnlySpan<byte> bytes, Span<byte> sum)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        hash[..Size].CopyTo(sum);
    }

    public static bool Matches(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> sum)
    {
        Span<byte> expected = stackalloc byte[Size];
        Write(bytes, expected);
        return expected.SequenceEqual(sum);
    }
}
