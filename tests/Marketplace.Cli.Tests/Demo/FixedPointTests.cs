using CsCheck;
using Marketplace.Cli.Demo.Sources;

namespace Marketplace.Cli.Tests.Demo;

public sealed class FixedPointTests
{
    [Theory]
    [InlineData("76.0", 6, 76_000_000L)]
    [InlineData("5.844500480000001", 6, 5_844_500L)]
    [InlineData("0.99", 6, 990_000L)]
    [InlineData("10000", 0, 10_000L)]
    [InlineData("30000.000000000004", 0, 30_000L)]
    [InlineData(" 2.7 ", 6, 2_700_000L)]
    public void A_figure_is_read_down_to_its_decimals(string text, int decimals, long expected) => Assert.Equal(expected, FixedPoint.Floor(text, decimals));

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("1e9")]
    [InlineData(".5")]
    [InlineData("1.2.3")]
    [InlineData("n/a")]
    public void What_is_no_figure_is_not_read(string text) => Assert.Null(FixedPoint.Floor(text, 6));

    [Fact]
    public void A_price_finer_than_a_micro_dollar_is_not_read_as_one()
    {
        Assert.Equal(2_690_000, FixedPoint.Exact("2.6900000", 6));
        Assert.Null(FixedPoint.Exact("2.6900001", 6));
    }

    [Fact]
    public void Every_price_in_cents_is_read_exactly() => Gen.Int[0, 100_000].Sample(cents =>
        FixedPoint.Exact($"{cents / 100}.{cents % 100:00}", 6) == cents * 10_000L);
}
