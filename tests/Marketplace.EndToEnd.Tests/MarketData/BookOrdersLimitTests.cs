using Marketplace.Grains.Orders;

namespace Marketplace.EndToEnd.Tests.MarketData;

/// <summary>A book is told order by order up to a number of orders, and not beyond.</summary>
public sealed class BookOrdersLimitTests
{
    private const int BatchOrders = 1_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_book_of_the_most_orders_is_told_and_with_one_more_it_is_refused_until_one_is_gone()
    {
        await using var venue = await InProcessVenue.Start();
        for (var placed = 0; placed < BookFeed.MostOrders; placed += BatchOrders)
        {
            await Place(venue, placed, BatchOrders);
        }

        using var within = venue.Buyer.MarketData.StreamBookOrders(new() { InstrumentIds = { InProcessVenue.Instrument } }, cancellationToken: Cancellation);
        Assert.Equal(BookFeed.MostOrders, await Orders(within));

        await Place(venue, BookFeed.MostOrders, 1);
        await RefusedNext(within);
        using var beyond = venue.Buyer.MarketData.StreamBookOrders(new() { InstrumentIds = { InProcessVenue.Instrument } }, cancellationToken: Cancellation);
        await RefusedNext(beyond);

        await venue.Buyer.Trading.CancelOrderAsync(new() { ClientOrderId = "o0" });
        using var again = venue.Buyer.MarketData.StreamBookOrders(new() { InstrumentIds = { InProcessVenue.Instrument } }, cancellationToken: Cancellation);
        Assert.Equal(BookFeed.MostOrders, await Orders(again));
    }

    private static async Task Place(InProcessVenue venue, int first, int count)
    {
        var orders = Enumerable.Range(first, count).Select(number => new PlaceOrderRequest
        {
            ClientOrderId = $"o{number}",
            InstrumentId = InProcessVenue.Instrument,
            Side = Side.Bid,
            Type = OrderType.Limit,
            PriceUsdPerGwh = 1_000 + (number % 100),
            QuantityKwh = 1,
        });
        var answer = await venue.Buyer.Trading.PlaceOrdersAsync(new() { Orders = { orders } }, cancellationToken: Cancellation);
        Assert.All(answer.Results, result => Assert.Equal(OrderStatus.Open, result.Order.Status));
    }

    /// <summary>Orders of a snapshot, all its parts.</summary>
    private static async Task<int> Orders(AsyncServerStreamingCall<StreamBookOrdersResponse> stream)
    {
        var orders = 0;
        for (var more = true; more;)
        {
            Assert.True(await stream.ResponseStream.MoveNext(Cancellation));
            var part = stream.ResponseStream.Current.Snapshot;
            orders += part.Bids.Count + part.Asks.Count;
            more = part.More;
        }

        return orders;
    }

    private static async Task RefusedNext(AsyncServerStreamingCall<StreamBookOrdersResponse> stream)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(() => stream.ResponseStream.MoveNext(Cancellation));
        Assert.Equal((RejectReason.StreamLimit, StatusCode.ResourceExhausted), (Refused.ReasonOf(refused), refused.StatusCode));
        Assert.NotNull(refused.GetRpcStatus()!.GetDetail<Google.Rpc.RetryInfo>());
    }
}
