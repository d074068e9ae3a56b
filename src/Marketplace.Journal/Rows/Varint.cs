using System.Runtime.CompilerServices;

namespace Marketplace.Journal;

/// <summary>Unsigned integers in 1 to 10 bytes, seven bits a byte, least significant first.</summary>
internal static class Varint
{
    public const int MaxLength = 10;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Write(Span<byte> target, int at, ulong value)
    {
        while (value >= 0x80)
        {
            target[at++] = (byte)(value | 0x80);
            value >>= 7;
        }
        target[at++] = (byte)value;
        return at;
    }

    /// <summary>False when the bytes end inside the number or the number does not fit 64 bits.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, ref int at, out ulong value)
    {
        value = 0;
        for (int shift = 0; shift < 70 && at < source.Length; shift += 7)
        {
            byte b = source[at++];
            if (shift == 63 && b > 1) return false;
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80) return true;
        }
        return false;
    }

    /// <summary>Reads a number that must lie in 0..<paramref name="max"/>.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, ref int at, long max, out long value)
    {
        bool read = TryRead(source, ref at, out ulong raw);
        value = (long)raw;
        return read && raw <= (ulong)max;
    }
}
