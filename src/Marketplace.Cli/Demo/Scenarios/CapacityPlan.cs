using System.Collections.Immutable;
using Marketplace.Cli.Demo.Supply;

namespace Marketplace.Cli.Demo.Scenarios;

/// <summary>One contract: a public listing that a simulated supplier offers for a quarter, and the tokens issued of it.</summary>
internal sealed record CapacityPlan(string Supplier, Listing Listing, int RatedWatts, DeliveryPeriod Period, ImmutableArray<Issue> Issues)
{
    /// <summary>Attested capacity over the period: floor(count x W x hours / 1000) kWh.</summary>
    public long AttestedKwh => CapacityKwh(Listing.Attested, RatedWatts, Period.Hours);

    /// <summary>floor(count x W x hours / 1000).</summary>
    public static long CapacityKwh(long count, int ratedWatts, int hours) => checked((long)((Int128)count * ratedWatts * hours / 1000));
}

/// <summary>Tokens of one instrument.</summary>
internal readonly record struct Issue(TradedInstrument Instrument, long Kwh);
