using System.Diagnostics;
using Marketplace.Server.Access;

namespace Marketplace.EndToEnd.Tests.Access;

public sealed class RequestBucketTests
{
    private static long Milliseconds(long count) => count * Stopwatch.Frequency / 1_000;

    [Fact]
    public void It_begins_full_and_gives_no_more_than_it_has()
    {
        var bucket = new RequestBucket(10, now: 0);

        Assert.True(bucket.TryTake(7, 0, out _));
        Assert.False(bucket.TryTake(4, 0, out _));
        Assert.True(bucket.TryTake(3, 0, out _));
    }

    [Fact]
    public void A_refusal_takes_nothing_and_tells_when_there_will_be_enough()
    {
        var bucket = new RequestBucket(10, now: 0);
        bucket.TryTake(10, 0, out _);

        Assert.False(bucket.TryTake(3, 0, out var retryAfter));
        Assert.Equal(TimeSpan.FromMilliseconds(300), retryAfter);
        Assert.False(bucket.TryTake(3, Milliseconds(299), out _));
        Assert.True(bucket.TryTake(3, Milliseconds(300), out _));
    }

    [Fact]
    public void It_saves_up_a_seconds_allowance_and_no_more()
    {
        var bucket = new RequestBucket(10, now: 0);

        Assert.True(bucket.TryTake(10, Milliseconds(60_000), out _));
        Assert.False(bucket.TryTake(1, Milliseconds(60_000), out _));
    }

    [Fact]
    public void More_than_a_seconds_allowance_is_never_given_at_once()
    {
        var bucket = new RequestBucket(10, now: 0);

        Assert.False(bucket.TryTake(11, Milliseconds(60_000), out var retryAfter));
        Assert.Equal(TimeSpan.FromSeconds(1), retryAfter);
    }

    [Fact]
    public void Looked_at_at_every_tick_it_gives_exactly_as_many_as_the_time_brings()
    {
        var bucket = new RequestBucket(3, now: 0);
        bucket.TryTake(3, 0, out _);
        var given = 0;
        for (var millisecond = 1; millisecond <= 7_000; millisecond++)
        {
            given += bucket.TryTake(1, Milliseconds(millisecond), out _) ? 1 : 0;
        }

        Assert.Equal(21, given);
    }
}
