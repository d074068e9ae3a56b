using CsCheck;
using Marketplace.Cli.Units;

namespace Marketplace.Cli.Tests.Units;

public sealed class PriceTextTests
{
    private const long H100Watts = 1_390;

    [Theory]
    [InlineData("$1.52M/GWh", 1_520_000)]
    [InlineData("$1,520,000/GWh", 1_520_000)]
    [InlineData("1520000", 1_520_000)]
    [InlineData("$1520/MWh", 1_520_000)]
    [InlineData("$1.52/kWh", 1_520_000)]
    [InlineData("1.52m/gwh", 1_520_000)]
    [InlineData("$1,520K", 1_520_000)]
    public void Price_per_energy_is_read_in_whole_USD_per_GWh(string text, long usdPerGwh)
    {
        Assert.True(PriceText.TryParse(text, out var price, out _));
        Assert.Equal(usdPerGwh, price.ToUsdPerGwh());
        Assert.Equal(usdPerGwh, price.ToUsdPerGwh(H100Watts, 10, Rounding.Down));
    }

    [Theory]
    [InlineData("$0.5/GWh")]
    [InlineData("$1.5200001/kWh")]
    [InlineData("$1.52M/GW")]
    [InlineData("$/GWh")]
    [InlineData("")]
    [InlineData("cheap")]
    public void What_is_no_price_is_refused_with_words(string text)
    {
        Assert.False(PriceText.TryParse(text, out _, out var wrong));
        Assert.Contains(text, wrong, StringComparison.Ordinal);
    }

    [Fact]
    public void Price_per_GPU_hour_goes_down_for_a_bid_and_up_for_an_ask()
    {
        // 2.11 USD / 1.39 kW = 1.5179856... USD/kWh
        Assert.True(PriceText.TryParse("$2.11/GPUh", out var price, out _));
        Assert.Equal(1_517_985, price.ToUsdPerGwh(H100Watts, 1, Rounding.Down));
        Assert.Equal(1_517_986, price.ToUsdPerGwh(H100Watts, 1, Rounding.Up));
        Assert.Equal(1_517_900, price.ToUsdPerGwh(H100Watts, 100, Rounding.Down));
        Assert.Equal(1_518_000, price.ToUsdPerGwh(H100Watts, 100, Rounding.Up));
        Assert.Null(price.ToUsdPerGwh());
    }

    [Fact]
    public void Typing_per_GPU_hour_never_worsens_the_trader_s_terms() =>
        Gen.Select(Gen.Long[1, 100_000_000], Gen.Long[100, 10_000], Gen.Long[1, 1_000]).Sample((micros, watts, tick) =>
        {
            Assert.True(PriceText.TryParse($"${Grouped.Decimal(micros, 6)}/GPUh", out var price, out _));
            var bid = price.ToUsdPerGwh(watts, tick, Rounding.Down)!.Value;
            var ask = price.ToUsdPerGwh(watts, tick, Rounding.Up)!.Value;
            // USD/GWh x W = 1e-9 x USD an hour = 1e-3 micro-dollars an hour.
            Assert.True((Int128)bid * watts <= (Int128)micros * 1_000 && (Int128)ask * watts >= (Int128)micros * 1_000);
            Assert.True(bid % tick == 0 && ask % tick == 0 && ask - bid <= tick);
        });

    [Fact]
    public void Every_price_that_is_written_reads_back_the_same() => Gen.Long[1, 100_000_000].Sample(usdPerGwh =>
    {
        Assert.True(PriceText.TryParse(PriceText.Format(usdPerGwh), out var price, out _));
        Assert.Equal(usdPerGwh, price.ToUsdPerGwh());
    });

    [Theory]
    [InlineData(1_520_000, "$1,520,000/GWh ($2.1128/GPUh)")]
    [InlineData(1_517_985, "$1,517,985/GWh ($2.11/GPUh)")]
    [InlineData(1, "$1/GWh ($0.00/GPUh)")]
    public void Price_is_shown_both_ways(long usdPerGwh, string text) => Assert.Equal(text, PriceText.Format(usdPerGwh, H100Watts));

    [Fact]
    public void Price_per_GPU_hour_is_shown_to_the_nearest_hundredth_of_a_cent() =>
        Gen.Select(Gen.Long[1, 100_000_000], Gen.Long[1, 1_000_000]).Sample((usdPerGwh, watts) =>
        {
            var shown = PriceText.FormatPerGpuHour(usdPerGwh, watts);
            Assert.True(Rational.TryParse(shown["$".Length..^"/GPUh".Length], out var usd));
            var scaled = (usd * 10_000).ToWhole()!.Value;
            var off = Int128.Abs(((Int128)scaled * 100_000) - ((Int128)usdPerGwh * watts));
            Assert.True(2 * off <= 100_000);
        });
}
