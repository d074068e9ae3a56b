using System.Numerics;
using CsCheck;
using Marketplace.Domain.Units;

namespace Marketplace.Domain.Tests.Units;

public sealed class QuantityTests
{
    [Fact]
    public void Eight_H100_for_a_day_are_266_kWh_rounded_down() => Assert.Equal(266, Quantity.OfAccelerators(8, 1390, 24 * Timestamp.MicrosPerHour).Kwh);

    [Fact]
    public void Six_GW_for_a_year_are_exact() =>
        Assert.Equal(52_560_000_000, Quantity.OfAccelerators(6_000_000_000 / 1_000, 1_000, 8760 * Timestamp.MicrosPerHour).Kwh);

    [Fact]
    public void Capacity_is_the_exact_product_rounded_down() =>
        Gen.Select(Gen.Long[0, 1_000_000], Gen.Long[1, 100_000], Gen.Long[0, 90_000]).Sample((count, watts, hours) =>
            Assert.Equal((BigInteger)count * watts * hours / 1000, Quantity.OfAccelerators(count, watts, hours * Timestamp.MicrosPerHour).Kwh));

    [Fact]
    public void Sums_and_differences_are_refused_beyond_64_bits_never_wrapped()
    {
        Assert.Throws<OverflowException>(() => new Quantity(long.MaxValue) + new Quantity(1));
        Assert.Throws<OverflowException>(() => new Quantity(long.MinValue) - new Quantity(1));
        Assert.Throws<OverflowException>(() => Quantity.OfAccelerators(long.MaxValue, 1_000_000, 8760 * Timestamp.MicrosPerHour));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(90_000_000_000, true)]
    [InlineData(90_000_000_001, false)]
    [InlineData(-1, false)]
    public void An_order_is_of_1_to_90_billion_kWh(long kwh, bool allowed) => Assert.Equal(allowed, Quantity.IsOrderQuantity(kwh));
}
