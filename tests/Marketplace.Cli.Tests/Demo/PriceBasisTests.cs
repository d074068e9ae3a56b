using CsCheck;
using Marketplace.Cli.Demo.Prices;
using Marketplace.Cli.Demo.Sources;

namespace Marketplace.Cli.Tests.Demo;

public sealed class PriceBasisTests
{
    private static readonly PublicRecords Reference = ReferenceFigures.Read();

    [Fact]
    public void Two_dollars_sixty_a_GPU_hour_of_H100_is_1_870_503_dollars_a_GWh_down_and_1_870_504_up()
    {
        Assert.Equal(1_870_503, Basis("H100").UsdPerGwh(2_600_000, 1390, 0, 1, Rounding.Down));
        Assert.Equal(1_870_504, Basis("H100").UsdPerGwh(2_600_000, 1390, 0, 1, Rounding.Up));
    }

    [Fact]
    public void GB200_costs_what_B200_costs_per_PFLOP_hour()
    {
        // 4.50 USD x 2.5 / 2.25 = 5.00 USD per GPU-hour; / 1.68 kW = 2,976,190.47 USD per GWh.
        Assert.Equal("B200", Basis("GB200").Series);
        Assert.Equal(2_976_190, Basis("GB200").UsdPerGwh(4_500_000, 1680, 0, 1, Rounding.Down));
    }

    [Fact]
    public void MI300X_costs_three_quarters_of_H100_per_PFLOP_hour()
    {
        // 2.00 USD x 1307.4 / 989.4 x 0.75 = 1.982110 USD per GPU-hour; / 1.43 kW = 1,386,091.2 USD per GWh.
        Assert.Equal("H100", Basis("MI300X").Series);
        Assert.Equal(1_386_091, Basis("MI300X").UsdPerGwh(2_000_000, 1430, 0, 1, Rounding.Down));
    }

    [Fact]
    public void No_basis_is_invented_for_an_accelerator_that_none_is_stated_for() =>
        Assert.Null(PriceBasis.Of(Reference.Ratings.Single(rating => rating.Id == "TPU7"), Reference.Ratings));

    [Fact]
    public void A_bid_goes_down_and_an_ask_goes_up_by_less_than_a_tick() =>
        Gen.Select(Gen.Long[10_000, 20_000_000], Gen.OneOf("A100", "H100", "GB200", "MI300X"), Gen.Int[-500, 500], Gen.OneOf(1L, 100L)).Sample(
            (micros, accelerator, basisPoints, tick) =>
            {
                var watts = Reference.Ratings.Single(rating => rating.Id == accelerator).RatedWatts;
                var down = Basis(accelerator).UsdPerGwh(micros, watts, basisPoints, tick, Rounding.Down);
                var up = Basis(accelerator).UsdPerGwh(micros, watts, basisPoints, tick, Rounding.Up);
                Assert.True(down % tick == 0 && up % tick == 0 && up - down is var gap && (gap == 0 || gap == tick));
            });

    private static PriceBasis Basis(string accelerator) =>
        PriceBasis.Of(Reference.Ratings.Single(rating => rating.Id == accelerator), Reference.Ratings)!;
}
