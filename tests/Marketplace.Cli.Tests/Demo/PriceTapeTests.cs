using CsCheck;
using Marketplace.Cli.Demo.Prices;
using Marketplace.Cli.Demo.Sources;

namespace Marketplace.Cli.Tests.Demo;

public sealed class PriceTapeTests
{
    private static readonly DateTimeOffset Noon = new(2025, 10, 20, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Quantiles_are_the_published_figures_and_straight_between_them()
    {
        var price = At(0, "H100", 2_000_000);
        Assert.Equal([price.Min, price.P10, price.P25, price.Median, price.P75, price.P90, price.Max],
            new[] { 0, 100, 250, 500, 750, 900, 1000 }.Select(price.Quantile));
        Assert.Equal((price.P25 + price.Median) / 2, price.Quantile(375));
    }

    [Fact]
    public void A_higher_quantile_is_never_cheaper() => Gen.Select(Gen.Int[0, 1000], Gen.Int[0, 1000], Gen.Int[1, 7]).Sample((one, other, step) =>
    {
        var price = new PriceDistribution(Noon, "H100", step, 2 * step, 2 * step, 30 * step, 31 * step, 32 * step, 99 * step);
        return price.Quantile(Math.Min(one, other)) <= price.Quantile(Math.Max(one, other));
    });

    [Fact]
    public void A_moment_holds_the_latest_of_every_series()
    {
        var tape = PriceTape.Of([At(0, "H100", 10), At(1, "B200", 20), At(2, "H100", 30), At(2, "GH200", 5)], ["H100", "B200"]);
        Assert.Equal([Noon.AddHours(1), Noon.AddHours(2)], tape.Moments.Select(moment => moment.Time));
        Assert.Equal([(10L, 20L), (30L, 20L)], tape.Moments.Select(moment => (moment.Latest["H100"].Median, moment.Latest["B200"].Median)));
    }

    [Fact]
    public void Every_publication_after_the_start_is_a_round_when_there_are_enough()
    {
        var tape = PriceTape.Of([At(0, "H100", 10), At(1, "H100", 20), At(2, "H100", 30)], ["H100"]);
        Assert.Equal([Noon.AddHours(1), Noon.AddHours(2)], tape.Rounds(Noon, 2).Select(moment => moment.Time));
    }

    [Fact]
    public void Too_few_publications_are_held_for_several_rounds_in_their_own_order()
    {
        var tape = PriceTape.Of([At(0, "H100", 10), At(2, "H100", 20), At(3, "H100", 30)], ["H100"]);
        var rounds = tape.Rounds(Noon, 4);
        Assert.Equal([(1.0, 10L), (2.0, 20L), (2.5, 20L), (3.0, 30L)],
            rounds.Select(moment => ((moment.Time - Noon).TotalHours, moment.Latest["H100"].Median)));
    }

    [Fact]
    public void A_distribution_out_of_order_is_refused() =>
        Assert.Throws<InvalidDataException>(() => PriceTape.Of([At(0, "H100", 10), At(1, "H100", 10) with { P10 = 500 }], ["H100"]));

    private static PriceDistribution At(int hours, string model, long median) =>
        new(Noon.AddHours(hours), model, median / 2 + 1, median / 2 + 2, median / 2 + 3, median, median + 1, median + 2, median * 2);
}
