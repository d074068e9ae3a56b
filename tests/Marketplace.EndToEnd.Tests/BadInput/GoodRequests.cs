using Google.Protobuf;
using static Marketplace.EndToEnd.Tests.Hosting.SmallMarket;

namespace Marketplace.EndToEnd.Tests.BadInput;

/// <summary>A request of every RPC that the venue answers, and who sends it: what the wrong ones are made from.</summary>
internal sealed class GoodRequests(SmallMarket market)
{
    private int _hour;
    private string? _trade;

    /// <summary>One message, or several for a stream of requests; the last is the one to be spoiled.</summary>
    public async Task<(Line Line, IMessage[] Messages)> Of(string rpc)
    {
        var (service, method) = (rpc.Split('/')[0], rpc.Split('/')[1]);
        return service switch
        {
            "CatalogService" => (market.Auditor, [Catalog(method)]),
            "CapacityService" => (method.StartsWith("Attest", StringComparison.Ordinal) || method == "WithdrawAttestation" ? market.Attestor : market.Supplier, [await Capacity(method)]),
            "TradingService" => (market.Buyer, await Trading(method)),
            "MarketDataService" => (market.Auditor, [MarketData(method)]),
            "SettlementService" => (market.Buyer, [await Settlement(method)]),
            "AccountService" => (method == "TransferTokens" ? market.Supplier : market.Buyer, [Accounts(method)]),
            "AuditService" => (market.Auditor, [Audit(method)]),
            _ => (market.Operator, [await Desk.Of(market, method, () => Period())]),
        };
    }

    private static WireTime InAnHour => At("2027-01-01T01:00:00Z");

    private static IMessage Catalog(string method) => method switch
    {
        "GetVenue" => new GetVenueRequest(),
        "ListAccelerators" => new ListAcceleratorsRequest { PageSize = 3 },
        "GetAccelerator" => new GetAcceleratorRequest { AcceleratorId = "H100" },
        "ListInstruments" => new ListInstrumentsRequest { PageSize = 2, AcceleratorId = "H100", Zone = "USEAST", State = InstrumentState.Open },
        "GetInstrument" => new GetInstrumentRequest { InstrumentId = Hour },
        _ => throw NoGood(method),
    };

    private async Task<IMessage> Capacity(string method)
    {
        switch (method)
        {
            case "AttestRating":
                var unrated = $"U{NewId("X").Split('-')[1]}";
                await market.Operator.Admin.RegisterAcceleratorAsync(new() { RequestId = NewId(), AcceleratorId = unrated, Vendor = "v", Model = "m" });
                return new AttestRatingRequest { RequestId = NewId(), AcceleratorId = unrated, RatedWatts = 1_000, Source = "seen", EvidenceSha256 = new('b', 64), ValidUntil = InAnHour };
            case "WithdrawAttestation":
                await market.Attestor.Capacity.AttestCapacityAsync(Attest());
                return new WithdrawAttestationRequest { RequestId = NewId(), ContractId = Contract, RemainingAcceleratorCount = 9_000, ValidUntil = InAnHour };
            default:
                return method switch
                {
                    "OfferCapacity" => new OfferCapacityRequest
                    {
                        RequestId = NewId(),
                        AcceleratorId = "H100",
                        AcceleratorCount = 10,
                        Zone = "USEAST",
                        Firmness = Firmness.Firm,
                        StartTime = At("2027-02-01"),
                        EndTime = At("2027-03-01"),
                        Site = "site",
                        Notes = "notes",
                        ValidUntil = InAnHour,
                    },
                    "AttestCapacity" => Attest(),
                    "IssueTokens" => new IssueTokensRequest { RequestId = NewId(), ContractId = Contract, InstrumentId = Spare, QuantityKwh = 1, ValidUntil = InAnHour },
                    "WithdrawCapacity" => new WithdrawCapacityRequest { RequestId = NewId(), ContractId = Contract, QuantityKwh = 1, ValidUntil = InAnHour },
                    "WithdrawTokens" => new WithdrawTokensRequest { RequestId = NewId(), ContractId = Contract, InstrumentId = Hour, QuantityKwh = 1, ValidUntil = InAnHour },
                    "GetContract" => new GetContractRequest { ContractId = Contract },
                    "ListContracts" => new ListContractsRequest { PageSize = 2, ParticipantId = "sup", AcceleratorId = "H100", Zone = "USEAST" },
                    _ => throw NoGood(method),
                };
        }
    }

