using System.Net;
using System.Net.Sockets;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Marketplace.Client;
using Marketplace.Journal;
using Marketplace.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.EndToEnd.Tests.MarketData;

/// <summary>The whole server inside this process, on a free loopback port, with one open instrument, a supplier who has tokens of it and a buyer with cash.</summary>
internal sealed class InProcessVenue : IAsyncDisposable
{
    public const string Instrument = "H100-USEAST-2027Q2";

    private readonly DataFolder _folder = new();
    private readonly List<MarketplaceClient> _clients = [];
    private Log? _log;
    private WebApplication? _application;

    public int Port { get; } = FreePort();

    public string Address => $"http://127.0.0.1:{Port}";

    public MarketplaceClient Operator { get; private set; } = null!;

    public MarketplaceClient Supplier { get; private set; } = null!;

    public MarketplaceClient Buyer { get; private set; } = null!;

    public string AuditorKey { get; private set; } = "";

    public T Service<T>()
        where T : notnull => _application!.Services.GetRequiredService<T>();

    public static async Task<InProcessVenue> Start()
    {
        var venue = new InProcessVenue();
        try
        {
            await venue.Serve();
            await venue.Settle();
            return venue;
        }
        catch
        {
            await venue.DisposeAsync();
            throw;
        }
    }

    /// <summary>A client of an address.</summary>
    public MarketplaceClient Client(string address, string key, MarketplaceClientOptions? options = null)
    {
        var client = new MarketplaceClient(address, key, options);
        _clients.Add(client);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        if (_application is not null)
        {
            await _application.StopAsync();
            await _application.DisposeAsync();
        }

        if (_log is not null)
        {
            await _log.DisposeAsync();
        }

        _folder.Dispose();
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private async Task Serve()
    {
        var begin = Marketplace.Domain.Units.Timestamp.FromUtc(new DateTime(2027, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        _log = Log.Open(new LogOptions { Directory = _folder.Directory.FullName });
        _application = ServerApplication.Build(new(_folder.Directory, [new Uri(Address)], begin, Insecure: false, CertificatePath: null), _log);
        await _application.StartAsync(TestContext.Current.CancellationToken);
        using var anybody = GrpcChannel.ForAddress(Address);
        var health = new Health.HealthClient(anybody);
        while ((await health.CheckAsync(new HealthCheckRequest())).Status != HealthCheckResponse.Types.ServingStatus.Serving)
        {
        }

        Operator = Client(Address, (await File.ReadAllTextAsync(Path.Combine(_folder.Directory.FullName, "operator.key"))).Trim());
    }

    private async Task Settle()
    {
        await Operator.Admin.CreateInstrumentAsync(new() { AcceleratorId = "H100", Zone = "USEAST", DeliveryPeriod = "2027Q2" });
        await Operator.Admin.SetInstrumentStateAsync(new() { InstrumentId = Instrument, State = InstrumentState.Open });
        Supplier = Client(Address, await Enter("sup", Role.Supplier));
        Buyer = Client(Address, await Enter("buy", Role.Buyer));
        AuditorKey = await Enter("aud", Role.Auditor);
        var attestor = Client(Address, await Enter("att", Role.Attestor));
        await Operator.Admin.RecordDepositAsync(new() { ParticipantId = "buy", AmountMicros = 100_000_000_000_000, BankReference = "wire-1" });
        await Supplier.Capacity.OfferCapacityAsync(new()
        {
            RequestId = "offer-1",
            AcceleratorId = "H100",
            AcceleratorCount = 100_000,
            Zone = "USEAST",
            StartTime = SmallMarket.At("2027-04-01"),
            EndTime = SmallMarket.At("2027-07-01"),
        });
        await attestor.Capacity.AttestCapacityAsync(new() { ContractId = "sup:offer-1", AcceleratorCount = 100_000, AttestedKw = 200_000, EvidenceSha256 = new('a', 64) });
        await Supplier.Capacity.IssueTokensAsync(new() { ContractId = "sup:offer-1", InstrumentId = Instrument, QuantityKwh = 50_000_000 });
    }

    private async Task<string> Enter(string participant, Role role)
    {
        await Operator.Admin.CreateFirmAsync(new() { FirmId = "firm-" + participant });
        await Operator.Admin.CreateParticipantAsync(new()
        {
            ParticipantId = participant,
            FirmId = "firm-" + participant,
            Limits = new() { OrdersPerSecond = 1_000_000, MaxOpenOrders = 100_000, MaxStreams = 1_000 },
        });
        return (await Operator.Admin.CreateKeyAsync(new() { ParticipantId = participant, Role = role })).Secret;
    }
}
