using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Gwh.Marketplace.V1;

namespace Marketplace.Conformance.Tests.Venues;

/// <summary>
/// Tokens of hours, as many as are asked for: a contract of the largest count and rating issues so many kWh of each hour, and where that is not enough the next contract follows.
/// A contract looks through all it has issued whenever it issues more, so that each serves some instruments only.
/// </summary>
/// <param name="supplier">The line of the supplier, "sup".</param>
/// <param name="attestor">The line of the attestor.</param>
/// <param name="firstHour">Start of the first hour of any instrument.</param>
/// <param name="newId">Ids never used before.</param>
internal sealed class TokenSupply(CallInvoker supplier, CallInvoker attestor, DateTime firstHour, Func<string> newId)
{
    /// <summary>Watts of one accelerator, the most there are.</summary>
    public const long Watts = 1_000_000;

    private const long MostAccelerators = 100_000_000;
    private const long MostAtOnce = 90_000_000_000;
    private const long KwhOfContract = MostAccelerators * Watts / 1000;
    private const int InstrumentsOfContract = 100;

    private readonly CapacityService.CapacityServiceClient _capacity = new(supplier);
    private readonly CapacityService.CapacityServiceClient _attestation = new(attestor);
    private readonly AccountService.AccountServiceClient _account = new(supplier);
    private readonly Dictionary<string, (int Place, long Issued)> _instruments = new(StringComparer.Ordinal);
    private readonly Dictionary<(int Group, long Number), string> _contracts = [];

    /// <summary>Issues tokens of an instrument and transfers them to a participant.</summary>
    public async Task Give(string participant, string instrument, string accelerator, string zone, long kwh)
    {
        var (place, issued) = _instruments.TryGetValue(instrument, out var known) ? known : (_instruments.Count, 0);
        while (kwh > 0)
        {
            var contract = await Contract(place / InstrumentsOfContract, issued / KwhOfContract, accelerator, zone);
            var some = Math.Min(Math.Min(kwh, MostAtOnce), KwhOfContract - (issued % KwhOfContract));
            await _capacity.IssueTokensAsync(new() { RequestId = newId(), ContractId = contract, InstrumentId = instrument, QuantityKwh = some });
            await _account.TransferTokensAsync(new() { RequestId = newId(), ToParticipantId = participant, InstrumentId = instrument, QuantityKwh = some });
            (kwh, issued) = (kwh - some, issued + some);
            _instruments[instrument] = (place, issued);
        }
    }

    private async Task<string> Contract(int group, long number, string accelerator, string zone)
    {
        if (_contracts.TryGetValue((group, number), out var contract))
        {
            return contract;
        }

        var offer = newId();
        await _capacity.OfferCapacityAsync(new()
        {
            RequestId = offer,
            AcceleratorId = accelerator,
            AcceleratorCount = MostAccelerators,
            Zone = zone,
            StartTime = Timestamp.FromDateTime(firstHour),
            EndTime = Timestamp.FromDateTime(firstHour.AddYears(100)),
            Site = "site",
        });
        contract = "sup:" + offer;
        await _attestation.AttestCapacityAsync(new()
        {
            RequestId = newId(),
            ContractId = contract,
            AcceleratorCount = MostAccelerators,
            AttestedKw = KwhOfContract,
            EvidenceSha256 = new('a', 64),
        });
        _contracts.Add((group, number), contract);
        return contract;
    }
}
