using Marketplace.Grains.Audit;

namespace Marketplace.Grains.Tests;

public sealed class SnapshotRuleTests
{
    private const long MiB = 1024 * 1024;

    [Theory]
    [InlineData((16 * MiB) - 1, 0, 0, false)]
    [InlineData(16 * MiB, 0, 0, true)]
    [InlineData(16 * MiB, 64 * MiB, 0, true)]
    [InlineData((100 * MiB) - 1, 400 * MiB, 0, false)]
    [InlineData(100 * MiB, 400 * MiB, MiB, true)]
    public void In_quiet_a_snapshot_is_due_when_the_tail_has_outgrown_a_quarter_of_the_states(long tail, long states, long lastSecond, bool due)
        => Assert.Equal(due, SnapshotRule.IsDue(tail, states, lastSecond));

    [Theory]
    [InlineData(16 * MiB, 0, MiB + 1, false)]
    [InlineData((64 * MiB) - 1, 0, 20 * MiB, false)]
    [InlineData(64 * MiB, 0, 20 * MiB, true)]
    [InlineData((148 * MiB) - 1, 400 * MiB, 20 * MiB, false)]
    [InlineData(148 * MiB, 400 * MiB, 20 * MiB, true)]
    public void A_burst_puts_it_off_but_not_for_more_than_a_burst(long tail, long states, long lastSecond, bool due)
        => Assert.Equal(due, SnapshotRule.IsDue(tail, states, lastSecond));
}
