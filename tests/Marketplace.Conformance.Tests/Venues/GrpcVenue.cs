using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Gwh.Marketplace.V1;
using Marketplace.Conformance.Tests.Cases;

namespace Marketplace.Conformance.Tests.Venues;

/// <summary>The venue as a client has it: one instrument of an in-process server. What is observed is what clients and auditors are told.</summary>
internal sealed class GrpcVenue : IVenueUnderTest
{
    private const long TokensEach = 1_000_000;

    private readonly InProcessServer _server;
    private readonly string _instrument;
    private readonly DateTime _start;
    private readonly Dictionary<long, TradingService.TradingServiceClient> _users = [];
    private readonly Dictionary<long, (long User, long OrderId)> _orders = [];
    private readonly List<long> _refusedOrders = [];
    private readonly List<long> _refusedChanges = [];
    private readonly Dictionary<long, long> _quantities = [];

    private GrpcVenue(InProcessServer server, string instrument, DateTime start) => (_server, _instrument, _start) = (server, instrument, start);

    public static async Task<GrpcVenue> On(InProcessServer server)
    {
        var instrument = await server.NewInstrument();
        return new(server, instrument, (await server.Catalog.GetVenueAsync(new())).Venue.Now.ToDateTime());
    }

    public async Task Do(Step step)
    {
        if (step.T is { } time)
        {
            await _server.Admin.AdvanceClockAsync(new() { RequestId = _server.NewId(), AdvanceToTime = Timestamp.FromDateTime(_start.AddSeconds(time)) });
        }

        switch (step.Op)
        {
            case "time":
                break;
            case "new":
                await Place(step);
                break;
            default:
                await Change(step);
                break;
        }
    }

    public async Task<ObservedBook> Observe()
    {
        var observed = new ObservedBook();
        await SettleWhatIsDue();
        var ids = _orders.Where(order => order.Value.OrderId != 0).ToDictionary(order => order.Value.OrderId, order => order.Key);
        await Replay(observed, ids);
        foreach (var (id, order) in _orders.Where(order => order.Value.OrderId != 0))
        {
            if ((await Look(order.User, id)).Status == OrderStatus.Untriggered)
            {
                observed.Stops.Add(id);
            }
        }

        var snapshot = await Snapshot();
        observed.Bids.AddRange(await Queue(snapshot.Bids, ids));
        observed.Asks.AddRange(await Queue(snapshot.Asks, ids));
        observed.RefusedOrders.AddRange(_refusedOrders);
        observed.RefusedChanges.AddRange(_refusedChanges);
        foreach (var (id, quantity) in _quantities)
        {
            observed.Quantities.Add(id, quantity);
        }

        return observed;
    }

    public ValueTask DisposeAsync() => default;

    private async Task Place(Step step)
    {
        if (_orders.ContainsKey(step.Id))
        {
            _refusedChanges.Add(step.Id);
            return;
        }

        _orders.Add(step.Id, (step.User, 0));
        _quantities.Add(step.Id, step.Qty);
        var trader = await Trader(step.User);
        try
        {
            var placed = await trader.PlaceOrderAsync(ToRequest(step));
            _orders[step.Id] = (step.User, placed.Order.OrderId);
        }
        catch (RpcException refused) when (IsRefusal(refused))
        {
            _refusedOrders.Add(step.Id);
        }
    }

    private PlaceOrderRequest ToRequest(Step step) => new()
    {
        ClientOrderId = IdOf(step.Id),
        InstrumentId = _instrument,
        Side = step.Side == "B" ? Side.Bid : Side.Ask,
        Type = step.Type switch { "L" => OrderType.Limit, "M" => OrderType.Market, "S" => OrderType.Stop, _ => OrderType.StopLimit },
        TimeInForce = step.Tif switch
        {
            "IOC" => TimeInForce.Ioc,
            "FOK" => TimeInForce.Fok,
            _ => step.Type == "M" ? TimeInForce.Unspecified : step.ExpireAt != 0 ? TimeInForce.Gtd : TimeInForce.Gtc,
        },
        PriceUsdPerGwh = step.Type is "M" or "S" ? 0 : step.Price,
        StopPriceUsdPerGwh = step.Stop,
        QuantityKwh = step.Qty,
        DisplayKwh = step.Display,
        PostOnly = step.PostOnly,
        ExpireTime = step.ExpireAt == 0 ? null : Timestamp.FromDateTime(_start.AddSeconds(step.ExpireAt)),
        SelfTradePrevention = step.Stp switch
        {
            "CN" => SelfTradePrevention.CancelNewest,
            "CO" => SelfTradePrevention.CancelOldest,
            "CB" => SelfTradePrevention.CancelBoth,
            "DC" => SelfTradePrevention.DecrementAndCancel,
            _ => SelfTradePrevention.None,
        },
    };

