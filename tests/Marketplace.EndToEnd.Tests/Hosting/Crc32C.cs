using System.Buffers.Binary;

namespace Marketplace.EndToEnd.Tests.Hosting;

/// <summary>CRC-32C as its definition says, bit by bit, written apart from the venue's.</summary>
internal static class Crc32C
{
    private const uint ReversedPolynomial = 0x82F63B78;
    private const int Levels = 10;

    /// <summary>The checksum of a book: (price, quantity) of at most ten bids, then of at most ten asks, each an int64, little-endian.</summary>
    public static uint OfBook(IEnumerable<(long Price, long Quantity)> bids, IEnumerable<(long Price, long Quantity)> asks)
    {
        var bytes = new List<byte>();
        foreach (var (price, quantity) in bids.Take(Levels).Concat(asks.Take(Levels)))
        {
            foreach (var value in new[] { price, quantity })
            {
                var eight = new byte[8];
                BinaryPrimitives.WriteInt64LittleEndian(eight, value);
                bytes.AddRange(eight);
            }
        }

        return Of(bytes);
    }

    /// <summary>The checksum of bytes.</summary>
    public static uint Of(IEnumerable<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var one in bytes)
        {
            crc ^= one;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 1 ? (crc >> 1) ^ ReversedPolynomial : crc >> 1;
            }
        }

        return ~crc;
    }
}
