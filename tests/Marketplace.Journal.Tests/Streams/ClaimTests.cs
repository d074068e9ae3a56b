namespace Marketplace.Journal.Tests;

public sealed class ClaimTests : IDisposable
{
    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_stream_has_one_claim_at_a_time()
    {
        await using Log log = _directory.Open();
        await using StreamClaim claim = log.Claim("account/1");
        Assert.Throws<InvalidOperationException>(() => log.Claim("account/1"));
        await using StreamClaim other = log.Claim("account/2");
        Assert.Equal(0, other.Version);
    }

    [Fact]
    public async Task The_next_claim_waits_until_the_former_has_drained_and_then_reads_all_of_it()
    {
        using var gate = new ManualResetEventSlim();
        await using Log log = Log.Open(_directory.Options, new GatedStore(new SqliteJournalStore(_directory.Path), gate));
        StreamClaim former = log.Claim("account/1");
        former.Append(Payloads.Bytes("one"));
        former.Append(Payloads.Bytes("two"));
        Task<StreamClaim> next = log.ClaimAsync("account/1", TestContext.Current.CancellationToken).AsTask();
        Task leaving = former.DisposeAsync().AsTask();
        Assert.False(next.IsCompleted);
        Assert.False(leaving.IsCompleted);
        Assert.Throws<ObjectDisposedException>(() => former.Append([3]));
        gate.Set();
        await using StreamClaim claim = await next;
        Assert.Equal(2, claim.Version);
        Assert.Equal(["account/1 1 one", "account/1 2 two"], claim.Tail().Told());
    }

    [Fact]
    public async Task Claims_wait_in_turn_and_one_that_turns_away_is_passed_over()
    {
        await using Log log = _directory.Open();
        StreamClaim first = log.Claim("account/1");
        using var turningAway = new CancellationTokenSource();
        Task<StreamClaim> second = log.ClaimAsync("account/1", turningAway.Token).AsTask(), third = log.ClaimAsync("account/1", TestContext.Current.CancellationToken).AsTask(),
            fourth = log.ClaimAsync("account/1", TestContext.Current.CancellationToken).AsTask();
        await turningAway.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        await first.DisposeAsync();
        StreamClaim claim = await third;
        Assert.False(fourth.IsCompleted);
        await claim.DisposeAsync();
        await (await fourth).DisposeAsync();
        await log.Claim("account/1").DisposeAsync();
    }

    [Fact]
    public async Task A_waiting_claim_learns_that_the_log_has_failed()
    {
        await using Log log = Log.Open(_directory.Options, new FailingStore(new SqliteJournalStore(_directory.Path), failAt: 1));
        StreamClaim former = log.Claim("account/1");
        Task<StreamClaim> next = log.ClaimAsync("account/1", TestContext.Current.CancellationToken).AsTask();
        former.Append([1]);
        await former.DisposeAsync();
        await Assert.ThrowsAsync<JournalFailedException>(() => next);
    }

    [Fact]
    public async Task A_claim_that_wrote_nothing_leaves_nothing()
    {
        await using Log log = _directory.Open();
        await log.Claim("account/1").DisposeAsync();
        Assert.Empty(log.Streams(""));
        await using StreamClaim again = log.Claim("account/1");
        Assert.Equal(1, await log.Write(again, "one"));
    }

    [Fact]
    public async Task A_tail_is_what_was_there_at_the_claim()
    {
        await using (Log log = _directory.Open())
        {
            await using StreamClaim claim = log.Claim("account/1");
            await log.Write(claim, "one");
            await log.Write(claim, "two");
        }
        await using Log again = _directory.Open();
        await using StreamClaim next = again.Claim("account/1");
        Assert.Null(next.SnapshotState);
        Assert.Equal(0, next.SnapshotVersion);
        await again.Write(next, "three");
        Assert.Equal(["account/1 1 one", "account/1 2 two"], next.Tail().Told());
        Assert.Equal(3, next.Version);
    }
}
