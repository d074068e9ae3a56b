using static Marketplace.EndToEnd.Tests.Hosting.SmallMarket;

namespace Marketplace.EndToEnd.Tests.WholeWay;

/// <summary>A book followed by its stream is, after each step, the book that anybody else reads.</summary>
public sealed class OrderBookStreamTests(SmallMarket market) : IClassFixture<SmallMarket>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Snapshot_and_deltas_are_the_book_after_every_step_and_the_checksum_agrees()
    {
        using var stream = market.Auditor.MarketData.StreamOrderBook(new() { InstrumentIds = { Hour } }, cancellationToken: Cancellation);
        var followed = new FollowedBook();
        await followed.Next(stream.ResponseStream, Cancellation);
        var random = new Random(20270315);
        var resting = new List<(Line Line, string Id)>();
        for (var step = 0; step < 60; step++)
        {
            var (line, side) = random.Next(2) == 0 ? (market.Supplier, Side.Ask) : (market.Buyer, Side.Bid);
            if (resting.Count > 0 && random.Next(4) == 0)
            {
                var at = random.Next(resting.Count);
                await Answered(resting[at].Line.Trading.CancelOrderAsync(new() { RequestId = NewId(), ClientOrderId = resting[at].Id }));
                resting.RemoveAt(at);
            }
            else
            {
                var order = Limit(Hour, side, 2_000_000 + (random.Next(-15, 16) * 1_000) + (side == Side.Ask ? 5_000 : -5_000), random.Next(1, 20));
                await Answered(line.Trading.PlaceOrderAsync(order));
                resting.Add((line, order.ClientOrderId));
            }

            var book = (await market.Maker.MarketData.GetOrderBookAsync(new() { InstrumentId = Hour, Depth = 10_000 })).Book;
            while (followed.Sequence < book.Sequence)
            {
                await followed.Next(stream.ResponseStream, Cancellation);
            }

            Assert.Equal(book.Sequence, followed.Sequence);
            Assert.Equal(book.Bids.Select(level => (level.PriceUsdPerGwh, level.QuantityKwh)), followed.Bids);
            Assert.Equal(book.Asks.Select(level => (level.PriceUsdPerGwh, level.QuantityKwh)), followed.Asks);
            Assert.Equal(book.Checksum, followed.Checksum);
            Assert.Equal(followed.Checksum, followed.CheckedSum);
        }

        Assert.True(followed.Trades.Count > 5, $"only {followed.Trades.Count} trades: nothing was tested");
        var told = await market.Auditor.MarketData.ListTradesAsync(new() { InstrumentId = Hour, PageSize = 1_000 });
        Assert.Equal(followed.Trades, told.Trades);
    }

    [Fact]
    public async Task Each_order_of_a_batch_is_a_change_of_its_own_and_a_batch_of_more_than_a_reader_may_be_behind_is_one()
    {
        using var stream = market.Auditor.MarketData.StreamOrderBook(new() { InstrumentIds = { Spare } }, cancellationToken: Cancellation);
        Assert.True(await stream.ResponseStream.MoveNext(Cancellation));
        var sequence = stream.ResponseStream.Current.Snapshot.Sequence;

        await Place(3, 900_000);
        for (var order = 1; order <= 3; order++)
        {
            Assert.Equal((sequence + order - 1, sequence + order, 5L * order), await Next());
        }

        await Place(129, 800_000);
        Assert.Equal((sequence + 3, sequence + 3 + 129, 5L * 129), await Next());

        Task Place(int orders, long price) => market.Buyer.Trading.PlaceOrdersAsync(
            new() { Orders = { Enumerable.Range(0, orders).Select(_ => Limit(Spare, Side.Bid, price, 5)) } }).ResponseAsync;

        async Task<(long Previous, long Sequence, long Shown)> Next()
        {
            do
            {
                Assert.True(await stream.ResponseStream.MoveNext(Cancellation));
            }
            while (stream.ResponseStream.Current.Heartbeat is not null);

            var delta = stream.ResponseStream.Current.Delta;
            return (delta.PrevSequence, delta.Sequence, Assert.Single(delta.Changes).QuantityKwh);
        }
    }

    [Fact]
    public async Task Trades_of_the_past_come_first_and_none_is_missed()
    {
        await Trade(3);
        using var stream = market.Auditor.MarketData.StreamTrades(new() { InstrumentId = Quarter, FromSequence = 1 }, cancellationToken: Cancellation);
        var heard = new List<PublicTrade>();
        await Hear(stream.ResponseStream, heard, 3);
        await Trade(2);
        await Hear(stream.ResponseStream, heard, 5);
        Assert.Equal((await market.Auditor.MarketData.ListTradesAsync(new() { InstrumentId = Quarter })).Trades, heard);
    }

    [Fact]
    public async Task An_account_followed_by_its_stream_is_the_account_one_reads()
    {
        using var stream = market.Maker.Accounts.StreamAccount(new(), cancellationToken: Cancellation);
        Assert.True(await stream.ResponseStream.MoveNext(Cancellation));
        var account = stream.ResponseStream.Current.Snapshot.Account;
        var fills = 0;
        for (var step = 0; step < 10; step++)
        {
            await market.Maker.Trading.PlaceOrderAsync(Limit(Spare, Side.Bid, 1_000_000 + step, 5));
            var read = (await market.Maker.Accounts.GetAccountAsync(new())).Account;
            while (account.Version < read.Version)
            {
                Assert.True(await stream.ResponseStream.MoveNext(Cancellation));
                var update = stream.ResponseStream.Current.Update;
                if (update is null)
                {
                    continue;
                }

                Assert.Equal(account.Version, update.PrevVersion);
                fills += update.Fills.Count;
                (account.Version, account.CashAvailableMicros, account.CashHeldMicros) = (update.Version, update.CashAvailableMicros, update.CashHeldMicros);
            }

            Assert.Equal((read.CashAvailableMicros, read.CashHeldMicros), (account.CashAvailableMicros, account.CashHeldMicros));
        }

        Assert.Equal(0, fills);
    }

    private static async Task Hear(IAsyncStreamReader<StreamTradesResponse> stream, List<PublicTrade> heard, int count)
    {
        while (heard.Count < count)
        {
            Assert.True(await stream.MoveNext(Cancellation));
            Assert.Equal(heard.Count == 0 ? 0 : heard[^1].Sequence, stream.Current.PrevSequence);
            heard.AddRange(stream.Current.Trades);
        }
    }

    /// <summary>Waits for the answer; a refusal by the book is an answer too.</summary>
    private static async Task Answered<T>(AsyncUnaryCall<T> call)
    {
        try
        {
            await call;
        }
        catch (RpcException refused) when (Refused.ReasonOf(refused) is RejectReason.OrderNotOpen or RejectReason.InsufficientTokens)
        {
            // The order was filled before: the book does not change.
        }
    }

    private async Task Trade(int times)
    {
        for (var i = 0; i < times; i++)
        {
            await market.Supplier.Trading.PlaceOrderAsync(Limit(Quarter, Side.Ask, 2_000_000, 10));
            await market.Buyer.Trading.PlaceOrderAsync(Limit(Quarter, Side.Bid, 2_000_000, 10));
        }
    }

    /// <summary>A book kept by a reader of the stream who knows nothing but the contract.</summary>
    private sealed class FollowedBook
    {
        private readonly SortedDictionary<long, long> _bids = new(Comparer<long>.Create((a, b) => b.CompareTo(a)));
        private readonly SortedDictionary<long, long> _asks = [];

        public long Sequence { get; private set; } = -1;

        public uint Checksum { get; private set; }

        public List<PublicTrade> Trades { get; } = [];

        public IEnumerable<(long Price, long Quantity)> Bids => _bids.Select(level => (level.Key, level.Value));

        public IEnumerable<(long Price, long Quantity)> Asks => _asks.Select(level => (level.Key, level.Value));

        public uint CheckedSum => Crc32C.OfBook(Bids, Asks);

        public async Task Next(IAsyncStreamReader<StreamOrderBookResponse> stream, CancellationToken cancellation)
        {
            Assert.True(await stream.MoveNext(cancellation));
            switch (stream.Current.MessageCase)
            {
                case StreamOrderBookResponse.MessageOneofCase.Snapshot:
                    var snapshot = stream.Current.Snapshot;
                    Sequence = snapshot.Sequence;
                    Checksum = snapshot.Checksum;
                    Set(snapshot.Bids.Select(level => (Side.Bid, level.PriceUsdPerGwh, level.QuantityKwh)));
                    Set(snapshot.Asks.Select(level => (Side.Ask, level.PriceUsdPerGwh, level.QuantityKwh)));
                    break;
                case StreamOrderBookResponse.MessageOneofCase.Delta:
                    var delta = stream.Current.Delta;
                    Assert.Equal(Sequence, delta.PrevSequence);
                    Assert.True(delta.Sequence > Sequence);
                    Sequence = delta.Sequence;
                    Set(delta.Changes.Select(change => (change.Side, change.PriceUsdPerGwh, change.QuantityKwh)));
                    Trades.AddRange(delta.Trades);
                    Assert.True(delta.HasChecksum);
                    Checksum = delta.Checksum;
                    break;
                case StreamOrderBookResponse.MessageOneofCase.Heartbeat:
                    Assert.Equal(Sequence, stream.Current.Heartbeat.LastSequence);
                    break;
                default:
                    Assert.Fail($"not owed to a reader that keeps up: {stream.Current}");
                    break;
            }
        }

        private void Set(IEnumerable<(Side Side, long Price, long Quantity)> levels)
        {
            foreach (var (side, price, quantity) in levels)
            {
                var book = side == Side.Bid ? _bids : _asks;
                if (quantity == 0)
                {
                    Assert.True(book.Remove(price));
                }
                else
                {
                    book[price] = quantity;
                }
            }
        }
    }
}
