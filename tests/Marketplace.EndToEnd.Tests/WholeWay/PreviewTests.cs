using static Marketplace.EndToEnd.Tests.Hosting.SmallMarket;

namespace Marketplace.EndToEnd.Tests.WholeWay;

/// <summary>What a preview says is what the order that follows it does, to the micro-dollar, or it is refused because the book has moved.</summary>
public sealed class PreviewTests(SmallMarket market) : IClassFixture<SmallMarket>
{
    public static TheoryData<string, Action<PlaceOrderRequest>> Orders => new()
    {
        { "rests", order => order.PriceUsdPerGwh = 1_000_000 },
        { "fills in part and rests", order => order.QuantityKwh = 100 },
        { "fills whole over several prices and an iceberg", order => order.QuantityKwh = 33 },
        { "fills in part and is cancelled", order => (order.QuantityKwh, order.TimeInForce) = (100, TimeInForce.Ioc) },
        { "cannot be filled whole", order => (order.QuantityKwh, order.TimeInForce) = (100, TimeInForce.Fok) },
        { "market at the collar", order => (order.Type, order.PriceUsdPerGwh, order.QuantityKwh) = (OrderType.Market, 0, 7) },
        { "would cross", order => order.PostOnly = true },
        { "waits", order => (order.Type, order.StopPriceUsdPerGwh) = (OrderType.StopLimit, 3_000_000) },
        { "is an iceberg", order => (order.PriceUsdPerGwh, order.DisplayKwh) = (1_000_000, 3) },
        { "meets its own firm", order => (order.QuantityKwh, order.PriceUsdPerGwh) = (100, 2_500_000) },
        { "takes off what is its own", order => (order.QuantityKwh, order.PriceUsdPerGwh, order.SelfTradePrevention) = (100, 2_500_000, SelfTradePrevention.DecrementAndCancel) },
        { "is refused at its own", order => (order.QuantityKwh, order.PriceUsdPerGwh, order.SelfTradePrevention) = (100, 2_500_000, SelfTradePrevention.Reject) },
    };

    [Theory]
    [MemberData(nameof(Orders))]
    public async Task The_order_that_follows_a_preview_does_exactly_that(string what, Action<PlaceOrderRequest> change)
    {
        await Stock();
        var order = Limit(Hour, Side.Bid, 2_200_000, 10);
        change(order);
        var before = await market.Buyer.Accounts.GetAccountAsync(new());

        var preview = await market.Buyer.Trading.PreviewOrderAsync(new() { Order = order });
        Assert.Equal(preview, await market.Buyer.Trading.PreviewOrderAsync(new() { Order = order }));
        Assert.Equal(before.Account.Version, (await market.Buyer.Accounts.GetAccountAsync(new())).Account.Version);

        if (preview.Reason != RejectReason.Unspecified)
        {
            Assert.Null(preview.Ready);
            order.IfBookSequence = preview.BookSequence;
            await Refused.With(preview.Reason, market.Buyer.Trading.PlaceOrderAsync(order));
        }
        else
        {
            Assert.Equal(preview.BookSequence, preview.Ready.IfBookSequence);
            var placed = (await market.Buyer.Trading.PlaceOrderAsync(preview.Ready)).Order;
            (placed.OrderId, placed.BookSequence, placed.EventTime) = (0, 0, null);
            Assert.Equal((what, preview.Order), (what, placed));
            Assert.Equal(preview.Order.FilledKwh, preview.Fills.Sum(fill => fill.QuantityKwh));
            Assert.Equal(preview.Order.FeeMicros, preview.Fills.Sum(fill => fill.FeeMicros));
            Assert.Equal(preview.RestingKwh, placed.Status == OrderStatus.Open ? placed.OpenKwh : 0);
            Assert.True(preview.EntryHoldMicros >= preview.Order.FilledNotionalMicros + preview.Order.FeeMicros + preview.Order.HoldMicros);
        }

        await market.AddsUp();
    }

