using static Marketplace.EndToEnd.Tests.Hosting.SmallMarket;

namespace Marketplace.EndToEnd.Tests.WholeWay;

/// <summary>Many orders cancelled at once, by all scopes there are, and the report of it.</summary>
public sealed class MassCancelTests(SmallMarket market) : IClassFixture<SmallMarket>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Instrument_and_side_choose_the_orders_and_the_report_tells_each()
    {
        var line = await market.Enter("scope", Role.Trader);
        await market.Fund("scope");
        var (low, high, other) = (Limit(Hour, Side.Bid, 900_000, 10), Limit(Hour, Side.Bid, 910_000, 20), Limit(Quarter, Side.Bid, 900_000, 5));
        foreach (var order in new[] { low, high, other })
        {
            await line.Trading.PlaceOrderAsync(order);
        }

        var nothing = await line.Trading.MassCancelOrdersAsync(new() { RequestId = NewId(), Side = Side.Ask });
        Assert.Equal((0, 0, "0"), (nothing.CancelledOrders, nothing.EndedOrders, nothing.CancelledKwh));

        var report = await line.Trading.MassCancelOrdersAsync(new() { RequestId = NewId(), InstrumentId = Hour, Side = Side.Bid });
        Assert.Equal((2, 0, "30"), (report.CancelledOrders, report.EndedOrders, report.CancelledKwh));
        Assert.Equal(
            [("scope", low.ClientOrderId, Hour, 10L), ("scope", high.ClientOrderId, Hour, 20L)],
            report.Orders.Select(order => (order.ParticipantId, order.ClientOrderId, order.InstrumentId, order.CancelledKwh)));
        Assert.Equal(other.ClientOrderId, (await line.Trading.ListOpenOrdersAsync(new())).Orders.Single().ClientOrderId);
        var cancelled = (await line.Trading.GetOrderAsync(new() { ClientOrderId = low.ClientOrderId })).Order;
        Assert.Equal((OrderStatus.Cancelled, RejectReason.CancelledByMassCancel), (cancelled.Status, cancelled.Reason));
        await market.AddsUp();
    }

    [Fact]
    public async Task The_same_id_gives_the_same_report_also_after_a_crash_and_another_scope_is_refused()
    {
        var line = await market.Enter("again", Role.Trader);
        await market.Fund("again");
        await line.Trading.PlaceOrderAsync(Limit(Hour, Side.Bid, 900_000, 10));
        var request = new MassCancelOrdersRequest { RequestId = NewId() };
        var first = await line.Trading.MassCancelOrdersAsync(request);
        await line.Trading.PlaceOrderAsync(Limit(Hour, Side.Bid, 900_000, 10));

        Assert.Equal(first, await line.Trading.MassCancelOrdersAsync(request));
        await market.KillAndRestart(Cancellation);
        line = market.LineOf("again");
        Assert.Equal(first, await line.Trading.MassCancelOrdersAsync(request));

        Assert.Equal(1, first.CancelledOrders);
        Assert.Single((await line.Trading.ListOpenOrdersAsync(new())).Orders);
        await Refused.With(RejectReason.AlreadyExists, line.Trading.MassCancelOrdersAsync(new(request) { InstrumentId = Hour }));
        await market.AddsUp();
    }

    [Fact]
    public async Task A_firm_is_cancelled_whole_by_one_of_it_and_by_the_operator_and_others_are_invisible()
    {
        var ann = await market.Enter("ann", Role.Trader);
        await market.Operator.Admin.CreateParticipantAsync(new() { RequestId = NewId(), ParticipantId = "amy", FirmId = "firm-ann" });
        var amy = Line.To(market.Server, (await market.NewKey("amy", Role.Trader)).Secret);
        await market.Fund("ann");
        await market.Fund("amy");
        await Rest(ann, amy);

        var byFirm = await ann.Trading.MassCancelOrdersAsync(new() { RequestId = NewId(), Firm = true });
        Assert.Equal((2, ["amy", "ann"]), (byFirm.CancelledOrders, byFirm.ParticipantIds));
        Assert.Equal(["amy", "ann"], byFirm.Orders.Select(order => order.ParticipantId));

        await Rest(ann, amy);
        var byOperator = await market.Operator.Trading.MassCancelOrdersAsync(new() { RequestId = NewId(), FirmId = "firm-ann" });
        Assert.Equal(2, byOperator.CancelledOrders);

        await Rest(ann, amy);
        Assert.Equal(1, (await market.Operator.Trading.MassCancelOrdersAsync(new() { RequestId = NewId(), ParticipantId = "amy" })).CancelledOrders);
        Assert.Equal(1, (await ann.Trading.MassCancelOrdersAsync(new() { RequestId = NewId(), ParticipantId = "ann" })).CancelledOrders);

        await Refused.With(RejectReason.NotFound, ann.Trading.MassCancelOrdersAsync(new() { RequestId = NewId(), ParticipantId = "amy" }));
        await Refused.With(RejectReason.NotFound, ann.Trading.MassCancelOrdersAsync(new() { RequestId = NewId(), ParticipantId = "nobody" }));
        await Refused.With(RejectReason.NotFound, ann.Trading.MassCancelOrdersAsync(new() { RequestId = NewId(), FirmId = "firm-buy" }));
        await Refused.With(RejectReason.NotFound, ann.Trading.MassCancelOrdersAsync(new() { RequestId = NewId(), InstrumentId = "no-such" }));
        await Refused.With(RejectReason.IncompatibleTerms, ann.Trading.MassCancelOrdersAsync(new() { RequestId = NewId(), Firm = true, SessionId = "s1" }));
        await Refused.With(RejectReason.IncompatibleTerms, ann.Trading.MassCancelOrdersAsync(new() { RequestId = NewId(), Firm = true, FirmId = "firm-ann" }));
        await Refused.With(RejectReason.InvalidArgument, ann.Trading.MassCancelOrdersAsync(new() { RequestId = NewId(), Side = (Side)9 }));
        await market.AddsUp();

        static async Task Rest(params Line[] lines)
        {
            foreach (var line in lines)
            {
                await line.Trading.PlaceOrderAsync(Limit(Hour, Side.Bid, 900_000, 10));
            }
        }
    }

    [Fact]
    public async Task Ten_thousand_orders_are_cancelled_by_one_request_and_all_of_them_counted()
    {
        const int Many = 10_000;
        var line = await market.Enter("many", Role.Trader);
        await market.Operator.Admin.SetParticipantLimitsAsync(
            new() { RequestId = NewId(), ParticipantId = "many", Limits = new() { OrdersPerSecond = 1_000_000, MaxOpenOrders = Many, MaxStreams = 10 } });
        await market.Fund("many");
        for (var batch = 0; batch < Many / 500; batch++)
        {
            var orders = Enumerable.Range(0, 500).Select(order => Limit(order % 2 == 0 ? Hour : Quarter, Side.Bid, 100_000 + order, 1));
            await line.Trading.PlaceOrdersAsync(new() { Orders = { orders } });
        }

        var report = await line.Trading.MassCancelOrdersAsync(new() { RequestId = NewId() });

        Assert.Equal((Many, 0, Many.ToString(System.Globalization.CultureInfo.InvariantCulture), 1_000), (report.CancelledOrders, report.EndedOrders, report.CancelledKwh, report.Orders.Count));
        var account = (await line.Accounts.GetAccountAsync(new())).Account;
        Assert.Equal((StartCash, 0, 0), (account.CashAvailableMicros, account.CashHeldMicros, account.OpenOrderCount));
        await market.AddsUp();
    }
}
