using static Marketplace.EndToEnd.Tests.Hosting.SmallMarket;

namespace Marketplace.EndToEnd.Tests.WholeWay;

/// <summary>What the operator and the clock do to standing orders, instruments and keys.</summary>
public sealed class StandingTests(SmallMarket market) : IClassFixture<SmallMarket>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_suspended_participant_loses_its_open_orders_and_enters_no_new_ones()
    {
        var line = await market.Enter("susp", Role.Trader);
        await market.Fund("susp");
        var order = Limit(Hour, Side.Bid, 1_000_000, 10);
        await line.Trading.PlaceOrderAsync(order);
        await market.Operator.Admin.SuspendParticipantAsync(new() { RequestId = NewId(), ParticipantId = "susp" });

        await Ends(line, order.ClientOrderId, OrderStatus.Cancelled, RejectReason.CancelledBySuspension);
        await Refused.With(RejectReason.ParticipantSuspended, line.Trading.PlaceOrderAsync(Limit(Hour, Side.Bid, 1_000_000, 10)));
        var account = (await line.Accounts.GetAccountAsync(new())).Account;
        Assert.Equal((StartCash, 0, 0), (account.CashAvailableMicros, account.CashHeldMicros, account.OpenOrderCount));

        await market.Operator.Admin.ResumeParticipantAsync(new() { RequestId = NewId(), ParticipantId = "susp" });
        Assert.Equal(OrderStatus.Open, (await line.Trading.PlaceOrderAsync(Limit(Hour, Side.Bid, 1_000_000, 10))).Order.Status);
        await market.AddsUp();
    }

    [Fact]
    public async Task A_halted_instrument_takes_cancels_only()
    {
        var order = Limit(Spare, Side.Bid, 1_000_000, 10);
        await market.Buyer.Trading.PlaceOrderAsync(order);
        await market.Operator.Admin.SetInstrumentStateAsync(new() { RequestId = NewId(), InstrumentId = Spare, State = InstrumentState.Halted });

        var refused = Limit(Spare, Side.Bid, 1_000_000, 10);
        await Refused.With(RejectReason.InstrumentHalted, market.Buyer.Trading.PlaceOrderAsync(refused));
        await Refused.With(RejectReason.InstrumentHalted, market.Buyer.Trading.PlaceOrderAsync(refused));
        var outcome = await market.Buyer.Audit.GetOutcomeAsync(new() { ClientOrderId = refused.ClientOrderId });
        Assert.Equal((OutcomeState.Refused, RejectReason.InstrumentHalted), (outcome.State, outcome.Reason));
        var cancelled = (await market.Buyer.Trading.CancelOrderAsync(new() { RequestId = NewId(), ClientOrderId = order.ClientOrderId })).Order;
        Assert.Equal((OrderStatus.Cancelled, RejectReason.CancelledByOwner), (cancelled.Status, cancelled.Reason));
        await market.Operator.Admin.SetInstrumentStateAsync(new() { RequestId = NewId(), InstrumentId = Spare, State = InstrumentState.Open });
        await market.AddsUp();
    }

    [Fact]
    public async Task An_order_good_till_a_date_ends_when_the_clock_reaches_it()
    {
        var now = (await market.Buyer.Catalog.GetVenueAsync(new())).Venue.Now.ToDateTime();
        var order = Limit(Hour, Side.Bid, 900_000, 10);
        order.TimeInForce = TimeInForce.Gtd;
        order.ExpireTime = WireTime.FromDateTime(now.AddMinutes(20));
        Assert.Equal(OrderStatus.Open, (await market.Buyer.Trading.PlaceOrderAsync(order)).Order.Status);
        await market.Advance(TimeSpan.FromMinutes(19));
        Assert.Equal(OrderStatus.Open, (await market.Buyer.Trading.GetOrderAsync(new() { ClientOrderId = order.ClientOrderId })).Order.Status);
        await market.Advance(TimeSpan.FromMinutes(1));
        await Ends(market.Buyer, order.ClientOrderId, OrderStatus.Expired, RejectReason.Expired);
        await market.AddsUp();
    }

    [Fact]
    public async Task A_revoked_key_ends_its_live_streams_at_once_and_opens_nothing_more()
    {
        var (id, secret) = await market.NewKey("mm", Role.Trader);
        var line = Line.To(market.Server, secret);
        using var books = line.MarketData.StreamOrderBook(new() { InstrumentIds = { Hour } }, cancellationToken: Cancellation);
        using var account = line.Accounts.StreamAccount(new(), cancellationToken: Cancellation);
        using var session = line.Trading.OpenSession(cancellationToken: Cancellation);
        await session.RequestStream.WriteAsync(new() { Open = new() }, Cancellation);
        Assert.True(await books.ResponseStream.MoveNext(Cancellation));
        Assert.True(await account.ResponseStream.MoveNext(Cancellation));
        Assert.True(await session.ResponseStream.MoveNext(Cancellation));

        await market.Operator.Admin.RevokeKeyAsync(new() { RequestId = NewId(), KeyId = id });
        await Refused.With(RejectReason.KeyRevoked, () => ToTheEnd(books.ResponseStream));
        await Refused.With(RejectReason.KeyRevoked, () => ToTheEnd(account.ResponseStream));
        await Refused.With(RejectReason.KeyRevoked, () => ToTheEnd(session.ResponseStream));
        await Refused.With(RejectReason.KeyRevoked, line.Catalog.GetVenueAsync(new()));
    }

    [Fact]
    public async Task A_session_answers_its_batches_in_order_and_reports_fills_of_resting_orders()
    {
        using var session = market.Maker.Trading.OpenSession(cancellationToken: Cancellation);
        await session.RequestStream.WriteAsync(new() { Open = new() }, Cancellation);
        Assert.True(await session.ResponseStream.MoveNext(Cancellation));
        var window = session.ResponseStream.Current.Opened.Window;
        var resting = Limit(Hour, Side.Bid, 1_500_000, 10);
        for (var number = 1; number <= window; number++)
        {
            var place = number == 1 ? resting : Limit(Hour, Side.Bid, 1_400_000 + number, 1);
            await session.RequestStream.WriteAsync(new() { Batch = new() { BatchNumber = number, Commands = { new SessionCommand { Place = place } } } }, Cancellation);
        }

        long last = 0;
        while (last < window)
        {
            Assert.True(await session.ResponseStream.MoveNext(Cancellation));
            if (session.ResponseStream.Current.BatchResult is { } result)
            {
                Assert.Equal(++last, result.BatchNumber);
                Assert.Equal(OrderStatus.Open, result.Results.Single().Status);
            }
        }

        await market.Supplier.Trading.PlaceOrderAsync(Limit(Hour, Side.Ask, 1_500_000, 4));
        ExecutionReport? report = null;
        while (report is null)
        {
            Assert.True(await session.ResponseStream.MoveNext(Cancellation));
            report = session.ResponseStream.Current.ExecutionReports?.Reports.FirstOrDefault();
        }

        Assert.Equal((resting.ClientOrderId, ExecutionKind.Fill, 4, 6), (report.ClientOrderId, report.Kind, report.QuantityKwh, report.OpenKwh));
        await session.RequestStream.CompleteAsync();
        await ToTheEnd(session.ResponseStream);
    }

    private static async Task ToTheEnd<T>(IAsyncStreamReader<T> stream)
    {
        while (await stream.MoveNext(Cancellation))
        {
        }
    }

    /// <summary>Follows an account until an order has ended, and looks how.</summary>
    private static async Task Ends(Line line, string order, OrderStatus status, RejectReason reason)
    {
        using var stream = line.Accounts.StreamAccount(new(), cancellationToken: Cancellation);
        Assert.True(await stream.ResponseStream.MoveNext(Cancellation));
        var open = stream.ResponseStream.Current.Snapshot.OpenOrders.Any(one => one.ClientOrderId == order);
        while (open)
        {
            Assert.True(await stream.ResponseStream.MoveNext(Cancellation));
            open = stream.ResponseStream.Current.Update?.Orders.Any(one => one.ClientOrderId == order && one.OpenKwh == 0) != true;
        }

        var ended = (await line.Trading.GetOrderAsync(new() { ClientOrderId = order })).Order;
        Assert.Equal((status, reason), (ended.Status, ended.Reason));
    }
}
