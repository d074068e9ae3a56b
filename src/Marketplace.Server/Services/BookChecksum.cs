using System.Buffers.Binary;
using System.Numerics;
using Marketplace.Grains.Orders;

namespace Marketplace.Server.Services;

/// <summary>
/// CRC-32C over int64 little-endian (price, quantity) of at most ten bids, best first, then at most ten asks, best first; a missing level adds nothing.
/// The check value of "123456789" is 0xE3069283.
/// </summary>
internal static class BookChecksum
{
    /// <summary>Levels a side that count.</summary>
    public const int Levels = BookFeed.ChecksumLevels;

    /// <summary>The checksum of the best levels of both sides.</summary>
    public static uint Of(BookLadder bids, BookLadder asks)
    {
        var crc = uint.MaxValue;
        foreach (var ladder in (ReadOnlySpan<BookLadder>)[bids, asks])
        {
            for (var rank = 0; rank < Math.Min(Levels, ladder.Count); rank++)
            {
                var (price, quantity) = ladder[rank];
                crc = Add(Add(crc, price), quantity);
            }
        }

        return ~crc;
    }

    /// <summary>The checksum of the best levels of both sides, best first.</summary>
    public static uint Of(ReadOnlySpan<LevelView> bids, ReadOnlySpan<LevelView> asks)
    {
        var crc = uint.MaxValue;
        foreach (var level in bids[..Math.Min(Levels, bids.Length)])
        {
            crc = Add(Add(crc, level.Price), level.Quantity);
        }

        foreach (var level in asks[..Math.Min(Levels, asks.Length)])
        {
            crc = Add(Add(crc, level.Price), level.Quantity);
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
