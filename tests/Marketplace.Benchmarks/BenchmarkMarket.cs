using Grpc.Core;
using Grpc.Net.Client;
using Gwh.Marketplace.V1;

namespace Marketplace.Benchmarks;

/// <summary>A small market to measure on: traders of different firms with cash and tokens enough, and instruments that are open.</summary>
internal sealed class BenchmarkMarket(GrpcChannel channel, string operatorKey)
{
    public const int Traders = 8;

    public static readonly string[] Periods = ["2028Q1", "2028Q2", "20280301", "20280302"];

    private readonly Metadata _operator = Bearer(operatorKey);
    private readonly AdminService.AdminServiceClient _admin = new(channel);
    private readonly CapacityService.CapacityServiceClient _capacity = new(channel);

    public List<Metadata> Keys { get; } = [];

    public List<string> Instruments { get; } = [];

    public static Metadata Bearer(string key) => new() { { "authorization", "Bearer " + key } };

    public async Task Build()
    {
        var attestor = await Enter("attestor", Role.Attestor);
        foreach (var period in Periods)
        {
            var created = await _admin.CreateInstrumentAsync(
                new() { RequestId = "i" + period, AcceleratorId = "H100", Zone = "USEAST", DeliveryPeriod = period, MakerFeeBps = 1, TakerFeeBps = 2 }, _operator);
            await _admin.SetInstrumentStateAsync(new() { RequestId = "o" + period, InstrumentId = created.Instrument.InstrumentId, State = InstrumentState.Open }, _operator);
            Instruments.Add(created.Instrument.InstrumentId);
        }

        for (var trader = 0; trader < Traders; trader++)
        {
            var supplier = await Enter($"trader-{trader}", Role.Supplier);
            Keys.Add(supplier);
            await _admin.RecordDepositAsync(
                new() { RequestId = $"d{trader}", ParticipantId = $"trader-{trader}", AmountMicros = 500_000_000_000_000_000, BankReference = $"wire-{trader}" }, _operator);
            foreach (var instrument in Instruments)
            {
                await Issue(supplier, attestor, instrument, trader);
            }
        }
    }

    private async Task<Metadata> Enter(string participant, Role role)
    {
        await _admin.CreateFirmAsync(new() { RequestId = "f" + participant, FirmId = "firm-" + participant }, _operator);
        await _admin.CreateParticipantAsync(
            new()
            {
                RequestId = "p" + participant,
                ParticipantId = participant,
                FirmId = "firm-" + participant,
                Limits = new() { OrdersPerSecond = 10_000_000, MaxOpenOrders = 4_000_000, MaxStreams = 1_000 },
            },
            _operator);
        var key = await _admin.CreateKeyAsync(new() { RequestId = "k" + participant, ParticipantId = participant, Role = role, ExpireTime = new() { Seconds = 4_000_000_000 } }, _operator);
        return Bearer(key.Secret);
    }

    private async Task Issue(Metadata supplier, Metadata attestor, string instrument, int trader)
    {
        var terms = (await new CatalogService.CatalogServiceClient(channel).GetInstrumentAsync(new() { InstrumentId = instrument }, supplier)).Instrument;
        var offered = await _capacity.OfferCapacityAsync(
            new() { RequestId = "c-" + instrument, AcceleratorId = "H100", AcceleratorCount = 50_000_000, Zone = "USEAST", StartTime = terms.DeliveryStartTime, EndTime = terms.DeliveryEndTime }, supplier);
        await _capacity.AttestCapacityAsync(
            new() { RequestId = $"a-{trader}-{instrument}", ContractId = offered.Contract.ContractId, AcceleratorCount = 50_000_000, AttestedKw = 100_000_000, EvidenceSha256 = new string('0', 64) }, attestor);
        await _capacity.IssueTokensAsync(new() { RequestId = "t-" + instrument, ContractId = offered.Contract.ContractId, InstrumentId = instrument, QuantityKwh = 1_000_000_000 }, supplier);
    }
}
