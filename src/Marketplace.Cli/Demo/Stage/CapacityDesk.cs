using Google.Protobuf.WellKnownTypes;
using Marketplace.Cli.Demo.Scenarios;

namespace Marketplace.Cli.Demo.Stage;

/// <summary>Suppliers offer what came on line, the attestor vouches for it, and the suppliers issue tokens of it.</summary>
internal sealed class CapacityDesk(IReadOnlyDictionary<string, Actor> suppliers, Actor attestor)
{
    private const int LongestSite = 200;

    /// <summary>The whole way of one contract; its tokens, kWh.</summary>
    public async Task<long> Tokenise(int number, CapacityPlan plan, CancellationToken cancellation)
    {
        var supplier = suppliers[plan.Supplier].Client;
        var listing = plan.Listing;
        var offered = await supplier.Capacity.OfferCapacityAsync(
            new()
            {
                RequestId = $"offer-{number:000}",
                AcceleratorId = listing.Accelerator,
                AcceleratorCount = listing.Offered,
                Zone = listing.Zone,
                StartTime = plan.Period.Start.ToTimestamp(),
                EndTime = plan.Period.End.ToTimestamp(),
                Site = listing.Site[..Math.Min(LongestSite, listing.Site.Length)],
                Notes = $"On line {listing.OnLine:yyyy-MM-dd}; {listing.Source}",
            },
            cancellationToken: cancellation);
        var contract = offered.Contract.ContractId;
        await attestor.Client.Capacity.AttestCapacityAsync(
            new()
            {
                RequestId = $"attest-{number:000}",
                ContractId = contract,
                AcceleratorCount = listing.Attested,
                AttestedKw = checked((listing.Attested * plan.RatedWatts + 999) / 1000),
                Site = offered.Contract.Site,
                EvidenceSha256 = listing.Evidence,
            },
            cancellationToken: cancellation);
        long tokens = 0;
        foreach (var issue in plan.Issues)
        {
            await supplier.Capacity.IssueTokensAsync(
                new() { RequestId = $"issue-{number:000}-{issue.Instrument.Id}", ContractId = contract, InstrumentId = issue.Instrument.Id, QuantityKwh = issue.Kwh },
                cancellationToken: cancellation);
            tokens = checked(tokens + issue.Kwh);
        }

        return tokens;
    }
}
