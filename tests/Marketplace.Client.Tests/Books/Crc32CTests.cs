using CsCheck;
using Marketplace.Client.Books;

namespace Marketplace.Client.Tests.Books;

public sealed class Crc32CTests
{
    [Fact]
    public void Check_value_of_123456789_is_E3069283()
    {
        var crc = new Crc32C();
        foreach (var digit in "123456789"u8)
        {
            crc.Add(digit);
        }

        Assert.Equal(0xE3069283u, crc.Value);
    }

    [Fact]
    public void Nothing_gives_zero() => Assert.Equal(0u, new Crc32C().Value);

    [Fact]
    public void Number_is_its_eight_bytes_lowest_first() => Gen.Long.Array[0, 40].Sample(numbers =>
    {
        var whole = new Crc32C();
        var bitwise = uint.MaxValue;
        foreach (var number in numbers)
        {
            whole.Add(number);
            for (var shift = 0; shift < 64; shift += 8)
            {
                bitwise = Step(bitwise, (byte)(number >> shift));
            }
        }

        Assert.Equal(~bitwise, whole.Value);
    });

    /// <summary>The definition: reflected polynomial 0x82F63B78, one bit at a time.</summary>
    private static uint Step(uint crc, byte value)
    {
        crc ^= value;
        for (var bit = 0; bit < 8; bit++)
        {
            crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0x82F63B78;
        }

        return crc;
    }
}
