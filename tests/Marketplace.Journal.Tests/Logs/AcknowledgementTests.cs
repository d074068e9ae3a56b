namespace Marketplace.Journal.Tests;

/// <summary>Nothing is acknowledged before it is durable, and after a failure nothing is acknowledged at all.</summary>
public sealed class AcknowledgementTests : IDisposable
{
    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    private Log Open(IJournalStore store) => Log.Open(_directory.Options, store);

    private static long TailEnd(TestDirectory directory) => TailFile.Read(directory.Path)!.Rows.Select(row => row.Row.Position).LastOrDefault();

    private static long HeadOf(TestDirectory directory) => HeadFile.Newest(HeadFile.ReadSlots(directory.Path)!)!.Value.Position;

    [Fact]
    public async Task Nobody_is_told_before_the_commit_has_returned()
    {
        using var gate = new ManualResetEventSlim();
        await using Log log = Open(new GatedStore(new SqliteJournalStore(_directory.Path), gate));
        await using StreamClaim claim = log.Claim("account/1");
        long position = claim.Append([1]);
        Task waiting = log.WhenDurable(position).AsTask();
        Assert.False(waiting.IsCompleted);
        Assert.Equal(0, log.DurablePosition);
        Assert.Empty(log.ReadRows(1, 10));
        Assert.Empty(log.ReadStream("account/1", 1, 10, long.MaxValue));
        Assert.Empty(log.Streams(""));
        Assert.Equal(0, log.VersionAt("account/1", long.MaxValue));
        gate.Set();
        await waiting;
        Assert.Equal(position, log.DurablePosition);
    }

    [Fact]
    public async Task A_row_is_in_the_tail_or_the_head_tells_of_it_before_anybody_is_told()
    {
        await using Log log = _directory.Open();
        await using StreamClaim claim = log.Claim("account/1");
        int inTail = 0, inHead = 0;
        for (int i = 0; i < 200; i++)
        {
            long position = await log.Write(claim, $"{i}");
            if (TailEnd(_directory) == position) inTail++;
            else if (HeadOf(_directory) == position) inHead++;
        }
        Assert.Equal((197, 3), (inTail, inHead));
    }

