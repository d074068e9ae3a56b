namespace Marketplace.Journal.Tests;

public sealed class GroupCommitTests : IDisposable
{
    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task What_arrives_during_a_flush_is_the_next_flush()
    {
        using var gate = new ManualResetEventSlim();
        using var entered = new ManualResetEventSlim();
        await using Log log = Log.Open(_directory.Options, new GatedStore(new SqliteJournalStore(_directory.Path), gate, entered));
        StreamClaim[] claims = [.. Enumerable.Range(1, 10).Select(i => log.Claim($"account/{i}"))];
        Assert.Equal(1, claims[0].Append([0]));
        entered.Wait(TestContext.Current.CancellationToken);
        foreach (StreamClaim claim in claims) Assert.Equal(2, claim.Append([1]));
        gate.Set();
        await log.WhenDurable(2);
        Assert.Equal([1, 10], log.ReadRows(1, 2).Select(row => row.Records.Count));
    }

    [Fact]
    public async Task A_flush_of_an_idle_log_waits_for_the_messages_under_way()
    {
        await using Log log = OpenWithLongWait();
        await MessageAndWhatItCauses(log);
        Assert.Equal(["account/1 1 hold", "book/H100 1 match"], log.ReadRows(1, 9).Single().Records.Told());
    }

    [Fact]
    public async Task The_first_flush_waits_for_them_too_whether_or_not_the_thread_that_flushes_had_begun_to_wait()
    {
        for (int round = 1; round <= 50; round++)
        {
            await using Log log = OpenWithLongWait();
            await MessageAndWhatItCauses(log);
            Assert.Equal(round, log.DurablePosition);
        }
    }

    private Log OpenWithLongWait() => Log.Open(_directory.Options with { MessageWait = TimeSpan.FromMinutes(1) });

    private static async Task MessageAndWhatItCauses(Log log)
    {
        await using StreamClaim account = log.Claim("account/1"), book = log.Claim("book/H100");
        log.MessageDeparted();
        long hold = account.Append(Payloads.Bytes("hold"));
        Task<long> matching = Task.Run(() =>
        {
            long match = book.Append(Payloads.Bytes("match"));
            log.MessageArrived();
            return match;
        }, TestContext.Current.CancellationToken);
        await log.WhenDurable(hold);
        Assert.Equal(hold, await matching);
    }

    [Fact]
    public async Task A_message_that_does_not_arrive_delays_a_flush_only_so_long()
    {
        await using Log log = _directory.Open();
        await using StreamClaim account = log.Claim("account/1");
        log.MessageDeparted();
        await log.Write(account, "hold");
        Assert.Equal(1, log.DurablePosition);
        log.MessageArrived();
        Assert.Throws<InvalidOperationException>(log.MessageArrived);
    }

    [Fact]
    public async Task Closing_makes_everything_queued_durable()
    {
        await using (Log log = _directory.Open())
        {
            StreamClaim claim = log.Claim("account/1");
            for (int i = 0; i < 5_000; i++) claim.Append([1, 2, 3]);
        }
        await using Log again = _directory.Open();
        Assert.Equal(5_000, again.VersionAt("account/1", long.MaxValue));
        using TestDirectory copy = _directory.Copy();
        Assert.True(Verify.Run(copy.Path).IsWhole);
    }
}
