using System.Net;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf.Reflection;
using Grpc.AspNetCore.Server.Model;
using Grpc.HealthCheck;
using Marketplace.Grains.Hosting;
using Marketplace.Journal;
using Marketplace.Server.Access;
using Marketplace.Server.Errors;
using Marketplace.Server.MarketData;
using Marketplace.Server.Services;
using Marketplace.Server.Translation;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Marketplace.Server.Hosting;

/// <summary>The composition root: everything the server is made of.</summary>
internal static class ServerApplication
{
    /// <summary>The largest message the server takes in.</summary>
    public const int MaxRequestBytes = 256 * 1024;

    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(5);

    private const int StreamsPerConnection = 256;
    private const int MaxConnections = 10_000;

    /// <summary>Builds the application on an open log.</summary>
    public static WebApplication Build(ServerOptions options, Log log)
    {
        // No arguments and no settings of the framework reach it from outside: what the server does is said by its own options.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Logging.AddFilter("Marketplace", LogLevel.Information);
        builder.Logging.AddFilter("Orleans", LogLevel.Error);

        // It tells of nothing but requests, and while anything of it may be logged each call has an Activity, which every await of the call carries along.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        builder.AddVenue(log, options.ManualClockStart is { } start ? VenueClock.Manual(start) : VenueClock.System(TimeProvider.System));
        builder.WebHost.UseKestrelCore();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, options));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = LongestStop);
        builder.Services.AddRouting();
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton<AccessTable>();
        builder.Services.AddSingleton<KeyRing>();
        builder.Services.AddSingleton<StreamWatch>();
        builder.Services.AddSingleton<Limits>();
        builder.Services.AddSingleton<Doors>();
        builder.Services.AddSingleton<Grains.Orders.BookChecksum>(static (bids, asks) => BookChecksum.Of(bids, asks));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<StreamPulse>();
        builder.Services.AddSingleton<BookHub>();
        builder.Services.AddSingleton<TradeStreams>();
        builder.Services.AddSingleton<CandleStreams>();
        builder.Services.AddSingleton<TickerBoard>();
        builder.Services.AddSingleton<TickerStreams>();
        builder.Services.AddSingleton<HealthServiceImpl>();
        builder.Services.AddSingleton<Edge>();
        builder.Services.AddSingleton<EdgeInterceptor>();
        builder.Services.AddSingleton<VenueService>();
        builder.Services.AddHostedService(services => services.GetRequiredService<VenueService>());
        builder.Services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = MaxRequestBytes;
            grpc.EnableDetailedErrors = false;
            grpc.IgnoreUnknownServices = true;
            grpc.Interceptors.Add<EdgeInterceptor>();
        });
        builder.Services.AddGrpcReflection();

        // Services hold nothing of a call: one of each does, instead of one made for every call.
        builder.Services.AddSingleton<CatalogGrpc>();
        builder.Services.AddSingleton<CapacityGrpc>();
        builder.Services.AddSingleton<TradingGrpc>();
        builder.Services.AddSingleton<OrderCalls>();
        builder.Services.AddSingleton<IServiceMethodProvider<TradingGrpc>, SessionMethod>();
        builder.Services.AddSingleton<MarketDataGrpc>();
        builder.Services.AddSingleton<SettlementGrpc>();
        builder.Services.AddSingleton<AccountGrpc>();
        builder.Services.AddSingleton<AuditGrpc>();
        builder.Services.AddSingleton<AdminGrpc>();

        var application = builder.Build();
        application.Use(application.Services.GetRequiredService<OrderCalls>().Before);
        application.UseServicesOfTheProcess();
        application.UseAnswerToUnknownMethods();
        application.UseTypedErrorsOfUnreadableCalls();
        application.MapGrpcService<CatalogGrpc>();
        application.MapGrpcService<CapacityGrpc>();
        application.MapGrpcService<TradingGrpc>();
        application.MapGrpcService<MarketDataGrpc>();
        application.MapGrpcService<SettlementGrpc>();
        application.MapGrpcService<AccountGrpc>();
        application.MapGrpcService<AuditGrpc>();
        application.MapGrpcService<AdminGrpc>();
        application.MapGrpcService<HealthServiceImpl>();
        application.MapGrpcReflectionService();
        return application;
    }

    /// <summary>Nothing of the server is made for one request: a scope of services for each would be made and ended for nothing.</summary>
    private static void UseServicesOfTheProcess(this WebApplication application)
    {
        var services = new ServiceProvidersFeature { RequestServices = application.Services };
        application.Use(next => http =>
        {
            http.Features.Set<IServiceProvidersFeature>(services);
            return next(http);
        });
    }

    private static void Listen(KestrelServerOptions kestrel, ServerOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.Http2.MaxStreamsPerConnection = StreamsPerConnection;
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
        kestrel.Limits.Http2.InitialConnectionWindowSize = 1024 * 1024;
        kestrel.Limits.Http2.InitialStreamWindowSize = 512 * 1024;
        kestrel.Limits.MaxConcurrentConnections = MaxConnections;
        kestrel.Limits.MinRequestBodyDataRate = null;
        foreach (var url in options.Listen)
        {
            void Configure(ListenOptions endpoint)
            {
                endpoint.Protocols = HttpProtocols.Http2;
                if (url.Scheme == "https")
                {
                    endpoint.UseHttps(X509Certificate2.CreateFromPemFile(options.CertificatePath!));
                }
            }

            if (url.Host == "localhost")
            {
                kestrel.ListenLocalhost(url.Port, Configure);
            }
            else
            {
                kestrel.Listen(IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) ? address : IPAddress.Any, url.Port, Configure);
            }
        }
    }
}
