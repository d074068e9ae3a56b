using CsCheck;
using Marketplace.Client.Calls;

namespace Marketplace.Client.Tests.Calls;

public sealed class BackoffTests
{
    [Fact]
    public void Waits_double_up_to_the_longest()
    {
        var backoff = new Backoff(new() { FirstDelay = TimeSpan.FromMilliseconds(100), LongestDelay = TimeSpan.FromSeconds(1), Jitter = () => 0 });
        Assert.Equal([100, 200, 400, 800, 1000, 1000], Enumerable.Range(1, 6).Select(failures => backoff.After(failures).TotalMilliseconds));
    }

    [Fact]
    public void However_many_attempts_failed_the_wait_stays_the_longest()
    {
        var backoff = new Backoff(new() { FirstDelay = TimeSpan.FromMilliseconds(50), LongestDelay = TimeSpan.FromMilliseconds(500), Jitter = () => 0 });
        Assert.All(Enumerable.Range(10, 1_000), failures => Assert.Equal(500, backoff.After(failures).TotalMilliseconds));
    }

    [Fact]
    public void Wait_is_drawn_from_the_upper_half_and_is_never_shorter_than_asked_for() =>
        Gen.Select(Gen.Int[1, 1_000_000], Gen.Double[0, 1], Gen.Int[0, 10_000]).Sample((failures, jitter, asked) =>
        {
            var options = new MarketplaceClientOptions { Jitter = () => jitter };
            var whole = new Backoff(options with { Jitter = () => 0 }).After(failures);
            var drawn = new Backoff(options).After(failures);
            Assert.InRange(drawn, whole / 2, whole);
            Assert.True(whole <= options.LongestDelay);
            Assert.True(new Backoff(options).After(failures, TimeSpan.FromMilliseconds(asked)) >= TimeSpan.FromMilliseconds(asked));
        });
}
