namespace Marketplace.Journal.Tests;

public sealed class LogTests : IDisposable
{
    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task What_is_durable_is_there_after_a_restart_in_the_order_queued()
    {
        await using (Log log = _directory.Open())
        {
            await using StreamClaim book = log.Claim("book/H100"), account = log.Claim("account/1");
            await log.Write(account, "hold");
            await log.Write(book, "match");
            await log.Write(account, "fill");
        }
        await using Log again = _directory.Open();
        Assert.Equal(["account/1 1 hold", "book/H100 1 match", "account/1 2 fill"], again.ReadRows(1, long.MaxValue).SelectMany(row => row.Records).Told());
        Assert.Equal(["account/1 1 hold", "account/1 2 fill"], again.ReadStream("account/1", 1, long.MaxValue, long.MaxValue).Told());
        Assert.Equal(3, again.DurablePosition);
    }

    [Fact]
    public async Task A_stream_is_read_by_version_in_both_directions_and_cut_at_a_position()
    {
        await using Log log = _directory.Open();
        await using StreamClaim claim = log.Claim("account/1");
        var positions = new List<long>();
        for (int i = 1; i <= 300; i++) positions.Add(await log.Write(claim, $"{i}"));
        Assert.Equal(["account/1 150 150", "account/1 151 151"], log.ReadStream("account/1", 150, 151, long.MaxValue).Told());
        Assert.Equal(["account/1 300 300", "account/1 299 299"], log.ReadStreamBackward("account/1", 299, 1_000, long.MaxValue).Told());
        Assert.Equal(200, log.ReadStream("account/1", 1, 300, positions[199]).Count());
        Assert.Equal(Enumerable.Range(1, 200).Reverse().Select(i => (long)i), log.ReadStreamBackward("account/1", 1, 300, positions[199]).Select(record => record.Version));
        Assert.Equal(200, log.VersionAt("account/1", positions[199]));
        Assert.Empty(log.ReadStream("account/2", 1, 10, long.MaxValue));
        Assert.Empty(log.ReadStream("account/1", 301, 400, long.MaxValue));
    }

    [Fact]
    public async Task Many_writers_share_rows_and_each_stream_keeps_its_order()
    {
        await using Log log = _directory.Open();
        await Task.WhenAll(Enumerable.Range(1, 8).Select(writer => Task.Run(async () =>
        {
            await using StreamClaim claim = log.Claim($"account/{writer}");
            for (int i = 0; i < 2_000; i++)
            {
                long position = claim.Append(BitConverter.GetBytes(i));
                if (i % 50 == 0) await log.WhenDurable(position);
            }
        })));
        Assert.True(log.DurablePosition < 16_000, "every record took a row of its own");
        for (int writer = 1; writer <= 8; writer++)
        {
            IEnumerable<int> written = log.ReadStream($"account/{writer}", 1, long.MaxValue, long.MaxValue).Select(record => BitConverter.ToInt32(record.Payload.Span));
            Assert.Equal(Enumerable.Range(0, 2_000), written);
        }
        Assert.Equal(0, log.QueuedBytes);
    }

    [Fact]
    public async Task Position_is_that_of_the_last_record_queued_so_waiting_for_it_always_ends()
    {
        await using Log log = _directory.Open();
        await using StreamClaim claim = log.Claim("account/1");
        await log.WhenDurable(log.Position);
        Assert.Equal(0, log.Position);
        long position = claim.Append(Payloads.Bytes("hold"));
        Assert.Equal(position, log.Position);
        await log.WhenDurable(log.Position);
        Assert.Equal(position, log.DurablePosition);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await log.WhenDurable(position + 1));
    }

    [Fact]
    public async Task A_record_has_at_most_one_mebibyte_and_a_row_at_most_its_limit()
    {
        await using Log log = Log.Open(_directory.Options with { MaxRowBytes = 2 * Log.MaxRecordBytes });
        await using StreamClaim claim = log.Claim("account/1");
        Assert.Throws<ArgumentOutOfRangeException>(() => claim.Append(new byte[Log.MaxRecordBytes + 1]));
        for (int i = 0; i < 8; i++) claim.Append(new byte[Log.MaxRecordBytes]);
        await log.WhenDurable(log.Position);
        Assert.All(log.ReadRows(1, long.MaxValue), row => Assert.InRange(row.Bytes, 1, 2 * Log.MaxRecordBytes));
        Assert.Equal(8, log.ReadStream("account/1", 1, 8, long.MaxValue).Count());
    }

    [Fact]
    public async Task A_queue_beyond_all_limits_is_a_bug_and_asserts()
    {
        using var gate = new ManualResetEventSlim();
        await using Log log = Log.Open(_directory.Options with { MaxQueuedBytes = 1_000_000 }, new GatedStore(new SqliteJournalStore(_directory.Path), gate));
        await using StreamClaim claim = log.Claim("account/1");
        claim.Append(new byte[600_000]);
        Assert.InRange(log.QueuedBytes, 600_000, 600_100);
        Assert.Throws<InvalidOperationException>(() => claim.Append(new byte[600_000]));
        gate.Set();
        await log.WhenDurable(log.Position);
        Assert.Equal(0, log.QueuedBytes);
    }

    [Fact]
    public async Task Streams_are_found_by_prefix_in_ordinal_order()
    {
        await using Log log = _directory.Open();
        foreach (string name in new[] { "book/b", "account/2", "account/10", "book/a" })
        {
            await using StreamClaim claim = log.Claim(name);
            claim.Append([1]);
        }
        await using StreamClaim unused = log.Claim("account/3");
        Assert.Equal(["account/10", "account/2"], log.Streams("account/"));
        Assert.Equal(4, log.Streams("").Count());
    }
}