    [Fact]
    public async Task An_order_is_refused_when_the_book_has_moved_since_its_preview()
    {
        await Stock();
        var preview = await market.Buyer.Trading.PreviewOrderAsync(new() { Order = Limit(Hour, Side.Bid, 2_000_001, 1) });
        await market.Maker.Trading.PlaceOrderAsync(Limit(Hour, Side.Bid, 1_000_000, 1));

        await Refused.With(RejectReason.BookMoved, market.Buyer.Trading.PlaceOrderAsync(preview.Ready));
    }

    [Fact]
    public async Task What_the_account_would_refuse_is_told_with_its_field_and_no_id_is_used_up()
    {
        var order = Limit(Hour, Side.Bid, 2_000_000, 10);
        Assert.Equal((RejectReason.PriceOutOfRange, "price_usd_per_gwh"), await Why(new(order) { PriceUsdPerGwh = 0 }));
        Assert.Equal((RejectReason.IncompatibleTerms, "stop_price_usd_per_gwh"), await Why(new(order) { StopPriceUsdPerGwh = 5 }));
        Assert.Equal((RejectReason.QuantityOutOfRange, "display_kwh"), await Why(new(order) { DisplayKwh = -1 }));
        Assert.Equal((RejectReason.InsufficientFunds, ""), await Why(new(order) { QuantityKwh = 90_000_000 }));
        Assert.Equal((RejectReason.InsufficientTokens, "quantity_kwh"), await Why(new(order) { Side = Side.Ask, QuantityKwh = 90_000_000 }));
        Assert.Equal((RejectReason.MalformedId, "client_order_id"), await Why(new(order) { ClientOrderId = "a b" }));
        Assert.Equal((RejectReason.Unspecified, ""), await Why(new(order) { ClientOrderId = "" }));
        Assert.Equal((RejectReason.Unspecified, ""), await Why(order));
        await market.Buyer.Trading.PlaceOrderAsync(order);
        Assert.Equal((RejectReason.AlreadyExists, "client_order_id"), await Why(order));
        await Refused.With(RejectReason.NotFound, market.Buyer.Trading.PreviewOrderAsync(new() { Order = new(order) { InstrumentId = "no-such" } }));
        await Refused.With(RejectReason.InvalidArgument, market.Buyer.Trading.PreviewOrderAsync(new()));

        async Task<(RejectReason Reason, string Field)> Why(PlaceOrderRequest request)
        {
            var preview = await market.Buyer.Trading.PreviewOrderAsync(new() { Order = request });
            return (preview.Reason, preview.Field);
        }
    }

    /// <summary>Empties the book and stocks it: asks of 5 at 2,000,000 and of 40 showing 4 at 2,000,007 by the supplier, and one of 3 at 2,400,000 by the buyer itself.</summary>
    private async Task Stock()
    {
        foreach (var line in new[] { market.Buyer, market.Supplier, market.Maker })
        {
            await line.Trading.MassCancelOrdersAsync(new() { RequestId = NewId() });
        }

        if ((await market.Buyer.Accounts.GetAccountAsync(new())).Account.Tokens.All(tokens => tokens.InstrumentId != Hour || tokens.AvailableKwh < 3))
        {
            await market.Supplier.Accounts.TransferTokensAsync(new() { RequestId = NewId(), ToParticipantId = "buy", InstrumentId = Hour, QuantityKwh = 3 });
        }

        await market.Supplier.Trading.PlaceOrderAsync(Limit(Hour, Side.Ask, 2_000_000, 5));
        await market.Supplier.Trading.PlaceOrderAsync(new(Limit(Hour, Side.Ask, 2_000_007, 40)) { DisplayKwh = 4 });
        await market.Buyer.Trading.PlaceOrderAsync(Limit(Hour, Side.Ask, 2_400_000, 3));
    }
}