    private static AttestCapacityRequest Attest() => new()
    {
        RequestId = NewId(),
        ContractId = Contract,
        AcceleratorCount = 10_000,
        AttestedKw = 14_000,
        Site = "seen",
        EvidenceSha256 = new('a', 64),
        ValidUntil = InAnHour,
    };

    private static PlaceOrderRequest Place()
    {
        var order = Limit(Hour, Side.Bid, 1_000_000, 10);
        order.TimeInForce = TimeInForce.Gtd;
        order.ExpireTime = At("2027-02-01");
        order.PostOnly = true;
        order.SelfTradePrevention = SelfTradePrevention.CancelOldest;
        order.DisplayKwh = 5;
        order.ValidUntil = InAnHour;
        return order;
    }

    private async Task<IMessage[]> Trading(string method)
    {
        if (method == "PlaceOrder")
        {
            return [Place()];
        }

        if (method == "PlaceOrders")
        {
            return [new PlaceOrdersRequest { Orders = { Place() } }];
        }

        if (method == "PreviewOrder")
        {
            return [new PreviewOrderRequest { Order = Place() }];
        }

        if (method == "ListOpenOrders")
        {
            return [new ListOpenOrdersRequest { PageSize = 2, InstrumentId = Hour, ParticipantId = "buy" }];
        }

        if (method == "OpenSession")
        {
            var batch = new SessionBatch { BatchNumber = 1, InstrumentId = Hour, ValidUntil = InAnHour, Commands = { new SessionCommand { Place = Place() } } };
            // A session that is watched over is a fact before its first batch; that has tests of its own.
            return [new OpenSessionRequest { Open = new() { SessionId = NewId("session") } }, new OpenSessionRequest { Batch = batch }];
        }

        var resting = Place();
        await market.Buyer.Trading.PlaceOrderAsync(resting);
        return [method switch
        {
            "CancelOrder" => new CancelOrderRequest { RequestId = NewId(), ClientOrderId = resting.ClientOrderId, ValidUntil = InAnHour },
            "ReplaceOrder" => new ReplaceOrderRequest { RequestId = NewId(), ClientOrderId = resting.ClientOrderId, PriceUsdPerGwh = 1_000_001, QuantityKwh = 11, ValidUntil = InAnHour },
            "MassCancelOrders" => new MassCancelOrdersRequest { RequestId = NewId(), InstrumentId = Hour, Side = Side.Bid, ParticipantId = "buy", ValidUntil = InAnHour },
            "ReduceOrder" => new ReduceOrderRequest { RequestId = NewId(), ClientOrderId = resting.ClientOrderId, QuantityKwh = 5, ValidUntil = InAnHour },
            "GetOrder" => new GetOrderRequest { ClientOrderId = resting.ClientOrderId, ParticipantId = "buy" },
            _ => throw NoGood(method),
        }];
    }

