using System.Net;
using Grpc.Core;
using Gwh.Marketplace.V1;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Marketplace.Benchmarks;

/// <summary>The yardstick: the same messages over the same transport on the same machine, answered with nothing done.</summary>
internal sealed class EchoTrading : TradingService.TradingServiceBase
{
    private static readonly PlaceOrderResponse Placed = new()
    {
        Order = new()
        {
            ClientOrderId = "order-000000000",
            InstrumentId = "H100-USEAST-2027Q1",
            Side = Side.Bid,
            Type = OrderType.Limit,
            TimeInForce = TimeInForce.Gtc,
            SelfTradePrevention = SelfTradePrevention.CancelNewest,
            PriceUsdPerGwh = 1_900_000,
            QuantityKwh = 100,
            MakerFeeBps = 1,
            TakerFeeBps = 2,
            Status = OrderStatus.Open,
            OpenKwh = 100,
            HoldMicros = 190_000_000,
            OrderId = 1_000_000,
            BookSequence = 2_000_000,
            EventTime = new() { Seconds = 1_800_000_000, Nanos = 123_456_000 },
        },
    };

    private static readonly CommandResult Result = new()
    {
        Status = OrderStatus.Open,
        OrderId = 1_000_000,
        BookSequence = 2_000_000,
        Side = Side.Bid,
        PriceUsdPerGwh = 1_900_000,
        QuantityKwh = 100,
        OpenKwh = 100,
        HoldMicros = 190_000_000,
        TimeInForce = TimeInForce.Gtc,
        SelfTradePrevention = SelfTradePrevention.CancelNewest,
        MakerFeeBps = 1,
        TakerFeeBps = 2,
        EventTime = new() { Seconds = 1_800_000_000, Nanos = 123_456_000 },
    };

    /// <summary>Runs the echo in this process at an address, until disposed.</summary>
    public static async Task<WebApplication> Start(int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, endpoint => endpoint.Protocols = HttpProtocols.Http2));
        builder.Services.AddRouting();
        builder.Services.AddGrpc();
        var application = builder.Build();
        application.MapGrpcService<EchoTrading>();
        await application.StartAsync();
        return application;
    }

    public override Task<PlaceOrderResponse> PlaceOrder(PlaceOrderRequest request, ServerCallContext context) => Task.FromResult(Placed);

    public override async Task OpenSession(IAsyncStreamReader<OpenSessionRequest> requestStream, IServerStreamWriter<OpenSessionResponse> responseStream, ServerCallContext context)
    {
        await requestStream.MoveNext();
        await responseStream.WriteAsync(new() { Opened = new() { Window = 16 } });
        while (await requestStream.MoveNext())
        {
            var batch = requestStream.Current.Batch;
            var result = new SessionBatchResult { BatchNumber = batch.BatchNumber };
            for (var i = 0; i < batch.Commands.Count; i++)
            {
                result.Results.Add(Result);
            }

            await responseStream.WriteAsync(new() { BatchResult = result });
        }
    }
}
