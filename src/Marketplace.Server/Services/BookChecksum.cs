using System.Buffers.Binary;
using System.Numerics;

namespace Marketplace.Server.Services;

/// <summary>
/// CRC-32C over int64 little-endian (price, quantity) of at most ten bids, best first, then at most ten asks, best first; a missing level adds nothing.
/// The check value of "123456789" is 0xE3069283.
/// </summary>
internal static class BookChecksum
{
    /// <summary>Levels a side that count.</summary>
    public const int Levels = 10;

    /// <summary>The checksum of the best levels of both sides.</summary>
    public static uint Of(IEnumerable<KeyValuePair<long, long>> bids, IEnumerable<KeyValuePair<long, long>> asks)
    {
        var crc = uint.MaxValue;
        foreach (var (price, quantity) in bids.Take(Levels).Concat(asks.Take(Levels)))
        {
            crc = Add(Add(crc, price), quantity);
        }

        return ~crc;
    }

    /// <summary>The checksum of bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var one in bytes)
        {
            crc = BitOperations.Crc32C(crc, one);
        }

        return ~crc;
    }

    private static uint Add(uint crc, long value) =>
        BitOperations.Crc32C(crc, BitConverter.IsLittleEndian ? (ulong)value : BinaryPrimitives.ReverseEndianness((ulong)value));
}
