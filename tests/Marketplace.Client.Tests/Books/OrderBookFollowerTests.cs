using Gwh.Marketplace.V1;
using Marketplace.Client.Books;
using Marketplace.Client.Streams;
using static Marketplace.Client.Tests.Books.BookMessages;

namespace Marketplace.Client.Tests.Books;

public sealed class OrderBookFollowerTests
{
    private readonly OrderBookFollower _follower = new(new() { InstrumentIds = [H100] });
    private readonly List<OrderBookUpdate> _updates = [];

    [Fact]
    public void First_connection_asks_for_no_resume() => Assert.Empty(_follower.Begin().Resume);

    [Fact]
    public void Snapshot_and_chained_deltas_make_the_book()
    {
        Read(Snapshot(100, "bid 99x5 98x1 | ask 101x3"), Delta(100, 101, "bid 99x0 97x4"), Delta(101, 104, "ask 101x2 102x9"));
        Assert.Equal("bid 98x1 97x4 | ask 101x2 102x9", Drawn(_updates[^1].Book));
        Assert.Equal(104, _updates[^1].Book.Sequence);
        Assert.All(_updates, update => Assert.Null(update.Healed));
    }

    [Fact]
    public void Lost_connection_resumes_at_the_last_sequence_and_says_that_nothing_is_missing()
    {
        Read(Snapshot(100, "bid 99x5 |"), Delta(100, 101, "bid 98x1"), Delta(101, 102, "bid 97x1"));

        var resume = Assert.Single(_follower.Begin().Resume);
        Assert.Equal((H100, 1L, 102L), (resume.InstrumentId, resume.Epoch, resume.Sequence));

        Read(Resumed(102), Delta(102, 103, "bid 99x0"));
        Assert.Equal(new Healed(HealCause.Resumed, 102, 102), _updates[^2].Healed);
        Assert.Equal("bid 98x1 97x1 | ask ", Drawn(_updates[^1].Book));
    }

    [Fact]
    public void Resume_point_that_is_no_longer_retained_is_answered_by_a_snapshot_and_says_what_was_missed()
    {
        Read(Snapshot(100, "bid 99x5 |"));
        _follower.Begin();
        Read(Snapshot(150, "bid 90x1 |"));
        Assert.Equal(new Healed(HealCause.Reconnected, 100, 150), _updates[^1].Healed);
        Assert.Equal("bid 90x1 | ask ", Drawn(_updates[^1].Book));
    }

    [Fact]
    public void Connection_lost_twice_before_a_word_still_resumes()
    {
        Read(Snapshot(100, "bid 99x5 |"));
        _follower.Begin();
        Assert.Equal(100, Assert.Single(_follower.Begin().Resume).Sequence);
    }

    [Theory]
    [InlineData(101, 103)]
    [InlineData(99, 101)]
    [InlineData(100, 100)]
    public void Delta_that_does_not_follow_breaks_the_stream_and_the_next_one_starts_over(long previous, long sequence)
    {
        Read(Snapshot(100, "bid 99x5 |"));
        Assert.False(_follower.Take(Delta(previous, sequence, "bid 1x1"), _updates));
        Assert.Empty(_follower.Begin().Resume);
        Read(Snapshot(103, "bid 99x6 |"));
        Assert.Equal(new Healed(HealCause.ChainBroken, 100, 103), _updates[^1].Healed);
    }

    [Fact]
    public void Delta_of_another_epoch_breaks_the_stream()
    {
        Read(Snapshot(100, "bid 99x5 |"));
        Assert.False(_follower.Take(Delta(100, 101, "bid 1x1", epoch: 2), _updates));
    }

    [Fact]
    public void Delta_before_the_snapshot_breaks_the_stream() => Assert.False(_follower.Take(Delta(0, 1, "bid 1x1"), _updates));

    [Fact]
    public void Delta_before_resumed_breaks_the_stream()
    {
        Read(Snapshot(100, "bid 99x5 |"));
        _follower.Begin();
        Assert.False(_follower.Take(Delta(100, 101, "bid 1x1"), _updates));
    }

