using System.Numerics;

namespace Marketplace.Client.Books;

/// <summary>CRC-32C (Castagnoli) over int64 little-endian numbers; of the bytes of "123456789" it is 0xE3069283.</summary>
internal struct Crc32C
{
    private uint _crc = uint.MaxValue;

    public Crc32C()
    {
    }

    public readonly uint Value => ~_crc;

    /// <summary>Takes in the eight bytes of a number, lowest first.</summary>
    public void Add(long number) => _crc = BitOperations.Crc32C(_crc, (ulong)number);

    /// <summary>Takes in one byte.</summary>
    public void Add(byte value) => _crc = BitOperations.Crc32C(_crc, value);
}
