using Google.Protobuf.WellKnownTypes;
using Gwh.Marketplace.V1;
using Marketplace.Cli.Demo.Scenarios;
using Marketplace.Client;

namespace Marketplace.Cli.Demo.Stage;

/// <summary>What the operator does in the demo, by his own key.</summary>
internal sealed class OperatorDesk(MarketplaceClient client) : IDisposable
{
    private const int AtOnce = 48;
    private static readonly ParticipantLimits Wide = new() { OrdersPerSecond = 1_000_000, MaxOpenOrders = 1_000_000, MaxStreams = 100 };
    private static readonly TimeSpan KeysLast = TimeSpan.FromDays(365);
    private long asked;

    /// <summary>The operator's client.</summary>
    public MarketplaceClient Client => client;

    /// <summary>The venue's time after the last move of its clock.</summary>
    public DateTimeOffset Now { get; private set; }

    /// <summary>Moves the clock forward.</summary>
    public async Task Advance(DateTimeOffset time, CancellationToken cancellation)
    {
        await client.Admin.AdvanceClockAsync(new() { RequestId = NextId("clock"), AdvanceToTime = time.ToTimestamp() }, cancellationToken: cancellation);
        Now = time;
    }

    /// <summary>Enters firms, participants and keys for a year from a time on, and records deposits.</summary>
    public async Task<IReadOnlyList<Actor>> Admit(IReadOnlyList<(Scenarios.Participant Participant, Role Role)> participants, string address, DateTimeOffset from, CancellationToken cancellation)
    {
        await InParallel(participants.Select(admitted => admitted.Participant.Firm).Distinct(StringComparer.Ordinal), async firm =>
            await client.Admin.CreateFirmAsync(new() { RequestId = $"firm-{firm}", FirmId = firm, Name = $"{firm} (simulated)" }, cancellationToken: cancellation), cancellation);
        var expires = (from + KeysLast).ToTimestamp();
        var actors = new Actor[participants.Count];
        await InParallel(participants.Index(), async entry =>
        {
            var (participant, role) = entry.Item;
            await client.Admin.CreateParticipantAsync(
                new() { RequestId = $"participant-{participant.Id}", ParticipantId = participant.Id, FirmId = participant.Firm, Limits = Wide }, cancellationToken: cancellation);
            var key = await client.Admin.CreateKeyAsync(
                new() { RequestId = $"key-{participant.Id}", ParticipantId = participant.Id, Role = role, ExpireTime = expires }, cancellationToken: cancellation);
            if (participant.DepositMicros > 0)
            {
                await client.Admin.RecordDepositAsync(
                    new() { RequestId = $"deposit-{participant.Id}", ParticipantId = participant.Id, AmountMicros = participant.DepositMicros, BankReference = $"wire-{participant.Id}" },
                    cancellationToken: cancellation);
            }

            actors[entry.Index] = new Actor(participant, key.Secret, Actor.Connect(address, key.Secret));
        }, cancellation);
        return actors;
    }

    /// <summary>Lists an instrument and opens it. An accelerator the registry lacks, or rates otherwise, is refused: the demo's figures are the registry's.</summary>
    public async Task List(TradedInstrument instrument, CancellationToken cancellation)
    {
        var created = await client.Admin.CreateInstrumentAsync(
            new()
            {
                RequestId = $"list-{instrument.Id}",
                AcceleratorId = instrument.Rating.Id,
                Zone = instrument.Zone,
                DeliveryPeriod = instrument.Period.Text,
                TickUsdPerGwh = TradedInstrument.TickUsdPerGwh,
                LotKwh = instrument.LotKwh,
                CollarLowUsdPerGwh = instrument.CollarLow,
                CollarHighUsdPerGwh = instrument.CollarHigh,
                MakerFeeBps = TradedInstrument.MakerBasisPoints,
                TakerFeeBps = TradedInstrument.TakerBasisPoints,
            },
            cancellationToken: cancellation);
        if (created.Instrument.InstrumentId != instrument.Id || created.Instrument.RatedWatts != instrument.Rating.RatedWatts)
        {
            throw new InvalidDataException($"The venue lists {instrument.Id} as {created.Instrument.InstrumentId} at {created.Instrument.RatedWatts} W.");
        }

        await client.Admin.SetInstrumentStateAsync(
            new() { RequestId = $"open-{instrument.Id}", InstrumentId = instrument.Id, State = InstrumentState.Open, Note = "demo" }, cancellationToken: cancellation);
    }

    /// <summary>Runs a settlement cycle now; null when no trade waited.</summary>
    public async Task<SettlementCycle?> RunCycle(string instrument, CancellationToken cancellation) =>
        (await client.Admin.RunSettlementCycleAsync(new() { RequestId = NextId("cycle"), InstrumentId = instrument }, cancellationToken: cancellation)).Cycle;

    /// <summary>Sweeps accrued fees to the operator's account; micro-dollars.</summary>
    public async Task<long> SweepFees(string instrument, CancellationToken cancellation) =>
        (await client.Admin.SweepFeesAsync(new() { RequestId = NextId("sweep"), InstrumentId = instrument }, cancellationToken: cancellation)).AmountMicros;

    /// <summary>Does something for each, so many at a time.</summary>
    public static Task InParallel<T>(IEnumerable<T> each, Func<T, Task> act, CancellationToken cancellation) =>
        Parallel.ForEachAsync(each, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (one, _) => await act(one));

    public void Dispose() => client.Dispose();

    private string NextId(string what) => $"{what}-{Interlocked.Increment(ref asked)}";
}
