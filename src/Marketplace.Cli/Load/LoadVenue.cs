using Google.Protobuf.WellKnownTypes;
using Gwh.Marketplace.V1;
using Marketplace.Cli.Connections;
using Marketplace.Cli.Units;
using Marketplace.Client;

namespace Marketplace.Cli.Load;

/// <summary>What a load run trades and who trades it: an instrument of its own, and participants with money and tokens, made through the public API.</summary>
/// <param name="Run">Name of the run, part of every id.</param>
/// <param name="InstrumentId">The instrument.</param>
/// <param name="Traders">The participants, one for each session, with the secrets of their keys.</param>
internal sealed record LoadVenue(string Run, string InstrumentId, IReadOnlyList<(string ParticipantId, string Key)> Traders)
{
    private const string Accelerator = "H100";
    private const long Accelerators = 100_000_000;
    private const long TokensKwh = 80_000_000_000;
    private const long CashMicros = 100_000_000_000_000;
    private const int OrdersPerSecond = 10_000_000;
    private const int MaxOpenOrders = 4_000_000;
    private const int MaxStreams = 1_000;

    /// <summary>Makes it all, by the operator's key.</summary>
    public static async Task<LoadVenue> Make(Connection connection, MarketplaceClient desk, LoadOptions options, Action<string> tell, CancellationToken cancellation)
    {
        var now = (await desk.Catalog.GetVenueAsync(new(), cancellationToken: cancellation)).Venue.Now.ToDateTime();
        var run = "load" + Guid.NewGuid().ToString("N")[..6];
        var month = new DateTime(now.Year, now.Month, 1, 0, 0, 0, DateTimeKind.Utc).AddMonths(2);
        var instrument = await List(desk, run, month, options, cancellation);
        tell($"listed {instrument.InstrumentId}");

        var supplier = await Participant(desk, run, "supplier", Role.Supplier, cancellation);
        var attestor = await Participant(desk, run, "attestor", Role.Attestor, cancellation);
        await Issue(connection, supplier.Key, attestor.Key, instrument, month, cancellation);
        tell($"issued {QuantityText.Format(TokensKwh)}");

        using var supply = new MarketplaceClient(connection.Address, supplier.Key);
        var traders = new List<(string ParticipantId, string Key)>();
        for (var session = 1; session <= options.Sessions; session++)
        {
            var trader = await Participant(desk, run, $"trader{session}", Role.Trader, cancellation);
            await desk.Admin.RecordDepositAsync(
                new() { ParticipantId = trader.ParticipantId, AmountMicros = CashMicros, BankReference = trader.ParticipantId }, cancellationToken: cancellation);
            await supply.Account.TransferTokensAsync(
                new() { ToParticipantId = trader.ParticipantId, InstrumentId = instrument.InstrumentId, QuantityKwh = TokensKwh / options.Sessions }, cancellationToken: cancellation);
            traders.Add(trader);
        }

        tell($"{traders.Count} traders have money and tokens");
        return new(run, instrument.InstrumentId, traders);
    }

    private static async Task<Instrument> List(MarketplaceClient desk, string run, DateTime month, LoadOptions options, CancellationToken cancellation)
    {
        var created = await desk.Admin.CreateInstrumentAsync(
            new()
            {
                AcceleratorId = Accelerator,
                Zone = run.ToUpperInvariant(),
                DeliveryPeriod = month.ToString("yyyy'M'MM", System.Globalization.CultureInfo.InvariantCulture),
                MakerFeeBps = 1,
                TakerFeeBps = 2,
                SettlementMode = options.Settlement,
            },
            cancellationToken: cancellation);
        await desk.Admin.SetInstrumentStateAsync(new() { InstrumentId = created.Instrument.InstrumentId, State = InstrumentState.Open }, cancellationToken: cancellation);
        return created.Instrument;
    }

    private static async Task<(string ParticipantId, string Key)> Participant(MarketplaceClient desk, string run, string name, Role role, CancellationToken cancellation)
    {
        var id = $"{run}-{name}";
        await desk.Admin.CreateFirmAsync(new() { FirmId = id }, cancellationToken: cancellation);
        var limits = new ParticipantLimits { OrdersPerSecond = OrdersPerSecond, MaxOpenOrders = MaxOpenOrders, MaxStreams = MaxStreams };
        await desk.Admin.CreateParticipantAsync(new() { ParticipantId = id, FirmId = id, Limits = limits }, cancellationToken: cancellation);
        var key = await desk.Admin.CreateKeyAsync(new() { ParticipantId = id, Role = role }, cancellationToken: cancellation);
        return (id, key.Secret);
    }

    private static async Task Issue(Connection connection, string supplierKey, string attestorKey, Instrument instrument, DateTime month, CancellationToken cancellation)
    {
        using var supplier = new MarketplaceClient(connection.Address, supplierKey);
        using var attestor = new MarketplaceClient(connection.Address, attestorKey);
        var offered = await supplier.Capacity.OfferCapacityAsync(
            new()
            {
                AcceleratorId = Accelerator,
                AcceleratorCount = Accelerators,
                Zone = instrument.Zone,
                StartTime = Timestamp.FromDateTime(month),
                EndTime = Timestamp.FromDateTime(month.AddMonths(1)),
                Notes = "made for a load run; stands for nothing",
            },
            cancellationToken: cancellation);
        var contract = offered.Contract;
        await attestor.Capacity.AttestCapacityAsync(
            new()
            {
                ContractId = contract.ContractId,
                AcceleratorCount = contract.AcceleratorCount,
                AttestedKw = contract.AcceleratorCount * contract.RatedWatts / 1_000,
                EvidenceSha256 = new string('0', 64),
            },
            cancellationToken: cancellation);
        await supplier.Capacity.IssueTokensAsync(
            new() { ContractId = contract.ContractId, InstrumentId = instrument.InstrumentId, QuantityKwh = TokensKwh }, cancellationToken: cancellation);
    }
}