    [Fact]
    public async Task All_who_wait_for_a_row_are_told_together()
    {
        using var gate = new ManualResetEventSlim();
        await using Log log = Open(new GatedStore(new SqliteJournalStore(_directory.Path), gate));
        await using StreamClaim claim = log.Claim("account/1");
        claim.Append([1]);
        long position = claim.Append([2]);
        Assert.Same(log.WhenDurable(position).AsTask(), log.WhenDurable(position).AsTask());
        gate.Set();
        await log.WhenDurable(position);
        Assert.True(log.WhenDurable(position).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Waiters_of_a_row_are_each_told_once_and_not_before_it_is_durable()
    {
        using var gate = new ManualResetEventSlim();
        await using Log log = Open(new GatedStore(new SqliteJournalStore(_directory.Path), gate));
        await using StreamClaim claim = log.Claim("account/1");
        long position = claim.Append([1]);
        Waiter[] waiters = [.. Enumerable.Range(0, 50).Select(_ => new Waiter(log))];
        foreach (Waiter waiter in waiters) log.WhenDurable(position, waiter);
        Assert.All(waiters, waiter => Assert.Equal(0, waiter.Told));
        gate.Set();
        Assert.All(await Task.WhenAll(waiters.Select(waiter => waiter.DurablePosition)), durable => Assert.Equal(position, durable));
        var late = new Waiter(log);
        log.WhenDurable(position, late);
        Assert.Equal(position, await late.DurablePosition);
        Assert.All([.. waiters, late], waiter => Assert.Equal(1, waiter.Told));
        Assert.Throws<ArgumentOutOfRangeException>(() => log.WhenDurable(position + 1, late));
    }

    [Fact]
    public async Task Waiters_of_a_row_that_failed_learn_that_its_outcome_is_unknown()
    {
        using var gate = new ManualResetEventSlim();
        await using Log log = Open(new GatedStore(new FailingStore(new SqliteJournalStore(_directory.Path), failAt: 1), gate));
        await using StreamClaim claim = log.Claim("account/1");
        long position = claim.Append([1]);
        var early = new Waiter(log);
        log.WhenDurable(position, early);
        gate.Set();
        await Assert.ThrowsAsync<JournalFailedException>(() => early.DurablePosition);
        var late = new Waiter(log);
        log.WhenDurable(position, late);
        await Assert.ThrowsAsync<JournalFailedException>(() => late.DurablePosition);
    }

    [Fact]
    public async Task A_failed_commit_ends_all_who_wait_and_everything_after()
    {
        var store = new FailingStore(new SqliteJournalStore(_directory.Path), failAt: 3);
        await using Log log = Open(store);
        await using StreamClaim claim = log.Claim("account/1");
        await log.Write(claim, "one");
        await log.Write(claim, "two");
        long position = claim.Append([3]);
        var failed = await Assert.ThrowsAsync<JournalFailedException>(async () => await log.WhenDurable(position));
        Assert.Equal(70, failed.ExitCode);
        Assert.Same(store.Thrown, await log.Failure);
        Assert.Throws<JournalFailedException>(() => claim.Append([4]));
        await Assert.ThrowsAsync<JournalFailedException>(async () => await log.WhenDurable(position));
        Assert.Throws<JournalFailedException>(() => log.Claim("account/2"));
        Assert.Equal(2, log.DurablePosition);
        Assert.True(log.WhenDurable(2).IsCompletedSuccessfully);
        Assert.Equal(["account/1 1 one", "account/1 2 two"], log.ReadStream("account/1", 1, 9, long.MaxValue).Told());
    }

    [Fact]
    public async Task A_restart_after_a_failed_commit_goes_on_from_what_is_durable()
    {
        await using (Log log = Open(new FailingStore(new SqliteJournalStore(_directory.Path), failAt: 2)))
        {
            await using StreamClaim claim = log.Claim("account/1");
            await log.Write(claim, "one");
            claim.Append([2]);
            await log.Failure;
        }
        await using Log again = _directory.Open();
        await using StreamClaim next = again.Claim("account/1");
        Assert.Equal(1, next.Version);
        await again.Write(next, "two");
        Assert.Equal(["account/1 1 one", "account/1 2 two"], again.ReadStream("account/1", 1, 9, long.MaxValue).Told());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_tail_or_a_head_that_cannot_be_written_acknowledges_nothing_and_fails_the_log(bool fitsIntoTail)
    {
        using var store = new SqliteJournalStore(_directory.Path);
        store.Open(mayCreate: true);
        var last = new Head(store.CreateLog(), store.RaiseTerm(1), 0, RowHash.None);
        HeadFile head = HeadFile.Create(_directory.Path, last);
        using TailFile tail = TailFile.OpenOrCreate(_directory.Path, 4096);
        if (fitsIntoTail) tail.Dispose();
        else head.Dispose();
        var durability = new Durability(0);
        var queue = new RowQueue(0, durability, new WakeIndex(), _directory.Options);
        using var reserve = new DiskReserve(_directory.Path, _directory.Options.MeasureSpace);
        var commit = new CommitThread(last, queue, store, head, tail, durability, reserve, TimeSpan.Zero);
        Task waiting = durability.When(1).AsTask();
        queue.Append(new StreamTable().GetOrAdd("account/1"), new byte[fitsIntoTail ? 1 : 4096], Wake.Unchanged);
        commit.Start();
        Assert.Equal(70, (await durability.Failure).ExitCode);
        await Assert.ThrowsAsync<JournalFailedException>(() => waiting);
        Assert.Equal(0, durability.Position);
        durability.Advance(1);
        Assert.Equal(0, durability.Position);
        commit.Close();
        head.Dispose();
    }

    [Fact]
    public async Task A_row_that_was_committed_but_not_acknowledged_is_taken_up_at_the_next_start()
    {
        TestDirectory? crashed = null;
        var store = new ObservedStore(new SqliteJournalStore(_directory.Path), afterAppend: position => crashed ??= position == 2 ? _directory.Copy() : null);
        await using (Log log = Open(store))
        {
            await using StreamClaim claim = log.Claim("account/1");
            await log.Write(claim, "one");
            await log.Write(claim, "two");
        }
        Assert.NotNull(crashed);
        Assert.Equal(1, TailEnd(crashed));
        await using (Log again = crashed.Open()) Assert.Equal(["account/1 1 one", "account/1 2 two"], again.ReadStream("account/1", 1, 9, long.MaxValue).Told());
        Assert.Equal(2, HeadOf(crashed));
        crashed.Dispose();
    }

    [Fact]
    public async Task A_fenced_log_stops_as_a_whole()
    {
        await using Log log = _directory.Open();
        await using StreamClaim claim = log.Claim("account/1");
        await log.Write(claim, "one");
        using (var other = new SqliteJournalStore(_directory.Path))
        {
            other.Open(mayCreate: false);
            other.RaiseTerm(1);
        }
        long position = claim.Append([2]);
        await Assert.ThrowsAsync<JournalFailedException>(async () => await log.WhenDurable(position));
        Assert.IsType<LogFencedException>(await log.Failure);
    }

    /// <summary>Keeps how often it was told, and how far the log was durable then.</summary>
    private sealed class Waiter(Log log) : IDurabilityWaiter
    {
        private readonly TaskCompletionSource<long> _told = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _times;

        public int Told => Volatile.Read(ref _times);

        public Task<long> DurablePosition => _told.Task;

        public void Durable()
        {
            Interlocked.Increment(ref _times);
            _told.TrySetResult(log.DurablePosition);
        }

        public void Failed(JournalFailedException cause)
        {
            Interlocked.Increment(ref _times);
            _told.TrySetException(cause);
        }
    }
}
