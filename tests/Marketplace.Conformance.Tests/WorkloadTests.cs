using System.Globalization;
using Grpc.Core;
using Gwh.Marketplace.V1;
using Marketplace.Conformance.Tests.Cases;
using Marketplace.Conformance.Tests.Venues;

namespace Marketplace.Conformance.Tests;

/// <summary>An order flow whose answer is known, sent through one session of one participant: trades, levels and orders hash to what engines written elsewhere agree on.</summary>
public sealed class WorkloadTests(InProcessServer server) : IClassFixture<InProcessServer>
{
    private const int CommandsPerBatch = 500;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public Task The_first_twenty_thousand_commands_come_to_the_known_answer() => ComesToTheKnownAnswer("w1_20k");

    /// <summary>The whole flow takes minutes: under MARKETPLACE_REQUIRE_ALL=1 only.</summary>
    [Fact]
    public Task A_million_commands_come_to_the_known_answer()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("MARKETPLACE_REQUIRE_ALL") == "1", "The whole flow is played under MARKETPLACE_REQUIRE_ALL=1.");
        return ComesToTheKnownAnswer("w1");
    }

    private async Task ComesToTheKnownAnswer(string name)
    {
        var (lines, expected) = Workload.Read(name);
        var instrument = await server.NewInstrument();
        var trader = await server.Trader($"flow-{name}");
        await server.GiveTokens($"flow-{name}", instrument, 50_000_000);
        await server.SeeToCash($"flow-{name}", 100_000_000_000_000_000);
        var ids = await Play(trader, instrument, [.. lines.SelectMany(Commands)]);

        var trades = await Trades(instrument);
        Assert.Equal(expected.GetProperty("trades").GetInt64(), trades.Count);
        Assert.Equal(expected.GetProperty("traded_qty").GetInt64(), trades.Sum(trade => trade.QuantityKwh));
        Assert.Equal(expected.GetProperty("notional").GetInt64(), trades.Sum(trade => trade.QuantityKwh * trade.PriceUsdPerGwh));
        Assert.Equal(
            expected.GetProperty("trade_fnv64").GetString(),
            Workload.Hash(trades.SelectMany(trade => new[] { ids[trade.TakerOrderId], ids[trade.MakerOrderId], trade.PriceUsdPerGwh, trade.QuantityKwh })));

        var orders = await Orders(instrument);
        Assert.Equal(expected.GetProperty("live_orders").GetInt32(), orders.Count);
        Assert.Equal(
            expected.GetProperty("l3_fnv64").GetString(), Workload.Hash(orders.SelectMany(order => new[] { ids[order.OrderId], order.PriceUsdPerGwh, order.QuantityKwh })));
        var levels = orders.GroupBy(order => order.PriceUsdPerGwh).Select(level => (Price: level.Key, Quantity: level.Sum(order => order.QuantityKwh), Orders: level.LongCount())).ToArray();
        Assert.Equal(expected.GetProperty("bid_levels").GetInt32() + expected.GetProperty("ask_levels").GetInt32(), levels.Length);
        Assert.Equal(expected.GetProperty("l2_fnv64").GetString(), Workload.Hash(levels.SelectMany(level => new[] { level.Price, level.Quantity, level.Orders })));

        // What levels are told as is what the orders add up to.
        var book = (await server.MarketData.GetOrderBookAsync(new() { InstrumentId = instrument, Depth = 50 }, cancellationToken: Cancellation)).Book;
        Assert.Equal(
            levels.Take(50).Concat(levels.Skip(expected.GetProperty("bid_levels").GetInt32()).Take(50)).Select(level => (level.Price, level.Quantity)),
            book.Bids.Concat(book.Asks).Select(level => (level.PriceUsdPerGwh, level.QuantityKwh)));
    }

    /// <summary>Sends the commands as batches of one session, as many at once as its window allows: the ids of the orders by their public numbers.</summary>
    private static async Task<Dictionary<long, long>> Play(TradingService.TradingServiceClient trader, string instrument, SessionCommand[] commands)
    {
        using var session = trader.OpenSession(cancellationToken: Cancellation);
        await session.RequestStream.WriteAsync(new() { Open = new() }, Cancellation);
        Assert.True(await session.ResponseStream.MoveNext(Cancellation));
        var window = new SemaphoreSlim(session.ResponseStream.Current.Opened.Window);
        var batches = commands.Chunk(CommandsPerBatch).ToArray();
        var ids = new Dictionary<long, long>();
        var reading = Task.Run(async () =>
        {
            for (var done = 0; done < batches.Length;)
            {
                Assert.True(await session.ResponseStream.MoveNext(Cancellation));
                if (session.ResponseStream.Current.BatchResult is { } result)
                {
                    Note(batches[done++], result, ids);
                    window.Release();
                }
            }
        }, Cancellation);
        for (var number = 0; number < batches.Length && !reading.IsFaulted; number++)
        {
            await window.WaitAsync(Cancellation);
            await session.RequestStream.WriteAsync(new() { Batch = new() { BatchNumber = number + 1, InstrumentId = instrument, Commands = { batches[number] } } }, Cancellation);
        }

        await reading;
        await session.RequestStream.CompleteAsync();
        return ids;
    }

    private static void Note(SessionCommand[] batch, SessionBatchResult result, Dictionary<long, long> ids)
    {
        for (var at = 0; at < batch.Length; at++)
        {
            Assert.Equal(RejectReason.Unspecified, result.Results[at].Reason);
            if (batch[at].Place is { } place)
            {
                ids.Add(result.Results[at].OrderId, long.Parse(place.ClientOrderId, CultureInfo.InvariantCulture));
            }
        }
    }

    private static IEnumerable<SessionCommand> Commands(WorkloadLine line) => line.Op switch
    {
        'C' => [Cancel(line)],
        'M' => [Cancel(line), Place(line, line.NewId)],
        'R' => [new() { Reduce = new() { RequestId = $"r-{line.Id}-{line.Quantity}", ClientOrderId = Text(line.Id), QuantityKwh = line.Quantity } }],
        _ => [Place(line, line.Id)],
    };

    private static SessionCommand Cancel(WorkloadLine line) => new() { Cancel = new() { RequestId = $"c-{line.Id}", ClientOrderId = Text(line.Id) } };

    private static SessionCommand Place(WorkloadLine line, long id) => new()
    {
        Place = new()
        {
            ClientOrderId = Text(id),
            Side = line.IsAsk ? Side.Ask : Side.Bid,
            Type = OrderType.Limit,
            QuantityKwh = line.Quantity,
            PriceUsdPerGwh = line.Price,
            SelfTradePrevention = SelfTradePrevention.None,
        },
    };

    private static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);

    private async Task<List<PublicTrade>> Trades(string instrument)
    {
        var trades = new List<PublicTrade>();
        for (var token = ""; ;)
        {
            var page = await server.MarketData.ListTradesAsync(new() { InstrumentId = instrument, PageSize = 1_000, PageToken = token }, cancellationToken: Cancellation);
            trades.AddRange(page.Trades);
            token = page.NextPageToken;
            if (token.Length == 0)
            {
                return trades;
            }
        }
    }

    /// <summary>Bids in turn, then asks in turn.</summary>
    private async Task<List<BookOrder>> Orders(string instrument)
    {
        using var stream = server.MarketData.StreamBookOrders(new() { InstrumentIds = { instrument } }, cancellationToken: Cancellation);
        var (bids, asks) = (new List<BookOrder>(), new List<BookOrder>());
        BookOrdersSnapshot part;
        do
        {
            Assert.True(await stream.ResponseStream.MoveNext(Cancellation));
            part = stream.ResponseStream.Current.Snapshot;
            bids.AddRange(part.Bids);
            asks.AddRange(part.Asks);
        }
        while (part.More);
        return [.. bids, .. asks];
    }
}
