using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Gwh.Marketplace.V1;
using Marketplace.Conformance.Tests.Cases;

namespace Marketplace.Conformance.Tests.Venues;

/// <summary>The venue as a client has it: one instrument of an in-process server. What is observed is what clients and auditors are told.</summary>
internal sealed class GrpcVenue : IVenueUnderTest
{
    /// <summary>Tokens a user gets at once, at the least.</summary>
    private const long TokensAtOnce = 100_000_000;

    private const long HighestPrice = 100_000_000;
    private const long MostOfOrder = 90_000_000_000;

    /// <summary>The most a bid without a limit holds, micro-dollars: one that would hold more at the end of the collar states its worst price.</summary>
    private const long MostHeldWithoutLimit = 10_000_000_000_000_000;

    private readonly InProcessServer _server;
    private readonly string _instrument;
    private readonly DateTime _start;
    private readonly Dictionary<long, TradingService.TradingServiceClient> _users = [];
    private readonly Dictionary<long, long> _tokens = [];
    private readonly Dictionary<long, Entered> _orders = [];
    private readonly List<long> _refusedOrders = [];
    private readonly List<long> _refusedDuplicates = [];
    private readonly List<long> _refusedChanges = [];
    private readonly Dictionary<long, long> _quantities = [];
    private DateTime _now;

    private GrpcVenue(InProcessServer server, string instrument, DateTime start) => (_server, _instrument, _start, _now) = (server, instrument, start, start);

    public static async Task<GrpcVenue> On(InProcessServer server)
    {
        var instrument = await server.NewInstrument();
        return new(server, instrument, (await server.Catalog.GetVenueAsync(new())).Venue.Now.ToDateTime());
    }