    private static IMessage MarketData(string method) => method switch
    {
        "GetOrderBook" => new GetOrderBookRequest { InstrumentId = Hour, Depth = 5 },
        "StreamOrderBook" => new StreamOrderBookRequest { InstrumentIds = { Hour }, Depth = 5, Resume = { new OrderBookResumePoint { InstrumentId = Hour, Epoch = 1, Sequence = 1 } } },
        "StreamBookOrders" => new StreamBookOrdersRequest { InstrumentIds = { Hour }, Resume = { new OrderBookResumePoint { InstrumentId = Hour, Epoch = 1, Sequence = 1 } } },
        "ListCandles" => new ListCandlesRequest
        {
            InstrumentId = Quarter,
            Interval = CandleInterval.OneMinute,
            FromTime = At("2027-01-01"),
            ToTime = At("2027-02-01"),
            PageSize = 2,
        },
        "StreamCandles" => new StreamCandlesRequest { InstrumentId = Quarter, Interval = CandleInterval.OneHour, FromTime = At("2027-01-01") },
        "ListTickers" => new ListTickersRequest { PageSize = 2 },
        "StreamTickers" => new StreamTickersRequest { InstrumentIds = { Quarter } },
        "StreamTrades" => new StreamTradesRequest { InstrumentId = Quarter, FromSequence = 1 },
        "ListTrades" => new ListTradesRequest { InstrumentId = Quarter, FromSequence = 1, ToSequence = 100, PageSize = 2, FromTime = At("2027-01-01"), ToTime = At("2027-02-01") },
        _ => throw NoGood(method),
    };

    private async Task<IMessage> Settlement(string method)
    {
        if (_trade is null)
        {
            await market.Supplier.Trading.PlaceOrderAsync(Limit(Quarter, Side.Ask, 2_000_000, 10));
            var bid = (await market.Buyer.Trading.PlaceOrderAsync(Limit(Quarter, Side.Bid, 2_000_000, 10))).Order;
            _trade = $"{Quarter}:{bid.BookSequence}";
        }

        return method switch
        {
            "GetTrade" => new GetTradeRequest { TradeId = _trade },
            "SettleTrade" => new SettleTradeRequest { RequestId = NewId(), TradeId = _trade, ValidUntil = InAnHour },
            "WatchTrade" => new WatchTradeRequest { TradeId = _trade },
            "ListSettlementCycles" => new ListSettlementCyclesRequest { InstrumentId = Quarter, PageSize = 2 },
            "GetSettlementSummary" => new GetSettlementSummaryRequest { InstrumentId = Quarter },
            _ => throw NoGood(method),
        };
    }

    private static IMessage Accounts(string method) => method switch
    {
        "GetAccount" => new GetAccountRequest { ParticipantId = "buy" },
        "ListStatementEntries" => new ListStatementEntriesRequest { ParticipantId = "buy", PageSize = 2, Order = StatementOrder.OldestFirst },
        "RequestWithdrawal" => new RequestWithdrawalRequest { RequestId = NewId(), AmountMicros = 1, Destination = "bank", ValidUntil = InAnHour },
        "TransferTokens" => new TransferTokensRequest { RequestId = NewId(), ToParticipantId = "mm", InstrumentId = Hour, QuantityKwh = 1, ValidUntil = InAnHour },
        "StreamAccount" => new StreamAccountRequest { ParticipantId = "buy" },
        _ => throw NoGood(method),
    };

    private static IMessage Audit(string method) => method switch
    {
        "GetTotals" => new GetTotalsRequest(),
        "ListInstrumentEvents" => new ListInstrumentEventsRequest { InstrumentId = Quarter, FromSequence = 1, ToSequence = 100, PageSize = 2 },
        "GetOutcome" => new GetOutcomeRequest { ParticipantId = "sup", RequestId = "offer-1", ContractId = Contract },
        "GetStateHash" => new GetStateHashRequest { IncludeStreams = true },
        _ => throw NoGood(method),
    };

    internal static InvalidOperationException NoGood(string method) => new($"No good request of {method} is known: write one.");

    /// <summary>A delivery hour that no instrument has yet.</summary>
    private string Period() => new DateTime(2027, 5, 1, 0, 0, 0, DateTimeKind.Utc).AddHours(_hour++).ToString("yyyyMMdd'T'HH", System.Globalization.CultureInfo.InvariantCulture);
}
