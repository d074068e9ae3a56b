using Marketplace.Grains.Orders;
using Marketplace.Server.MarketData;
using Microsoft.Extensions.Time.Testing;
using DomainSide = Marketplace.Domain.Orders.Side;
using Kind = Gwh.Marketplace.V1.StreamOrderBookResponse.MessageOneofCase;

namespace Marketplace.EndToEnd.Tests.MarketData;

/// <summary>What readers of a book get when its feed has missed a change, so that the book is loaded again, or has changed so much that a snapshot says it better.</summary>
public sealed class DiscontinuityTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly StreamPulse _pulse;

    public DiscontinuityTests() => _pulse = new(_time);

    public void Dispose() => _pulse.Dispose();

    [Theory]
    [InlineData(10_000)]
    [InlineData(2)]
    public async Task A_missed_change_is_told_with_a_snapshot_and_deltas_go_on_from_there(int depth)
    {
        await using var book = await FedBook.Open();
        await book.Set(DomainSide.Bid, 100, 1);
        using var stream = await new StreamOfBooks(_pulse).Begin([book], depth);
        Assert.Equal(1, (await stream.Next()).Snapshot.Sequence);

        book.Miss(DomainSide.Bid, 101, 7);
        await book.Set(DomainSide.Ask, 200, 3);

        var resync = (await stream.Next()).Resync;
        Assert.Equal((ResyncReason.Discontinuity, 2, 3), (resync.Reason, resync.DroppedFromSequence, resync.DroppedToSequence));
        var snapshot = (await stream.Next()).Snapshot;
        Assert.Equal(3, snapshot.Sequence);
        Assert.Equal([(101, 7), (100, 1)], snapshot.Bids.Select(level => (level.PriceUsdPerGwh, level.QuantityKwh)));
        Assert.Equal((200, 3), (Assert.Single(snapshot.Asks).PriceUsdPerGwh, snapshot.Asks[0].QuantityKwh));

        await book.Set(DomainSide.Bid, 102, 2);
        var delta = (await stream.Next()).Delta;
        Assert.Equal((3, 4), (delta.PrevSequence, delta.Sequence));
        Assert.Contains(delta.Changes, change => (change.PriceUsdPerGwh, change.QuantityKwh) == (102, 2));
        Assert.Equal(depth == 2, delta.Changes.Any(change => (change.PriceUsdPerGwh, change.QuantityKwh) == (100, 0)));
    }

    [Fact]
    public async Task One_that_comes_back_from_before_a_missed_change_gets_a_snapshot()
    {
        await using var book = await FedBook.Open();
        await book.Set(DomainSide.Bid, 100, 1);
        await book.Set(DomainSide.Bid, 100, 2);
        book.Miss(DomainSide.Bid, 101, 7);
        await book.Set(DomainSide.Bid, 100, 3);

        using var stream = await new StreamOfBooks(_pulse).Begin([book], resume: new() { InstrumentId = FedBook.Id, Epoch = 1, Sequence = 1 });
        Assert.Equal(4, (await stream.Next()).Snapshot.Sequence);
    }

    [Fact]
    public async Task The_third_missed_change_within_a_minute_ends_the_stream()
    {
        await using var book = await FedBook.Open();
        using var stream = await new StreamOfBooks(_pulse).Begin([book]);
        await stream.Next();
        for (var time = 1; time <= 2; time++)
        {
            book.Miss(DomainSide.Bid, 101, time);
            await book.Set(DomainSide.Bid, 100, time);
            Assert.Equal(ResyncReason.Discontinuity, (await stream.Next()).Resync.Reason);
            Assert.Equal(Kind.Snapshot, (await stream.Next()).MessageCase);
        }

        book.Miss(DomainSide.Bid, 101, 3);
        await book.Set(DomainSide.Bid, 100, 3);
        Assert.Equal(RejectReason.RateLimit, Refused.ReasonOf(await Assert.ThrowsAsync<RpcException>(() => stream.Ended)));
    }

    [Fact]
    public async Task One_that_folds_changes_is_told_that_some_are_missing_and_goes_on_from_where_the_book_is()
    {
        await using var book = await FedBook.Open();
        using var reader = new ChangeReader(book.Channel, _pulse);
        await book.Set(DomainSide.Bid, 100, 1);
        Assert.Equal(1, Assert.Single(reader.Take()!).Sequence);

        book.Miss(DomainSide.Bid, 101, 7);
        await book.Set(DomainSide.Bid, 100, 2);
        Assert.Null(reader.Take());

        reader.Restart();
        Assert.Equal(3, reader.Sequence);
        await book.Set(DomainSide.Bid, 100, 3);
        Assert.Equal(4, Assert.Single(reader.Take()!).Sequence);
    }

    [Fact]
    public async Task One_behind_more_than_a_delta_may_carry_gets_a_snapshot_although_every_change_is_kept()
    {
        await using var book = await FedBook.Open();
        using var stream = await new StreamOfBooks(_pulse).Begin([book]);
        await stream.Next();
        stream.Hold();
        await book.Set(DomainSide.Bid, 100, 1);
        await stream.Next();
        for (var change = 0; change < 210; change++)
        {
            await book.Publish([.. Enumerable.Range(0, 100).Select(level => new LevelChange(DomainSide.Ask, 200 + level, 1 + change))], []);
        }

        Assert.True(book.Feed.At(feed => feed.Keeps(2)), "The ring must still have what the reader misses.");
        stream.Release();
        Assert.Equal(ResyncReason.SlowReader, (await stream.Next()).Resync.Reason);
        Assert.Equal(book.Sequence, (await stream.Next()).Snapshot.Sequence);
    }
}
