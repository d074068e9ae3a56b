using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Gwh.Marketplace.V1;
using Marketplace.Journal;
using Marketplace.Server.Hosting;
using Microsoft.AspNetCore.Builder;

namespace Marketplace.Conformance.Tests.Venues;

/// <summary>
/// The whole server inside this process, on a free loopback port, with the manual clock: an instrument of its own for each case (tick and lot 1, every price, no fees,
/// self-trading allowed), and participants with cash and tokens enough, each a firm of its own.
/// </summary>
public sealed class InProcessServer : IAsyncLifetime
{
    /// <summary>Micro-dollars of each participant.</summary>
    public const long Cash = 100_000_000_000_000_000;

    private static readonly DateTime Start = new(2027, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly DateTime FirstHour = new(2027, 3, 15, 0, 0, 0, DateTimeKind.Utc);

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("gwh-conformance-");
    private readonly Dictionary<string, TradingService.TradingServiceClient> _traders = new(StringComparer.Ordinal);
    private Log? _log;
    private WebApplication? _application;
    private GrpcChannel? _channel;
    private int _lastHour;
    private long _lastId;

    internal AdminService.AdminServiceClient Admin { get; private set; } = null!;

    internal AuditService.AuditServiceClient Audit { get; private set; } = null!;

    internal CatalogService.CatalogServiceClient Catalog { get; private set; } = null!;

    internal MarketDataService.MarketDataServiceClient MarketData { get; private set; } = null!;

    private CallInvoker Supplier { get; set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        _log = Log.Open(new LogOptions { Directory = _data.FullName });
        _application = ServerApplication.Build(new(_data, [address], Domain.Units.Timestamp.FromUtc(Start), Insecure: false, CertificatePath: null), _log);
        await _application.StartAsync(cancellation);
        _channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions { MaxReceiveMessageSize = 64 * 1024 * 1024 });
        while (!await Serves(cancellation))
        {
            await Task.Yield();
        }

        var key = (await File.ReadAllTextAsync(Path.Combine(_data.FullName, "operator.key"), cancellation)).Trim();
        var line = LineOf(key);
        (Admin, Audit, Catalog, MarketData) = (new(line), new(line), new(line), new(line));
        Supplier = await Enter("sup", Role.Supplier);
        var attestor = await Enter("att", Role.Attestor);
        await new CapacityService.CapacityServiceClient(Supplier).OfferCapacityAsync(new()
        {
            RequestId = "offer",
            AcceleratorId = "H100",
            AcceleratorCount = 100_000_000,
            Zone = "USEAST",
            StartTime = Timestamp.FromDateTime(Start.AddDays(1)),
            EndTime = Timestamp.FromDateTime(Start.AddYears(1)),
            Site = "site",
        });
        await new CapacityService.CapacityServiceClient(attestor).AttestCapacityAsync(new()
        {
            RequestId = NewId(),
            ContractId = "sup:offer",
            AcceleratorCount = 100_000_000,
            AttestedKw = 200_000_000,
            EvidenceSha256 = new('a', 64),
        });
    }

    public async ValueTask DisposeAsync()
    {
        _channel?.Dispose();
        if (_application is not null)
        {
            await _application.StopAsync(CancellationToken.None);
            await _application.DisposeAsync();
        }

        if (_log is not null)
        {
            await _log.DisposeAsync();
        }

        _data.Delete(recursive: true);
    }

    /// <summary>An id never used before.</summary>
    internal string NewId() => $"{_data.Name}-{++_lastId}";

    /// <summary>Lists and opens an instrument nobody has traded yet.</summary>
    internal async Task<string> NewInstrument()
    {
        var listed = await Admin.CreateInstrumentAsync(new()
        {
            RequestId = NewId(),
            AcceleratorId = "H100",
            Zone = "USEAST",
            DeliveryPeriod = FirstHour.AddHours(_lastHour++).ToString("yyyyMMdd'T'HH", CultureInfo.InvariantCulture),
            TickUsdPerGwh = 1,
            LotKwh = 1,
            CollarLowUsdPerGwh = 1,
            CollarHighUsdPerGwh = 100_000_000,
            AllowSelfTrade = true,
        });
        await Admin.SetInstrumentStateAsync(new() { RequestId = NewId(), InstrumentId = listed.Instrument.InstrumentId, State = InstrumentState.Open });
        return listed.Instrument.InstrumentId;
    }

    /// <summary>The order entry of a participant, with tokens of an instrument.</summary>
    internal async Task<TradingService.TradingServiceClient> Trader(string participant, string instrument, long tokens)
    {
        if (!_traders.TryGetValue(participant, out var trader))
        {
            trader = new(await Enter(participant, Role.Trader));
            _traders.Add(participant, trader);
            await Admin.RecordDepositAsync(new() { RequestId = NewId(), ParticipantId = participant, AmountMicros = Cash, BankReference = NewId() });
            var limits = new ParticipantLimits { OrdersPerSecond = 10_000_000, MaxOpenOrders = 1_000_000, MaxStreams = 100 };
            await Admin.SetParticipantLimitsAsync(new() { RequestId = NewId(), ParticipantId = participant, Limits = limits });
        }

        await new CapacityService.CapacityServiceClient(Supplier).IssueTokensAsync(
            new() { RequestId = NewId(), ContractId = "sup:offer", InstrumentId = instrument, QuantityKwh = tokens });
        await new AccountService.AccountServiceClient(Supplier).TransferTokensAsync(
            new() { RequestId = NewId(), ToParticipantId = participant, InstrumentId = instrument, QuantityKwh = tokens });
        return trader;
    }

    private async Task<CallInvoker> Enter(string participant, Role role)
    {
        await Admin.CreateFirmAsync(new() { RequestId = NewId(), FirmId = "firm-" + participant });
        await Admin.CreateParticipantAsync(new() { RequestId = NewId(), ParticipantId = participant, FirmId = "firm-" + participant });
        return LineOf((await Admin.CreateKeyAsync(new() { RequestId = NewId(), ParticipantId = participant, Role = role })).Secret);
    }

    private CallInvoker LineOf(string key) => _channel!.Intercept(metadata =>
    {
        metadata.Add("authorization", "Bearer " + key);
        return metadata;
    });

    private async Task<bool> Serves(CancellationToken cancellation) =>
        (await new Health.HealthClient(_channel).CheckAsync(new(), new CallOptions(cancellationToken: cancellation).WithWaitForReady())).Status == HealthCheckResponse.Types.ServingStatus.Serving;

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
