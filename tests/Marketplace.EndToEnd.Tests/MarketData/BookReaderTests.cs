using Marketplace.Grains.Orders;
using Marketplace.Server.MarketData;
using Microsoft.Extensions.Time.Testing;
using DomainSide = Marketplace.Domain.Orders.Side;
using Kind = Gwh.Marketplace.V1.StreamOrderBookResponse.MessageOneofCase;

namespace Marketplace.EndToEnd.Tests.MarketData;

/// <summary>What readers of a book get that keep up, lag, come back, or never read.</summary>
public sealed class BookReaderTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly StreamPulse _pulse;

    public BookReaderTests() => _pulse = new(_time);

    public void Dispose() => _pulse.Dispose();

    [Fact]
    public async Task One_that_keeps_up_gets_each_change_and_all_of_them_get_the_same_bytes()
    {
        await using var book = await FedBook.Open();
        using var one = await new StreamOfBooks(_pulse).Begin([book]);
        Assert.Equal(Kind.Snapshot, (await one.Next()).MessageCase);
        for (var step = 1; step <= 20; step++)
        {
            await book.Set(DomainSide.Bid, 100 + (step % 5), step);
            var delta = (await one.Next()).Delta;
            Assert.Equal((step - 1, step), (delta.PrevSequence, delta.Sequence));
        }

        var form = book.Feed.At(_ => book.Channel.EnterLevels(10_000));
        book.Feed.At(feed =>
        {
            foreach (var change in feed.After(0)!)
            {
                Assert.Same(form.Step(change), form.Step(change));
            }

            return true;
        });
    }

    [Fact]
    public async Task One_that_lags_gets_what_waits_as_one_with_every_trade_in_it()
    {
        await using var book = await FedBook.Open();
        using var stream = await new StreamOfBooks(_pulse).Begin([book]);
        await stream.Next();
        stream.Hold();
        await book.Set(DomainSide.Ask, 200, 1);
        Assert.Equal(1, (await stream.Next()).Delta.Sequence);
        for (var trade = 2; trade <= 400; trade++)
        {
            await book.Publish([new(DomainSide.Ask, 200, trade)], [new(trade, 200, 1, DomainSide.Bid, trade, 1)]);
        }

        stream.Release();
        var delta = (await stream.Next()).Delta;
        Assert.Equal((1, 400), (delta.PrevSequence, delta.Sequence));
        Assert.Equal(400, Assert.Single(delta.Changes).QuantityKwh);
        Assert.Equal(Enumerable.Range(2, 399).Select(trade => (long)trade), delta.Trades.Select(trade => trade.Sequence));
    }

    [Fact]
    public async Task One_that_asked_for_it_gets_two_changes_that_wait_as_one()
    {
        await using var book = await FedBook.Open();
        using var stream = await new StreamOfBooks(_pulse).Begin([book], conflate: true);
        await stream.Next();
        stream.Hold();
        await book.Set(DomainSide.Bid, 100, 1);
        await stream.Next();
        await book.Set(DomainSide.Bid, 100, 2);
        await book.Set(DomainSide.Bid, 101, 3);
        stream.Release();
        var delta = (await stream.Next()).Delta;
        Assert.Equal((1, 3), (delta.PrevSequence, delta.Sequence));
    }

    [Fact]
    public async Task One_behind_what_is_kept_is_resynchronised_in_band_and_the_third_time_within_a_minute_sent_away()
    {
        await using var book = await FedBook.Open();
        using var stream = await new StreamOfBooks(_pulse).Begin([book]);
        await stream.Next();
        for (var time = 1; time <= 3; time++)
        {
            stream.Hold();
            await book.Set(DomainSide.Ask, 300, time);
            await stream.Next();
            var has = book.Sequence;
            await book.Fill(10_001);
            stream.Release();
            if (time == 3)
            {
                var refused = await Assert.ThrowsAsync<RpcException>(() => stream.Ended);
                Assert.Equal(RejectReason.RateLimit, Refused.ReasonOf(refused));
                Assert.NotNull(refused.GetRpcStatus()!.GetDetail<Google.Rpc.RetryInfo>());
                break;
            }

            var resync = (await stream.Next()).Resync;
            Assert.Equal((ResyncReason.SlowReader, has + 1, book.Sequence), (resync.Reason, resync.DroppedFromSequence, resync.DroppedToSequence));
            Assert.Equal(book.Sequence, (await stream.Next()).Snapshot.Sequence);
        }
    }

    [Fact]
    public async Task Resyncs_a_minute_apart_go_on_for_ever()
    {
        await using var book = await FedBook.Open();
        using var stream = await new StreamOfBooks(_pulse).Begin([book]);
        await stream.Next();
        for (var time = 1; time <= 5; time++)
        {
            stream.Hold();
            await book.Set(DomainSide.Ask, 300, time);
            await stream.Next();
            await book.Fill(10_001);
            _time.Advance(TimeSpan.FromSeconds(31));
            stream.Release();
            var message = await stream.Next();
            while (message.MessageCase == Kind.Heartbeat)
            {
                message = await stream.Next();
            }

            Assert.Equal(Kind.Resync, message.MessageCase);
            Assert.Equal(Kind.Snapshot, (await stream.Next()).MessageCase);
        }
    }

    [Theory]
    [InlineData(10_000)]
    [InlineData(2)]
    public async Task One_that_comes_back_gets_what_it_missed_with_every_depth(int depth)
    {
        await using var book = await FedBook.Open();
        for (var price = 1; price <= 5; price++)
        {
            await book.Set(DomainSide.Bid, 100 + price, price);
        }

        var resume = new OrderBookResumePoint { InstrumentId = FedBook.Id, Epoch = 1, Sequence = 5 };
        await book.Set(DomainSide.Bid, 105, 0);
        await book.Set(DomainSide.Bid, 101, 9);
        using var stream = await new StreamOfBooks(_pulse).Begin([book], depth, resume: resume);
        Assert.Equal(5, (await stream.Next()).Resumed.Sequence);
        var changes = new List<(long Price, long Quantity)>();
        for (long sequence = 5; sequence < 7;)
        {
            var delta = (await stream.Next()).Delta;
            Assert.Equal(sequence, delta.PrevSequence);
            sequence = delta.Sequence;
            changes.AddRange(delta.Changes.Select(change => (change.PriceUsdPerGwh, change.QuantityKwh)));
        }

        (long, long)[] expected = depth == 2 ? [(105, 0), (103, 3)] : [(105, 0), (101, 9)];
        Assert.Equal(expected, changes.OrderByDescending(change => change.Price));
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(1, 8)]
    [InlineData(2, 6)]
    public async Task One_of_another_epoch_or_from_the_future_gets_a_snapshot(long epoch, long sequence)
    {
        await using var book = await FedBook.Open();
        await book.Set(DomainSide.Bid, 100, 1);
        await book.Fill(10_005);
        var resume = new OrderBookResumePoint { InstrumentId = FedBook.Id, Epoch = epoch, Sequence = epoch == 2 ? book.Sequence : sequence == 8 ? book.Sequence + 8 : sequence };
        using var stream = await new StreamOfBooks(_pulse).Begin([book], resume: resume);
        Assert.Equal(book.Sequence, (await stream.Next()).Snapshot.Sequence);
    }

    [Fact]
    public async Task An_idle_instrument_has_its_heartbeats_also_while_another_is_busy()
    {
        await using var idle = await FedBook.Open();
        await using var busy = await FedBook.Open();
        using var stream = await new StreamOfBooks(_pulse).Begin([idle, busy]);
        await stream.Next();
        await stream.Next();
        var heartbeats = 0;
        for (var second = 1; second <= 21; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await busy.Set(DomainSide.Bid, 100, second);
            while ((await stream.Next()) is { MessageCase: not Kind.Delta } heartbeat)
            {
                Assert.Equal(0, heartbeat.Heartbeat.LastSequence);
                heartbeats++;
            }
        }

        Assert.InRange(heartbeats, 4, 6);
    }

    [Fact]
    public async Task A_large_snapshot_is_flushed_in_parts_and_arrives_whole()
    {
        await using var book = await FedBook.Open();
        await book.Publish([.. Enumerable.Range(1, 9_000).Select(price => new LevelChange(DomainSide.Bid, price, 1_000_000 + price))], []);
        using var stream = await new StreamOfBooks(_pulse).Begin([book]);
        var snapshot = (await stream.Next()).Snapshot;
        Assert.Equal(Enumerable.Range(1, 9_000).Reverse().Select(price => (price, 1_000_000L + price)), snapshot.Bids.Select(level => ((int)level.PriceUsdPerGwh, level.QuantityKwh)));
        Assert.True(snapshot.CalculateSize() > 2 * stream.LargestFlush, "The snapshot was too small to be cut.");
        Assert.Equal(32 * 1024, stream.LargestFlush);
    }

    [Fact]
    public async Task One_that_does_not_read_lets_go_when_it_is_cancelled()
    {
        await using var book = await FedBook.Open();
        var stream = await new StreamOfBooks(_pulse).Begin([book]);
        await stream.Next();
        stream.Hold();
        await book.Set(DomainSide.Bid, 100, 1);
        await stream.Next();
        Assert.False(stream.Ended.IsCompleted);
        stream.Dispose();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stream.Ended);
    }

    [Fact]
    public async Task Five_hundred_that_never_read_hold_nothing_but_their_place_and_no_neighbour_misses_anything()
    {
        await using var book = await FedBook.Open();
        using var neighbour = await new StreamOfBooks(_pulse).Begin([book]);
        await neighbour.Next();
        var silent = new List<StreamOfBooks>();
        for (var reader = 0; reader < 500; reader++)
        {
            silent.Add(await new StreamOfBooks(_pulse).Begin([book], depth: reader % 2 == 0 ? 10_000 : 3));
            await silent[^1].Next();
            silent[^1].Hold();
        }

        // The first round fills what is kept for all of them together.
        long before = 0;
        for (var round = 0; round < 30; round++)
        {
            await book.Fill(1_000);
            await Follow(neighbour, book.Sequence);
            before = round == 9 ? GC.GetTotalMemory(forceFullCollection: true) : before;
        }

        var held = GC.GetTotalMemory(forceFullCollection: true) - before;

        Assert.InRange(held, long.MinValue, 500 * 8 * 1024);

        // Its first messages, and one bounded flush of what was there when it was woken: one change, or more where that was late.
        Assert.All(silent, reader => Assert.InRange(reader.Flushes, 1, 2));
        Assert.All(silent, reader => Assert.InRange(reader.LargestFlush, 1, 32 * 1024));
        silent.ForEach(reader => reader.Dispose());

        static async Task Follow(StreamOfBooks stream, long upTo)
        {
            while ((await stream.Next()).Delta.Sequence < upTo)
            {
            }
        }
    }
}
