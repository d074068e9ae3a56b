using System.Collections.Concurrent;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Gwh.Marketplace.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marketplace.Client.Tests.Venue;

/// <summary>A gRPC server on a free loopback port that answers what a test tells it to, and remembers what it was asked.</summary>
internal sealed class ScriptedVenue : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ScriptedVenue(WebApplication app, Script script)
    {
        _app = app;
        Script = script;
        Address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
    }

    public Script Script { get; }

    public string Address { get; }

    public static async Task<ScriptedVenue> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        var script = new Script();
        builder.Services.AddSingleton(script);
        var app = builder.Build();
        app.MapGrpcService<ScriptedCatalog>();
        app.MapGrpcService<ScriptedTrading>();
        app.MapGrpcService<ScriptedMarketData>();
        app.MapGrpcService<ScriptedAdmin>();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new(app, script);
    }

    public MarketplaceClient Client(MarketplaceClientOptions? options = null) => new(Address, "secret", options ?? Script.Hasty);

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}

/// <summary>What the venue answers, in order, and what it was asked.</summary>
internal sealed class Script
{
    /// <summary>Options that never wait.</summary>
    public static readonly MarketplaceClientOptions Hasty = new() { FirstDelay = TimeSpan.FromMilliseconds(1), LongestDelay = TimeSpan.FromMilliseconds(2), Jitter = () => 0 };

    public Gwh.Marketplace.V1.Venue Venue { get; set; } = new()
    {
        Now = Timestamp.FromDateTime(new DateTime(2027, 1, 1, 0, 0, 0, DateTimeKind.Utc)),
        IdWindow = Duration.FromTimeSpan(TimeSpan.FromHours(24)),
        ClockMode = ClockMode.Manual,
    };

    public ConcurrentQueue<IMessage> Asked { get; } = new();

    public ConcurrentQueue<string> Keys { get; } = new();

    /// <summary>Answers, first come first served; an exception is thrown.</summary>
    public ConcurrentQueue<Func<IMessage, object>> Answers { get; } = new();

    /// <summary>One list of messages per connection to a stream of books; then the connection ends.</summary>
    public ConcurrentQueue<IReadOnlyList<StreamOrderBookResponse>> Books { get; } = new();

    public static RpcException Refusal(StatusCode code, string reason, params (string Key, string Value)[] metadata)
    {
        var info = new ErrorInfo { Domain = "marketplace.gwh", Reason = reason };
        foreach (var (key, value) in metadata)
        {
            info.Metadata.Add(key, value);
        }

        return new Google.Rpc.Status { Code = (int)code, Message = "no", Details = { Any.Pack(info) } }.ToRpcException();
    }

    public Task<TResponse> Answer<TResponse>(IMessage request, ServerCallContext context)
    {
        Asked.Enqueue(request);
        Keys.Enqueue(context.RequestHeaders.GetValue("authorization") ?? "");
        if (!Answers.TryDequeue(out var answer))
        {
            throw new RpcException(new(StatusCode.Unimplemented, "the script has ended"));
        }

        return answer(request) switch
        {
            TResponse response => Task.FromResult(response),
            Exception error => throw error,
            var other => throw new InvalidOperationException(other.ToString()),
        };
    }
}

internal sealed class ScriptedCatalog(Script script) : CatalogService.CatalogServiceBase
{
    public override Task<GetVenueResponse> GetVenue(GetVenueRequest request, ServerCallContext context) => Task.FromResult(new GetVenueResponse { Venue = script.Venue });

    public override Task<GetInstrumentResponse> GetInstrument(GetInstrumentRequest request, ServerCallContext context) => script.Answer<GetInstrumentResponse>(request, context);
}

internal sealed class ScriptedTrading(Script script) : TradingService.TradingServiceBase
{
    public override Task<PlaceOrderResponse> PlaceOrder(PlaceOrderRequest request, ServerCallContext context) => script.Answer<PlaceOrderResponse>(request, context);

    public override Task<PlaceOrdersResponse> PlaceOrders(PlaceOrdersRequest request, ServerCallContext context) => script.Answer<PlaceOrdersResponse>(request, context);

    public override Task<CancelOrderResponse> CancelOrder(CancelOrderRequest request, ServerCallContext context) => script.Answer<CancelOrderResponse>(request, context);

    public override async Task OpenSession(IAsyncStreamReader<OpenSessionRequest> requests, IServerStreamWriter<OpenSessionResponse> responses, ServerCallContext context)
    {
        await requests.MoveNext();
        await responses.WriteAsync(new() { Opened = new() { Window = 4 } });
        while (await requests.MoveNext())
        {
            var batch = requests.Current.Batch;
            script.Asked.Enqueue(batch);
            var result = new SessionBatchResult { BatchNumber = batch.BatchNumber };
            result.Results.AddRange(batch.Commands.Select(command => new CommandResult { Status = OrderStatus.Open, OpenKwh = command.Place?.QuantityKwh ?? 0 }));
            await responses.WriteAsync(new() { BatchResult = result });
        }
    }
}

internal sealed class ScriptedMarketData(Script script) : MarketDataService.MarketDataServiceBase
{
    public override async Task StreamOrderBook(StreamOrderBookRequest request, IServerStreamWriter<StreamOrderBookResponse> responses, ServerCallContext context)
    {
        script.Asked.Enqueue(request);
        if (!script.Books.TryDequeue(out var messages))
        {
            throw new RpcException(new(StatusCode.NotFound, "the script has ended"));
        }

        foreach (var message in messages)
        {
            await responses.WriteAsync(message);
        }
    }
}

internal sealed class ScriptedAdmin(Script script) : AdminService.AdminServiceBase
{
    public override Task<CreateFirmResponse> CreateFirm(CreateFirmRequest request, ServerCallContext context) => script.Answer<CreateFirmResponse>(request, context);
}
