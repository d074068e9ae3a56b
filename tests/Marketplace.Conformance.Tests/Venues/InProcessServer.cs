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
/// self-trading allowed), and participants with cash and tokens enough, each a firm of its own. The instruments are centuries away: a case may let as much time pass as it likes.
/// </summary>
public sealed class InProcessServer : IAsyncLifetime
{
    /// <summary>Micro-dollars a participant begins with, and the least it gets more: the whole venue takes 2^63.</summary>
    private const long Cash = 1_000_000_000_000_000;

    private const string Accelerator = "MEGA";
    private const string Zone = "USEAST";

    private static readonly DateTime Start = new(2027, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly DateTime FirstHour = new(9000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("gwh-conformance-");
    private readonly Dictionary<string, Entrant> _traders = new(StringComparer.Ordinal);
    private Log? _log;
    private WebApplication? _application;
    private GrpcChannel? _channel;
    private int _lastHour;
    private long _lastId;

    internal AdminService.AdminServiceClient Admin { get; private set; } = null!;

    internal AuditService.AuditServiceClient Audit { get; private set; } = null!;

    internal CatalogService.CatalogServiceClient Catalog { get; private set; } = null!;

    internal MarketDataService.MarketDataServiceClient MarketData { get; private set; } = null!;

    private TokenSupply Tokens { get; set; } = null!;

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
        Admin = new(LineOf(key));
        var line = await NewKey(Domain.Participants.Participant.Operator, Role.Operator);
        (Admin, Audit, Catalog, MarketData) = (new(line), new(line), new(line), new(line));
        await Admin.RegisterAcceleratorAsync(new() { RequestId = NewId(), AcceleratorId = Accelerator, Vendor = "vendor", Model = "model", RatedWatts = TokenSupply.Watts });
        Tokens = new(await Enter("sup", Role.Supplier), await Enter("att", Role.Attestor), FirstHour, NewId);
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
            AcceleratorId = Accelerator,
            Zone = Zone,
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

    /// <summary>The order entry of a participant.</summary>
    internal async Task<TradingService.TradingServiceClient> Trader(string participant) => (await EntrantOf(participant)).Trading;

    /// <summary>Gives a participant tokens of an instrument.</summary>
    internal Task GiveTokens(string participant, string instrument, long kwh) => Tokens.Give(participant, instrument, Accelerator, Zone, kwh);

    /// <summary>
    /// Sees to it that a participant can hold so much cash more. What it was seen to have is counted down as if nothing ever came back, and looked at when that is not enough.
    /// </summary>
    internal async Task SeeToCash(string participant, long micros)
    {
        var entrant = await EntrantOf(participant);
        if (entrant.Cash < micros)
        {
            entrant.Cash = (await entrant.Account.GetAccountAsync(new())).Account.CashAvailableMicros;
        }

        if (entrant.Cash < micros)
        {
            await Deposit(participant, entrant, Math.Max(Cash, micros - entrant.Cash));
        }

        entrant.Cash -= micros;
    }

    private async Task<Entrant> EntrantOf(string participant)
    {
        if (!_traders.TryGetValue(participant, out var entrant))
        {
            var line = await Enter(participant, Role.Trader);
            entrant = new(new(line), new(line));
            _traders.Add(participant, entrant);
            await Deposit(participant, entrant, Cash);
            var limits = new ParticipantLimits { OrdersPerSecond = 10_000_000, MaxOpenOrders = 1_000_000, MaxStreams = 100 };
            await Admin.SetParticipantLimitsAsync(new() { RequestId = NewId(), ParticipantId = participant, Limits = limits });
        }

        return entrant;
    }

    private async Task Deposit(string participant, Entrant entrant, long micros)
    {
        await Admin.RecordDepositAsync(new() { RequestId = NewId(), ParticipantId = participant, AmountMicros = micros, BankReference = NewId() });
        entrant.Cash += micros;
    }

    private async Task<CallInvoker> Enter(string participant, Role role)
    {
        await Admin.CreateFirmAsync(new() { RequestId = NewId(), FirmId = "firm-" + participant });
        await Admin.CreateParticipantAsync(new() { RequestId = NewId(), ParticipantId = participant, FirmId = "firm-" + participant });
        return await NewKey(participant, role);
    }

    /// <summary>The line of a new key, which lasts as long as the instruments do.</summary>
    private async Task<CallInvoker> NewKey(string participant, Role role) => LineOf((await Admin.CreateKeyAsync(
        new() { RequestId = NewId(), ParticipantId = participant, Role = role, ExpireTime = Timestamp.FromDateTime(FirstHour) })).Secret);

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

    /// <summary>A participant that trades, and the cash it surely has available.</summary>
    private sealed record Entrant(TradingService.TradingServiceClient Trading, AccountService.AccountServiceClient Account)
    {
        public long Cash { get; set; }
    }
}
