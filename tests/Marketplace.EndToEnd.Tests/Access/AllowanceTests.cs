using System.Diagnostics;
using Marketplace.Server.Access;

namespace Marketplace.EndToEnd.Tests.Access;

public sealed class AllowanceTests
{
    private const int Few = 3;

    [Fact]
    public void A_participant_has_one_allowance()
    {
        var directory = new SmallDirectory();
        directory.Enter(["ann", "bob"]);
        var limits = new Limits(directory.View);

        Assert.Same(limits.Of("ann"), limits.Of("ann"));
        Assert.NotSame(limits.Of("ann"), limits.Of("bob"));
    }

    [Fact]
    public void Limits_that_are_set_hold_at_once_for_who_had_the_allowance_before()
    {
        var directory = new SmallDirectory();
        directory.Enter(["ann"], ordersPerSecond: 1_000_000);
        var allowance = new Limits(directory.View).Of("ann");
        Assert.True(allowance.TryTake(1_000_000, cancels: false, out _));

        directory.SetLimits("ann", Few);

        Assert.False(allowance.TryTake(Few + 1, cancels: false, out var retryAfter));
        Assert.Equal(TimeSpan.FromSeconds(1), retryAfter);
        Assert.False(allowance.TryTake(Few + 1, cancels: true, out _));
        Assert.True(allowance.TryTake(Few, cancels: false, out _));
        Assert.True(allowance.TryTake(Few, cancels: true, out _));
    }

    [Fact]
    public void A_change_of_the_directory_that_leaves_the_rate_gives_nothing_back()
    {
        while (true)
        {
            var directory = new SmallDirectory();
            directory.Enter(["ann"], Few);
            var allowance = new Limits(directory.View).Of("ann");
            var clock = Stopwatch.StartNew();
            Assert.True(allowance.TryTake(Few, cancels: false, out _));

            directory.SetLimits("ann", Few, streams: 2);

            var isGivenBack = allowance.TryTake(Few, cancels: false, out _);
            if (clock.Elapsed < TimeSpan.FromSeconds(0.9))
            {
                Assert.False(isGivenBack);
                return;
            }

            // A second's allowance may have come back by itself before it was asked.
        }
    }

    [Fact]
    public void Streams_that_are_open_count_behind_a_change()
    {
        var directory = new SmallDirectory();
        directory.Enter(["ann"], streams: 1);
        var allowance = new Limits(directory.View).Of("ann");
        var first = allowance.TryOpenStream();
        Assert.NotNull(first);
        Assert.Null(allowance.TryOpenStream());

        directory.SetLimits("ann", 20, streams: 2);

        var second = allowance.TryOpenStream();
        Assert.NotNull(second);
        Assert.Null(allowance.TryOpenStream());
        first.Dispose();
        first.Dispose();
        Assert.NotNull(allowance.TryOpenStream());
        Assert.Null(allowance.TryOpenStream());
    }
}
