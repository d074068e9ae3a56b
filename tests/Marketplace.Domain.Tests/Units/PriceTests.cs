using Marketplace.Domain.Units;

namespace Marketplace.Domain.Tests.Units;

public sealed class PriceTests
{
    [Fact]
    public void The_largest_notional_is_nine_quintillion_micro_dollars_and_fits() =>
        Assert.Equal(9_000_000_000_000_000_000, Price.NotionalMicros(Price.Max, Quantity.MaxOrderKwh));

    [Fact]
    public void A_notional_beyond_64_bits_is_refused_never_wrapped() => Assert.Throws<OverflowException>(() => Price.NotionalMicros(Price.Max, Quantity.MaxOrderKwh * 2));

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(100_000_000, true)]
    [InlineData(100_000_001, false)]
    public void A_price_is_of_1_to_100_million_dollars_a_GWh(long price, bool allowed) => Assert.Equal(allowed, Price.IsInRange(price));
}