    public async Task Do(Step step)
    {
        if (step.T is { } time && TimeOf(time) > _now)
        {
            _now = TimeOf(time);
            await _server.Admin.AdvanceClockAsync(new() { RequestId = _server.NewId(), AdvanceToTime = Timestamp.FromDateTime(_now) });
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
        foreach (var id in await Replay(observed, ids))
        {
            var waiting = await Look(_orders[id].User, id);
            Assert.Equal(OrderStatus.Untriggered, waiting.Status);
            observed.Stops.Add(id, waiting.OpenKwh);
        }

        var (bids, asks) = await Snapshot();
        observed.Bids.AddRange(await Queue(bids, ids));
        observed.Asks.AddRange(await Queue(asks, ids));
        observed.RefusedOrders.AddRange(_refusedOrders);
        observed.RefusedDuplicates.AddRange(_refusedDuplicates);
        observed.RefusedChanges.AddRange(_refusedChanges);
        foreach (var (id, quantity) in _quantities)
        {
            observed.Quantities.Add(id, quantity);
        }

        return observed;
    }

    public ValueTask DisposeAsync() => default;

    /// <summary>
    /// Places an order, also where its id has run already: the API says what becomes of it then. Participants have ids of their own in the venue, but in the form an id names an
    /// order of the case: so the same id from another user is another order, and counts as refused.
    /// </summary>
    private async Task Place(Step step)
    {
        var first = _orders.GetValueOrDefault(step.Id);
        if (first is not null && first.User != step.User)
        {
            _refusedDuplicates.Add(step.Id);
            return;
        }

        var request = ToRequest(step);
        var order = new Entered(step.User, request.Side, request.PriceUsdPerGwh != 0 ? request.PriceUsdPerGwh : HighestPrice, 0);
        _orders.TryAdd(step.Id, order);
        _quantities.TryAdd(step.Id, request.QuantityKwh);
        await SeeTo(order, order.Price, request.QuantityKwh);
        try
        {
            var placed = (await (await Trader(step.User)).PlaceOrderAsync(request)).Order;
            if (first?.OrderId != placed.OrderId)
            {
                _orders[step.Id] = order with { OrderId = placed.OrderId };
                _quantities[step.Id] = request.QuantityKwh;
            }
        }
        catch (RpcException refused) when (IsRefusal(refused))
        {
            (refused.StatusCode == StatusCode.AlreadyExists ? _refusedDuplicates : _refusedOrders).Add(step.Id);
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
        PriceUsdPerGwh = step.Type is not ("M" or "S") ? step.Price
            : step.Side == "B" && step.Qty is > MostHeldWithoutLimit / HighestPrice and <= MostOfOrder ? MostHeldWithoutLimit / step.Qty.Value
            : 0,
        StopPriceUsdPerGwh = step.Stop,
        QuantityKwh = step.Qty ?? 0,
        DisplayKwh = step.Display,
        PostOnly = step.PostOnly,
        ExpireTime = step.ExpireAt == 0 ? null : Timestamp.FromDateTime(TimeOf(step.ExpireAt)),
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
        // A replace to nothing is none: to the API no quantity means the one there is.
        if (!_orders.TryGetValue(step.Id, out var order) || step is { Op: "replace", Qty: 0 })
        {
            _refusedChanges.Add(step.Id);
            return;
        }

        if (step.Op == "replace")
        {
            await SeeTo(order, step.Price != 0 ? step.Price : order.Price, step.Qty ?? _quantities[step.Id]);
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
                    await trader.ReduceOrderAsync(new() { RequestId = request, ClientOrderId = IdOf(step.Id), QuantityKwh = step.Qty ?? 0 });
                    break;
                case "replace":
                    var replaced = (await trader.ReplaceOrderAsync(new()
                    {
                        RequestId = request,
                        ClientOrderId = IdOf(step.Id),
                        PriceUsdPerGwh = step.Price,
                        QuantityKwh = step.Qty ?? 0,
                        StopPriceUsdPerGwh = step.Stop,
                    })).Order;
                    _quantities[step.Id] = replaced.QuantityKwh;
                    _orders[step.Id] = order with { Price = replaced.PriceUsdPerGwh };
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

    /// <summary>Takes note of what the auditors are told of the book, in order: the stop orders that wait after it.</summary>
    private async Task<HashSet<long>> Replay(ObservedBook observed, Dictionary<long, long> ids)
    {
        var (tally, waiting) = (new OrderTally(observed), new HashSet<long>());
        for (var token = ""; ;)
        {
            var page = await _server.Audit.ListInstrumentEventsAsync(new() { InstrumentId = _instrument, PageSize = 1_000, PageToken = token });
            foreach (var happened in page.Events)
            {
                Take(happened, tally, waiting, ids);
            }

            token = page.NextPageToken;
            if (token.Length == 0)
            {
                return waiting;
            }
        }
    }

    private static void Take(InstrumentEvent happened, OrderTally tally, HashSet<long> waiting, Dictionary<long, long> ids)
    {
        switch (happened.EventCase)
        {
            case InstrumentEvent.EventOneofCase.OrderTaken:
                tally.Stands(ids[happened.OrderTaken.OrderId], happened.OrderTaken.QuantityKwh);
                break;
            case InstrumentEvent.EventOneofCase.OrderParked:
                waiting.Add(ids[happened.OrderParked.OrderId]);
                break;
            case InstrumentEvent.EventOneofCase.OrderReplaced:
                waiting.Remove(ids[happened.OrderReplaced.OrderId]);
                tally.Stands(ids[happened.OrderReplaced.OrderId], happened.OrderReplaced.OpenKwh);
                break;
            case InstrumentEvent.EventOneofCase.OrderReduced:
                tally.Stands(ids[happened.OrderReduced.OrderId], happened.OrderReduced.OpenKwh);
                break;
            case InstrumentEvent.EventOneofCase.OrderCancelled:
                waiting.Remove(ids[happened.OrderCancelled.OrderId]);
                tally.Ends(ids[happened.OrderCancelled.OrderId]);
                break;
            case InstrumentEvent.EventOneofCase.OrderTriggered:
                waiting.Remove(ids[happened.OrderTriggered.OrderId]);
                tally.Triggers(ids[happened.OrderTriggered.OrderId]);
                break;
            case InstrumentEvent.EventOneofCase.TradeMatched:
                var trade = happened.TradeMatched;
                tally.Trades(ids[trade.TakerOrderId], ids[trade.MakerOrderId], trade.PriceUsdPerGwh, trade.QuantityKwh);
                break;
            case InstrumentEvent.EventOneofCase.OrderDecremented:
                tally.Decrements(ids[happened.OrderDecremented.TakerOrderId], ids[happened.OrderDecremented.MakerOrderId], happened.OrderDecremented.QuantityKwh);
                break;
        }
    }

    /// <summary>A preview makes the book do what is due, and nothing else.</summary>
    private async Task SettleWhatIsDue()
    {
        var trader = await Trader(_users.Keys.FirstOrDefault(1));
        await trader.PreviewOrderAsync(new() { Order = new() { InstrumentId = _instrument, Side = Side.Bid, Type = OrderType.Limit, PriceUsdPerGwh = 1, QuantityKwh = 1 } });
    }

    private async Task<(List<BookOrder> Bids, List<BookOrder> Asks)> Snapshot()
    {
        using var stream = _server.MarketData.StreamBookOrders(new() { InstrumentIds = { _instrument } });
        var (bids, asks) = (new List<BookOrder>(), new List<BookOrder>());
        BookOrdersSnapshot part;
        do
        {
            Assert.True(await stream.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
            part = stream.ResponseStream.Current.Snapshot;
            bids.AddRange(part.Bids);
            asks.AddRange(part.Asks);
        }
        while (part.More);
        return (bids, asks);
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

    private DateTime TimeOf(decimal seconds) => _start.AddTicks(Step.Micros(seconds) * TimeSpan.TicksPerMicrosecond);

    private async Task<TradingService.TradingServiceClient> Trader(long user)
    {
        if (!_users.TryGetValue(user, out var trader))
        {
            trader = await _server.Trader(NameOf(user));
            _users.Add(user, trader);
        }

        return trader;
    }

    /// <summary>Sees to it that a user can hold what an order needs. Tokens are counted down as if none ever came back.</summary>
    private async Task SeeTo(Entered order, long price, long quantity)
    {
        if (quantity is < 1 or > MostOfOrder || price is < 1 or > HighestPrice)
        {
            // Refused for that.
            return;
        }

        if (order.Side == Side.Bid)
        {
            await _server.SeeToCash(NameOf(order.User), price * quantity);
            return;
        }

        var left = _tokens.GetValueOrDefault(order.User);
        if (left < quantity)
        {
            var more = Math.Max(TokensAtOnce, quantity);
            await _server.Trader(NameOf(order.User));
            await _server.GiveTokens(NameOf(order.User), _instrument, more);
            left += more;
        }

        _tokens[order.User] = left - quantity;
    }

    private static string NameOf(long user) => $"user-{user}";

    /// <summary>Whether the venue refused what was asked. Too little cash or too few tokens are no answer to a case: there are enough, or the venue is not set up right.</summary>
    private static bool IsRefusal(RpcException refused) =>
        refused.StatusCode is StatusCode.FailedPrecondition or StatusCode.InvalidArgument or StatusCode.NotFound or StatusCode.AlreadyExists
        && !refused.Status.Detail.StartsWith("INSUFFICIENT_", StringComparison.Ordinal);

    /// <summary>An order as it was sent: whose, its limit or worst price now, and its public number, 0 where it was refused.</summary>
    private sealed record Entered(long User, Side Side, long Price, long OrderId);
}
