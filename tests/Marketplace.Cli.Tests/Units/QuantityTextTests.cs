using CsCheck;
using Marketplace.Cli.Units;

namespace Marketplace.Cli.Tests.Units;

public sealed class QuantityTextTests
{
    private const long H100Watts = 1_390;
    private static readonly Rational Day = 24;

    [Theory]
    [InlineData("1.5 GWh", 1_500_000)]
    [InlineData("1.5GWh", 1_500_000)]
    [InlineData("1.5gwh", 1_500_000)]
    [InlineData("300 MWh", 300_000)]
    [InlineData("266880 kWh", 266_880)]
    [InlineData("266,880", 266_880)]
    [InlineData("0.000001 GWh", 1)]
    [InlineData("2 TWh", 2_000_000_000)]
    public void Energy_is_read_in_whole_kWh(string text, long kwh)
    {
        Assert.True(QuantityText.TryParse(text, out var quantity, out _));
        Assert.Equal(kwh, quantity.ToKwh(out _));
        Assert.Equal(kwh, quantity.ToKwh("H100", H100Watts, Day, 1, Rounding.Down, out _));
    }

    [Theory]
    [InlineData("1.0000001 GWh")]
    [InlineData("0.5 kWh")]
    [InlineData("1.5 XWh")]
    [InlineData("GWh")]
    [InlineData("")]
    [InlineData("-1 GWh")]
    [InlineData("1 GW h")]
    [InlineData("0xH100 24h")]
    [InlineData("x H100")]
    [InlineData("8xH100 24")]
    [InlineData("8xH100 0h")]
    [InlineData("8xH100 24h 3")]
    public void What_is_no_quantity_is_refused_with_words(string text)
    {
        Assert.False(QuantityText.TryParse(text, out _, out var wrong));
        Assert.Contains(text, wrong, StringComparison.Ordinal);
    }

    [Fact]
    public void Eight_H100_for_a_day_are_266_88_kWh_up_for_a_bid_and_down_for_an_ask()
    {
        Assert.True(QuantityText.TryParse("8xH100 24h", out var quantity, out _));
        Assert.Equal(267, quantity.ToKwh("H100", H100Watts, Day, 1, Rounding.Up, out _));
        Assert.Equal(266, quantity.ToKwh("H100", H100Watts, Day, 1, Rounding.Down, out _));
        Assert.Equal(300, quantity.ToKwh("H100", H100Watts, Day, 100, Rounding.Up, out _));
        Assert.Equal(200, quantity.ToKwh("H100", H100Watts, Day, 100, Rounding.Down, out _));
    }

    [Fact]
    public void Accelerators_without_hours_are_meant_for_the_whole_period()
    {
        Assert.True(QuantityText.TryParse("8xh100", out var whole, out _));
        Assert.True(QuantityText.TryParse("8xH100 2d", out var days, out _));
        Assert.Equal(days.ToKwh("H100", H100Watts, Day, 1, Rounding.Up, out _), whole.ToKwh("H100", H100Watts, 48, 1, Rounding.Up, out _));
    }

    [Fact]
    public void Accelerators_of_another_model_are_refused()
    {
        Assert.True(QuantityText.TryParse("8xB200 24h", out var quantity, out _));
        Assert.Null(quantity.ToKwh("H100", H100Watts, Day, 1, Rounding.Up, out var wrong));
        Assert.Contains("B200", wrong, StringComparison.Ordinal);
        Assert.Null(quantity.ToKwh(out _));
    }

    [Fact]
    public void What_is_too_large_is_refused()
    {
        Assert.True(QuantityText.TryParse("9223372036854775807xH100 10000h", out var quantity, out _));
        Assert.Null(quantity.ToKwh("H100", H100Watts, Day, 1, Rounding.Up, out _));
        Assert.True(QuantityText.TryParse("99999999999999 TWh", out var energy, out _));
        Assert.Null(energy.ToKwh(out _));
    }

    [Fact]
    public void Every_quantity_that_is_written_reads_back_the_same() => Gen.Long[0, long.MaxValue].Sample(kwh =>
    {
        Assert.True(QuantityText.TryParse(QuantityText.Format(kwh), out var quantity, out _));
        Assert.Equal(kwh, quantity.ToKwh(out _));
    });

    [Theory]
    [InlineData(0, "0 kWh")]
    [InlineData(999, "999 kWh")]
    [InlineData(1_000, "1 MWh")]
    [InlineData(266_880, "266.88 MWh")]
    [InlineData(1_500_000, "1.5 GWh")]
    [InlineData(-1_500_000, "-1.5 GWh")]
    [InlineData(52_560_000_000, "52,560 GWh")]
    public void Quantity_is_written_in_its_largest_unit(long kwh, string text) => Assert.Equal(text, QuantityText.Format(kwh));

    [Fact]
    public void Bid_for_accelerators_never_falls_short_of_them_and_an_ask_never_promises_more() =>
        Gen.Select(Gen.Long[1, 1_000_000], Gen.Long[1, 10_000], Gen.Long[1, 100_000], Gen.Long[1, 1_000]).Sample((count, hours, watts, lot) =>
        {
            Assert.True(QuantityText.TryParse($"{count}xH100 {hours}h", out var quantity, out _));
            var bid = quantity.ToKwh("H100", watts, Day, lot, Rounding.Up, out _)!.Value;
            var ask = quantity.ToKwh("H100", watts, Day, lot, Rounding.Down, out _)!.Value;
            var wattHours = (Int128)count * hours * watts;
            Assert.True((Int128)bid * 1000 >= wattHours && (Int128)(bid - lot) * 1000 < wattHours);
            Assert.True((Int128)ask * 1000 <= wattHours && (Int128)(ask + lot) * 1000 > wattHours);
        });
}
