using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using System.Reflection;
using Google.Protobuf;
using Marketplace.EndToEnd.Tests.MarketData;
using Marketplace.Server.Services;
using Marketplace.Server.Translation;

namespace Marketplace.EndToEnd.Tests.OrderCalls;

/// <summary>Which calls are served without gRPC's library.</summary>
public sealed class OrderCallWayTests
{
    private const string Prefix = "/gwh.marketplace.v1.TradingService/";

    [Fact]
    public async Task Calls_of_one_order_do_not_pass_the_library_and_odd_ones_do()
    {
        await using var venue = await InProcessVenue.Start();
        var order = SmallMarket.Limit(InProcessVenue.Instrument, Side.Bid, 1_500_000, 9);
        using var library = new LibraryCalls();
        var trading = venue.Buyer.Trading;
        await trading.PlaceOrderAsync(order);
        await trading.ReduceOrderAsync(new() { RequestId = SmallMarket.NewId(), ClientOrderId = order.ClientOrderId, QuantityKwh = 1 });
        await trading.ReplaceOrderAsync(new() { RequestId = SmallMarket.NewId(), ClientOrderId = order.ClientOrderId, QuantityKwh = 5, PriceUsdPerGwh = 1_500_000 });
        await trading.CancelOrderAsync(new() { RequestId = SmallMarket.NewId(), ClientOrderId = order.ClientOrderId });
        Assert.DoesNotContain(library.Methods, method => method is Prefix + "PlaceOrder" or Prefix + "ReduceOrder" or Prefix + "ReplaceOrder" or Prefix + "CancelOrder");

        await trading.GetOrderAsync(new() { ClientOrderId = order.ClientOrderId });
        await trading.PlaceOrderAsync(PlaceOrderRequest.Parser.ParseFrom([.. SmallMarket.Limit(InProcessVenue.Instrument, Side.Bid, 1_500_000, 9).ToByteArray(), 0xC0, 0x3E, 1]));

        Assert.Contains(Prefix + "GetOrder", library.Methods);
        Assert.Contains(Prefix + "PlaceOrder", library.Methods);
    }

    [Fact]
    public void Each_of_them_is_answered_with_the_order_and_nothing_else()
    {
        var methods = typeof(TradingGrpc).GetMethods().Where(method => method.GetCustomAttribute<OrderCallAttribute>() is not null).ToArray();
        Assert.Equal(["CancelOrder", "PlaceOrder", "ReduceOrder", "ReplaceOrder"], methods.Select(method => method.Name).Order());
        Assert.All(methods, method =>
        {
            var field = TradingService.Descriptor.FindMethodByName(method.Name).OutputType.Fields.InFieldNumberOrder().Single();
            Assert.Equal((OrderCallSubmission.OrderField, Order.Descriptor), (field.FieldNumber, field.MessageType));
            Assert.Equal(method.Name, method.GetCustomAttribute<OrderCallAttribute>()!.Kind + "Order");
        });
    }

    /// <summary>The methods of the calls that gRPC's library has begun to serve in this process, as it says itself.</summary>
    private sealed class LibraryCalls : EventListener
    {
        private readonly ConcurrentQueue<string> _methods = new();

        public IEnumerable<string> Methods => _methods;

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == "Grpc.AspNetCore.Server")
            {
                EnableEvents(eventSource, EventLevel.Verbose);
            }
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            if (eventData is { EventName: "CallStart", Payload: [string method, ..] })
            {
                _methods?.Enqueue(method);
            }
        }
    }
}
