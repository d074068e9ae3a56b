using Grpc.Core.Interceptors;

namespace Marketplace.EndToEnd.Tests.Hosting;

/// <summary>A line to the venue under one key: the generated stubs of all its services.</summary>
internal sealed class Line(CallInvoker invoker)
{
    public CallInvoker Invoker { get; } = invoker;

    public CatalogService.CatalogServiceClient Catalog { get; } = new(invoker);

    public CapacityService.CapacityServiceClient Capacity { get; } = new(invoker);

    public TradingService.TradingServiceClient Trading { get; } = new(invoker);

    public MarketDataService.MarketDataServiceClient MarketData { get; } = new(invoker);

    public SettlementService.SettlementServiceClient Settlement { get; } = new(invoker);

    public AccountService.AccountServiceClient Accounts { get; } = new(invoker);

    public AuditService.AuditServiceClient Audit { get; } = new(invoker);

    public AdminService.AdminServiceClient Admin { get; } = new(invoker);

    /// <summary>A line under a key; under none when it is null.</summary>
    public static Line To(RunningServer server, string? key) => new(key is null ? server.Channel.CreateCallInvoker() : server.Channel.Intercept(metadata =>
    {
        metadata.Add("authorization", "Bearer " + key);
        return metadata;
    }));
}