    private async Task Change(Step step)
    {
        if (!_orders.TryGetValue(step.Id, out var order))
        {
            _refusedChanges.Add(step.Id);
            return;
        }

        var (trader, request) = (await Trader(order.User), _server.NewId());
        try
        {
            switch (step.Op)
            {
                case "cancel":
                    await trader.CancelOrderAsync(new() { RequestId = request, ClientOrderId = IdOf(step.Id) });
                    break;
                case "reduce_to":
                    await trader.ReduceOrderAsync(new() { RequestId = request, ClientOrderId = IdOf(step.Id), QuantityKwh = step.Qty });
                    break;
                case "replace":
                    var replaced = (await trader.ReplaceOrderAsync(new()
                    {
                        RequestId = request,
                        ClientOrderId = IdOf(step.Id),
                        PriceUsdPerGwh = step.Price,
                        QuantityKwh = step.Qty,
                        StopPriceUsdPerGwh = step.Stop,
                    })).Order;
                    _quantities[step.Id] = replaced.QuantityKwh;
                    break;
                default:
                    throw new FormatException(step.Op);
            }
        }
        catch (RpcException refused) when (IsRefusal(refused))
        {
            _refusedChanges.Add(step.Id);
        }
    }

    /// <summary>What the auditors are told of the book, in order: trades, triggers, and what was taken off an order that was left with something.</summary>
    private async Task Replay(ObservedBook observed, Dictionary<long, long> ids)
    {
        var open = new Dictionary<long, long>();
        for (var token = ""; ;)
        {
            var page = await _server.Audit.ListInstrumentEventsAsync(new() { InstrumentId = _instrument, PageSize = 1_000, PageToken = token });
            foreach (var happened in page.Events)
            {
                Take(happened, observed, ids, open);
            }

            token = page.NextPageToken;
            if (token.Length == 0)
            {
                return;
            }
        }
    }

    private static void Take(InstrumentEvent happened, ObservedBook observed, Dictionary<long, long> ids, Dictionary<long, long> open)
    {
        switch (happened.EventCase)
        {
            case InstrumentEvent.EventOneofCase.OrderTaken:
                open[happened.OrderTaken.OrderId] = happened.OrderTaken.QuantityKwh;
                break;
            case InstrumentEvent.EventOneofCase.OrderReplaced:
                open[happened.OrderReplaced.OrderId] = happened.OrderReplaced.OpenKwh;
                break;
            case InstrumentEvent.EventOneofCase.OrderReduced:
                open[happened.OrderReduced.OrderId] = happened.OrderReduced.OpenKwh;
                break;
            case InstrumentEvent.EventOneofCase.OrderTriggered:
                observed.Triggered.Add(ids[happened.OrderTriggered.OrderId]);
                break;
            case InstrumentEvent.EventOneofCase.TradeMatched:
                var trade = happened.TradeMatched;
                open[trade.TakerOrderId] -= trade.QuantityKwh;
                open[trade.MakerOrderId] -= trade.QuantityKwh;
                observed.Trades.Add((ids[trade.TakerOrderId], ids[trade.MakerOrderId], trade.PriceUsdPerGwh, trade.QuantityKwh));
                break;
            case InstrumentEvent.EventOneofCase.OrderDecremented:
                foreach (var order in new[] { happened.OrderDecremented.TakerOrderId, happened.OrderDecremented.MakerOrderId })
                {
                    open[order] -= happened.OrderDecremented.QuantityKwh;
                    if (open[order] > 0)
                    {
                        observed.Decremented.Add((ids[order], happened.OrderDecremented.QuantityKwh));
                    }
                }

                break;
        }
    }

    /// <summary>A preview makes the book do what is due, and nothing else.</summary>
    private async Task SettleWhatIsDue()
    {
        var trader = await Trader(_users.Keys.FirstOrDefault(1));
        await trader.PreviewOrderAsync(new() { Order = new() { InstrumentId = _instrument, Side = Side.Bid, Type = OrderType.Limit, PriceUsdPerGwh = 1, QuantityKwh = 1 } });
    }

    private async Task<BookOrdersSnapshot> Snapshot()
    {
        using var stream = _server.MarketData.StreamBookOrders(new() { InstrumentIds = { _instrument } });
        Assert.True(await stream.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        var snapshot = stream.ResponseStream.Current.Snapshot;
        Assert.False(snapshot.More);
        return snapshot;
    }

    private async Task<List<ObservedOrder>> Queue(IEnumerable<BookOrder> orders, Dictionary<long, long> ids)
    {
        var queue = new List<ObservedOrder>();
        foreach (var order in orders)
        {
            var id = ids[order.OrderId];
            var whole = await Look(_orders[id].User, id);
            queue.Add(new(order.PriceUsdPerGwh, id, order.QuantityKwh, whole.OpenKwh - order.QuantityKwh));
        }

        return queue;
    }

    private async Task<Order> Look(long user, long id) => (await (await Trader(user)).GetOrderAsync(new() { ClientOrderId = IdOf(id) })).Order;

    private string IdOf(long id) => $"{_instrument}-{id}";

    private async Task<TradingService.TradingServiceClient> Trader(long user)
    {
        if (!_users.TryGetValue(user, out var trader))
        {
            trader = await _server.Trader($"user-{user}");
            await _server.GiveTokens($"user-{user}", _instrument, TokensEach);
            _users.Add(user, trader);
        }

        return trader;
    }

    private static bool IsRefusal(RpcException refused) => refused.StatusCode is StatusCode.FailedPrecondition or StatusCode.InvalidArgument or StatusCode.NotFound or StatusCode.AlreadyExists;
}
