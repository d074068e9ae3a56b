namespace Marketplace.Journal.Tests;

public sealed class WakeTests : IDisposable
{
    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task The_last_word_of_a_stream_counts_also_after_a_restart()
    {
        await using (Log log = _directory.Open())
        {
            await using StreamClaim a = log.Claim("a"), b = log.Claim("b"), c = log.Claim("c"), d = log.Claim("d");
            a.Append([1], Wake.At(500));
            b.Append([1], Wake.At(100));
            b.Append([2], Wake.None);
            c.Append([1], Wake.At(300));
            c.Append([2]);
            d.Append([1]);
            a.Append([2], Wake.At(200));
            Check(log);
        }
        await using Log again = _directory.Open();
        Check(again);

        static void Check(Log log)
        {
            Assert.Equal(200, log.NextWake);
            Assert.Empty(log.Due(199, 10));
            Assert.Equal([("a", 200L)], log.Due(200, 10));
            Assert.Equal([("a", 200L), ("c", 300L)], log.Due(1_000, 10));
            Assert.Equal([("a", 200L)], log.Due(1_000, 1));
        }
    }

    [Fact]
    public async Task A_stream_that_is_awaiting_keeps_its_time_and_both_are_known_after_a_restart()
    {
        await using (Log log = _directory.Open())
        {
            await using StreamClaim a = log.Claim("a"), b = log.Claim("b"), c = log.Claim("c");
            a.Append([1], Wake.Awaiting(500));
            b.Append([1], Wake.Awaiting(null));
            b.Append([2]);
            c.Append([1], Wake.Awaiting(100));
            c.Append([2], Wake.At(100));
            Check(log);
        }
        await using Log again = _directory.Open();
        Check(again);

        static void Check(Log log)
        {
            Assert.Equal(["a", "b"], log.Awaiting().Order());
            Assert.Equal([("c", 100L), ("a", 500L)], log.Due(1_000, 10));
            Assert.Equal(100, log.NextWake);
        }
    }

    [Fact]
    public async Task What_was_said_before_is_not_said_again()
    {
        await using Log log = _directory.Open();
        await using StreamClaim claim = log.Claim("a");
        foreach (Wake wake in (Wake[])[Wake.None, Wake.At(5), Wake.At(5), Wake.Awaiting(5), Wake.Awaiting(5), Wake.Awaiting(null), Wake.At(5)]) await log.Write(claim, "", wake);
        Assert.Equal([Wake.Unchanged, Wake.At(5), Wake.Unchanged, Wake.Awaiting(5), Wake.Unchanged, Wake.Awaiting(null), Wake.At(5)],
            log.ReadStream("a", 1, long.MaxValue, long.MaxValue).Select(record => record.Wake));
    }

    [Fact]
    public async Task An_earlier_wake_is_signalled_and_a_later_one_is_not()
    {
        await using Log log = _directory.Open();
        await using StreamClaim a = log.Claim("a"), b = log.Claim("b");
        Task earlier = log.EarlierWake;
        Assert.Null(log.NextWake);
        a.Append([1], Wake.At(500));
        Assert.True(earlier.IsCompleted);
        earlier = log.EarlierWake;
        Assert.Equal(500, log.NextWake);
        b.Append([1], Wake.At(600));
        a.Append([2], Wake.At(550));
        Assert.False(earlier.IsCompleted);
        b.Append([2], Wake.At(100));
        Assert.True(earlier.IsCompleted);
        Assert.Equal(100, log.NextWake);
    }

    [Fact]
    public async Task Whatever_is_set_and_unset_the_due_streams_are_those_of_a_plain_table()
    {
        await using Log log = _directory.Open();
        StreamClaim[] claims = [.. Enumerable.Range(0, 20).Select(i => log.Claim($"stream/{i:D2}"))];
        var expected = new Dictionary<string, long>();
        var awaiting = new HashSet<string>();
        int changes = 0;
        var random = new Random(5);
        for (int step = 0; step < 3_000; step++)
        {
            StreamClaim claim = claims[random.Next(claims.Length)];
            Wake wake = random.Next(5) switch
            {
                0 => Wake.Unchanged,
                1 => Wake.None,
                2 => Wake.Awaiting(null),
                3 => Wake.Awaiting(random.Next(1_000)),
                _ => Wake.At(random.Next(1_000)),
            };
            claim.Append([1], wake);
            if (!wake.IsUnchanged && (wake.IsAwaiting ? awaiting.Add(claim.Stream) : awaiting.Remove(claim.Stream))) changes++;
            if (!wake.IsUnchanged && !wake.IsAt) expected.Remove(claim.Stream);
            if (wake.IsAt) expected[claim.Stream] = wake.AtMicros;
            if (step % 37 != 0) continue;
            int now = random.Next(1_000);
            Assert.Equal(expected.Where(e => e.Value <= now).OrderBy(e => e.Value).ThenBy(e => e.Key, StringComparer.Ordinal).Select(e => (e.Key, e.Value)), log.Due(now, 100));
            Assert.Equal(expected.Count == 0 ? null : expected.Values.Min(), log.NextWake);
            Assert.Equal(awaiting.Order(StringComparer.Ordinal), log.Awaiting().Order(StringComparer.Ordinal));
        }
        Assert.True(changes > 500);
    }

    [Fact]
    public async Task Answers_that_go_on_behind_the_one_before_are_together_the_whole_answer()
    {
        await using Log log = _directory.Open();
        StreamClaim[] claims = [.. Enumerable.Range(0, 20).Select(i => log.Claim($"stream/{i:D2}"))];
        for (int i = 0; i < claims.Length; i++) claims[i].Append([1], Wake.At(i / 3));
        IReadOnlyList<(string Stream, long WakeAtMicros)> whole = log.Due(4, 100);
        Assert.Equal(15, whole.Count);
        for (int most = 1; most <= 16; most++)
        {
            var together = new List<(string Stream, long WakeAtMicros)>();
            for (var page = log.Due(4, most); page.Count > 0; page = log.Due(4, most, page[^1])) together.AddRange(page);
            Assert.Equal(whole, together);
        }
        Assert.Empty(log.Due(1_000, 100, ("stream/19", 6)));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    public void A_wake_time_out_of_range_is_refused(long micros)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Wake.At(micros));
        Assert.Throws<ArgumentOutOfRangeException>(() => Wake.Awaiting(micros));
    }
}