    [Fact]
    public void Second_snapshot_without_a_resync_breaks_the_stream()
    {
        Read(Snapshot(100, "bid 99x5 |"));
        Assert.False(_follower.Take(Snapshot(101, "bid 99x5 |"), _updates));
    }

    [Fact]
    public void Resync_is_healed_in_band_by_the_snapshot_behind_it()
    {
        Read(Snapshot(100, "bid 99x5 |"), Resync(101, 140), Snapshot(140, "bid 95x1 |"), Delta(140, 141, "bid 96x1"));
        Assert.Equal(new Healed(HealCause.SlowReader, 100, 140), _updates[^2].Healed);
        Assert.Equal("bid 96x1 95x1 | ask ", Drawn(_updates[^1].Book));
    }

    [Fact]
    public void Delta_between_resync_and_snapshot_breaks_the_stream()
    {
        Read(Snapshot(100, "bid 99x5 |"), Resync(101, 140));
        Assert.False(_follower.Take(Delta(100, 101, "bid 1x1"), _updates));
    }

    [Fact]
    public void Heartbeat_that_names_another_sequence_breaks_the_stream()
    {
        Read(Snapshot(100, "bid 99x5 |"), Heartbeat(100));
        Assert.False(_follower.Take(Heartbeat(101), _updates));
    }

    [Fact]
    public void Checksum_is_verified_over_the_ten_best_levels_of_each_side()
    {
        var bids = string.Join(' ', Enumerable.Range(0, 12).Select(i => $"{100 - i}x{i + 1}"));
        var asks = string.Join(' ', Enumerable.Range(0, 12).Select(i => $"{101 + i}x{i + 1}"));
        var crc = new Crc32C();
        foreach (var i in Enumerable.Range(0, 10))
        {
            crc.Add(100 - i);
            crc.Add(i + 1);
        }

        foreach (var i in Enumerable.Range(0, 10))
        {
            crc.Add(101 + i);
            crc.Add(i + 1);
        }

        Read(Snapshot(1, $"bid {bids} | ask {asks}", checksum: crc.Value));
        Assert.Single(_updates);
    }

    [Fact]
    public void Wrong_checksum_breaks_the_stream_and_the_next_snapshot_says_so()
    {
        Read(Snapshot(100, "bid 99x5 |"));
        Assert.False(_follower.Take(Delta(100, 101, "bid 99x6", checksum: 12345), _updates));
        Assert.Single(_updates);
        Assert.Empty(_follower.Begin().Resume);
        Read(Snapshot(101, "bid 99x7 |"));
        Assert.Equal(HealCause.ChecksumMismatch, _updates[^1].Healed!.Cause);
    }

    [Fact]
    public void Wrong_checksum_of_the_first_snapshot_is_told_too()
    {
        Assert.False(_follower.Take(Snapshot(100, "bid 99x5 |", checksum: 1), _updates));
        Assert.Empty(_follower.Begin().Resume);
        Read(Snapshot(100, "bid 99x5 |"));
        Assert.Equal(HealCause.ChecksumMismatch, _updates[^1].Healed!.Cause);
    }

    [Fact]
    public void New_epoch_is_told_as_a_discontinuity()
    {
        Read(Snapshot(100, "bid 99x5 |"));
        _follower.Begin();
        Read(Snapshot(7, "bid 99x5 |", epoch: 2));
        Assert.Equal(new Healed(HealCause.Discontinuity, 100, 7), _updates[^1].Healed);
    }

    [Fact]
    public void Sequence_that_went_back_in_its_epoch_is_told()
    {
        Read(Snapshot(100, "bid 99x5 |"));
        _follower.Begin();
        Read(Snapshot(90, "bid 99x5 |"));
        Assert.Equal(new Healed(HealCause.WentBack, 100, 90), _updates[^1].Healed);
    }

    [Fact]
    public void Instrument_that_was_not_asked_for_breaks_the_stream()
    {
        var other = Snapshot(1, "bid 1x1 |");
        other.Snapshot.InstrumentId = "B200-EU-2027";
        Assert.False(_follower.Take(other, _updates));
    }

    private void Read(params StreamOrderBookResponse[] messages)
    {
        foreach (var message in messages)
        {
            Assert.True(_follower.Take(message, _updates));
        }
    }
}
