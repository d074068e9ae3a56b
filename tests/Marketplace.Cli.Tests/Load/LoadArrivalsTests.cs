using Gwh.Marketplace.V1;
using Marketplace.Cli.Load;

namespace Marketplace.Cli.Tests.Load;

public sealed class LoadArrivalsTests
{
    private static LoadOptions Of(LoadArrival arrival, int seed = 1) => new(LoadMode.Session, arrival, Seconds: 10, Rate: 2_000, Sessions: 4, Batch: 5, SettlementMode.Immediate, seed, null);

    [Fact]
    public void Evenly_the_traders_together_send_a_batch_at_every_beat()
    {
        var options = Of(LoadArrival.Even);

        var all = Enumerable.Range(0, 4).SelectMany(trader => LoadArrivals.Of(options, trader)).Order().ToArray();

        Assert.Equal(Enumerable.Range(0, 4_000).Select(batch => TimeSpan.FromMilliseconds(2.5 * batch)), all);
    }

    [Fact]
    public void A_Poisson_process_has_the_rate_asked_for_and_gaps_that_vary_as_much_as_they_are_long()
    {
        var all = Enumerable.Range(0, 4).SelectMany(trader => LoadArrivals.Of(Of(LoadArrival.Poisson), trader)).Order().ToArray();
        var gaps = all.Zip(all.Skip(1), (before, after) => (after - before).TotalMilliseconds).ToArray();
        var mean = gaps.Average();

        Assert.InRange(all.Length, 3_800, 4_200);
        Assert.True(all[^1] < TimeSpan.FromSeconds(10));
        Assert.InRange(Math.Sqrt(gaps.Average(gap => (gap - mean) * (gap - mean))) / mean, 0.9, 1.1);
    }

    [Fact]
    public void The_same_seed_gives_the_same_times_and_another_seed_or_trader_others()
    {
        var times = LoadArrivals.Of(Of(LoadArrival.Poisson), 0).ToArray();

        Assert.Equal(times, LoadArrivals.Of(Of(LoadArrival.Poisson), 0));
        Assert.NotEqual(times, LoadArrivals.Of(Of(LoadArrival.Poisson), 1));
        Assert.NotEqual(times, LoadArrivals.Of(Of(LoadArrival.Poisson, seed: 2), 0));
    }

    [Theory]
    [InlineData("Even")]
    [InlineData("Poisson")]
    public void Times_of_a_trader_rise(string arrivals)
    {
        var times = LoadArrivals.Of(Of(Enum.Parse<LoadArrival>(arrivals)), 3).ToArray();

        Assert.NotEmpty(times);
        Assert.Equal(times.Order(), times);
    }
}
