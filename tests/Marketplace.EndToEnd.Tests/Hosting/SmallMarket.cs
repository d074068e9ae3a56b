using System.Globalization;

namespace Marketplace.EndToEnd.Tests.Hosting;

/// <summary>
/// A running venue with a small market: a supplier with issued tokens of an hour (settles at once) and of a quarter (settles in net cycles), a buyer and a maker with
/// cash, all of firms of their own, an attestor, an auditor. Prices turn around 2,000,000 USD per GWh. The manual clock begins with the year 2027.
/// </summary>
public sealed class SmallMarket : IAsyncLifetime
{
    public const string Begin = "2027-01-01T00:00:00Z";
    public const string Hour = "H100-USEAST-20270315T13";
    public const string Quarter = "H100-USEAST-2027Q2";
    public const string Spare = "H100-USEAST-20270316T13";
    public const string Contract = "sup:offer-1";
    public const long StartCash = 10_000_000_000_000;
    public const long HourTokens = 5_000;
    public const long QuarterTokens = 1_000_000;
    public const int MakerBps = 2;
    public const int TakerBps = 5;

    private static long s_lastId;
    private readonly DataFolder _folder = new();
    private readonly Dictionary<string, string> _keys = new(StringComparer.Ordinal);
    private RunningServer? _server;

    internal RunningServer Server => _server!;

    internal Line Operator { get; private set; } = null!;

    internal Line Supplier => LineOf("sup");

    internal Line Buyer => LineOf("buy");

    internal Line Maker => LineOf("mm");

    internal Line Attestor => LineOf("att");

    internal Line Auditor => LineOf("aud");

    /// <summary>An id never used before.</summary>
    public static string NewId(string what = "id") => $"{what}-{Interlocked.Increment(ref s_lastId)}";

    /// <summary>A time of day in the venue's calendar.</summary>
    public static WireTime At(string time) => WireTime.FromDateTime(DateTime.Parse(time, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal));

    /// <summary>A limit order with an id of its own.</summary>
    public static PlaceOrderRequest Limit(string instrument, Side side, long price, long kwh) => new()
    {
        ClientOrderId = NewId("order"),
        InstrumentId = instrument,
        Side = side,
        Type = OrderType.Limit,
        PriceUsdPerGwh = price,
        QuantityKwh = kwh,
    };

    public async ValueTask InitializeAsync()
    {
        var cancellation = TestContext.Current.CancellationToken;
        _server = await RunningServer.Start(_folder.Directory, cancellation);
        _keys["operator"] = _server.OperatorKey;
        Operator = Line.To(_server, _server.OperatorKey);
        foreach (var (participant, role) in new[]
            { ("sup", Role.Supplier), ("buy", Role.Buyer), ("mm", Role.Trader), ("att", Role.Attestor), ("aud", Role.Auditor) })
        {
            await Enter(participant, role);
        }

        foreach (var period in new[] { "20270315T13", "2027Q2", "20270316T13" })
        {
            var listed = await Operator.Admin.CreateInstrumentAsync(new()
            {
                RequestId = NewId(),
                AcceleratorId = "H100",
                Zone = "USEAST",
                DeliveryPeriod = period,
                MakerFeeBps = MakerBps,
                TakerFeeBps = TakerBps,
            });
            await Operator.Admin.SetInstrumentStateAsync(new() { RequestId = NewId(), InstrumentId = listed.Instrument.InstrumentId, State = InstrumentState.Open });
        }

        await Fund("buy");
        await Fund("mm");
        await Supplier.Capacity.OfferCapacityAsync(new()
        {
            RequestId = "offer-1",
            AcceleratorId = "H100",
            AcceleratorCount = 10_000,
            Zone = "USEAST",
            StartTime = At("2027-01-02"),
            EndTime = At("2027-07-01"),
            Site = "Ashburn",
        });
        await Attestor.Capacity.AttestCapacityAsync(new()
        {
            RequestId = NewId(),
            ContractId = Contract,
            AcceleratorCount = 10_000,
            AttestedKw = 14_000,
            EvidenceSha256 = new('a', 64),
        });
        await Supplier.Capacity.IssueTokensAsync(new() { RequestId = NewId(), ContractId = Contract, InstrumentId = Hour, QuantityKwh = HourTokens });
        await Supplier.Capacity.IssueTokensAsync(new() { RequestId = NewId(), ContractId = Contract, InstrumentId = Quarter, QuantityKwh = QuarterTokens });
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _folder.Dispose();
    }

    /// <summary>Enters a participant with a firm and a key of its own.</summary>
    internal async Task<Line> Enter(string participant, Role role)
    {
        await Operator.Admin.CreateFirmAsync(new() { RequestId = NewId(), FirmId = "firm-" + participant });
        await Operator.Admin.CreateParticipantAsync(new() { RequestId = NewId(), ParticipantId = participant, FirmId = "firm-" + participant });
        var (_, secret) = await NewKey(participant, role);
        _keys[participant] = secret;
        return LineOf(participant);
    }

    /// <summary>Makes a key: its id and its secret.</summary>
    internal async Task<(string Id, string Secret)> NewKey(string participant, Role role, WireTime? expires = null)
    {
        var made = await Operator.Admin.CreateKeyAsync(new() { RequestId = NewId(), ParticipantId = participant, Role = role, ExpireTime = expires });
        return (made.Key.KeyId, made.Secret);
    }

    /// <summary>Records a deposit.</summary>
    internal async Task Fund(string participant, long micros = StartCash) =>
        await Operator.Admin.RecordDepositAsync(new() { RequestId = NewId(), ParticipantId = participant, AmountMicros = micros, BankReference = NewId("wire") });

    /// <summary>A participant's key.</summary>
    internal string KeyOf(string participant) => _keys[participant];

    /// <summary>A line under a participant's key.</summary>
    internal Line LineOf(string participant) => Line.To(Server, _keys[participant]);

    /// <summary>Moves the clock forward.</summary>
    internal async Task Advance(TimeSpan by)
    {
        var venue = (await Operator.Catalog.GetVenueAsync(new())).Venue;
        await Operator.Admin.AdvanceClockAsync(new() { RequestId = NewId(), AdvanceToTime = WireTime.FromDateTime(venue.Now.ToDateTime() + by) });
    }

    /// <summary>Kills the server and starts it again on the same data.</summary>
    internal async Task KillAndRestart(CancellationToken cancellation)
    {
        await Server.Kill();
        await Restart(cancellation);
    }

    /// <summary>Starts the server again on the same data.</summary>
    internal async Task Restart(CancellationToken cancellation)
    {
        await Server.DisposeAsync();
        _server = await RunningServer.Start(_folder.Directory, cancellation);
        Operator = LineOf("operator");
    }

    /// <summary>Every sum of the venue must add up now, and every invariant hold.</summary>
    internal async Task AddsUp()
    {
        var totals = await Auditor.Audit.GetTotalsAsync(new());
        AddsUp(totals);
    }

    /// <summary>Every sum of the venue must add up as of a cut, and every invariant hold.</summary>
    internal static void AddsUp(GetTotalsResponse totals)
    {
        Assert.Equal("0", totals.Cash.DifferenceMicros);
        Assert.All(totals.Tokens, tokens => Assert.Equal("0", tokens.DifferenceKwh));
        Assert.All(totals.Invariants, invariant => Assert.True(invariant.Ok, $"{invariant.Name}: {invariant.Detail}"));
    }
}
