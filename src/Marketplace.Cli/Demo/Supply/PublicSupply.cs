using System.Collections.Immutable;
using Marketplace.Cli.Demo.Sources;

namespace Marketplace.Cli.Demo.Supply;

/// <summary>What came on line by the data's date, and what was left out and why. Every record ends in one of the two lists.</summary>
internal sealed record PublicSupply(ImmutableArray<Listing> Listings, ImmutableArray<Skip> Skips)
{
    /// <summary>The last day the records observe; what is dated later is a projection.</summary>
    public static readonly DateOnly DataDate = new(2025, 11, 30);

    /// <summary>
    /// The listings in <paramref name="records"/>: increases of whole-facility power / 1.25, of the accelerator the record names, on line by
    /// <paramref name="asOf"/> (no later than <see cref="DataDate"/>) and still so that day, in the order of their dates.
    /// </summary>
    public static PublicSupply From(PublicRecords records, DateOnly asOf)
    {
        if (asOf > DataDate) asOf = DataDate;
        var ratings = records.Ratings.ToImmutableDictionary(rating => rating.Id);
        var listings = ImmutableArray.CreateBuilder<Listing>();
        var skips = ImmutableArray.CreateBuilder<Skip>();
        foreach (var increase in CampusIncreases.Of(records.CampusPoints, asOf, skips)) List(increase);
        foreach (var increase in ClusterIncreases.Of(records.Clusters, records.CampusPoints, asOf, skips)) List(increase);
        return new PublicSupply([.. listings.OrderBy(l => l.OnLine).ThenBy(l => l.Site, StringComparer.Ordinal)], skips.ToImmutable());

        void List(Increase increase)
        {
            var id = AcceleratorNames.IdOf(increase.Chip);
            if (id is null || !ratings.TryGetValue(id, out var rating))
            {
                skips.Add(new Skip(SkipReason.Unrated, increase.Record, increase.Chip, increase.FacilityWatts));
                return;
            }
            if (Zones.Of(increase.Country, increase.Place) is not { } zone)
            {
                skips.Add(new Skip(SkipReason.PlaceUnknown, increase.Record, increase.Chip, increase.FacilityWatts));
                return;
            }
            var critical = CriticalWatts(increase.FacilityWatts);
            var offered = critical / rating.RatedWatts;
            var attested = increase.Count is { } count && count < offered ? count : offered;
            if (attested == 0)
            {
                skips.Add(new Skip(SkipReason.TooSmall, increase.Record, increase.Chip, increase.FacilityWatts));
                return;
            }
            listings.Add(new Listing(increase.Site, increase.Owner, id, zone, increase.Date, increase.FacilityWatts, critical, offered, attested,
                increase.Source));
        }
    }

    /// <summary>Critical-IT watts of whole-facility watts at a power usage effectiveness of 1.25, rounded down.</summary>
    public static long CriticalWatts(long facilityWatts) => checked(facilityWatts * 4) / 5;
}

/// <summary>An increase of power, of one accelerator, before its rating and zone are looked up.</summary>
internal readonly record struct Increase(
    string Record, string Site, string Owner, string Country, string Place, DateOnly Date, long FacilityWatts, string Chip, long? Count, string Source);
