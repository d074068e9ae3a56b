using System.Collections.Immutable;
using Marketplace.Cli.Demo.Prices;
using Marketplace.Cli.Demo.Sources;
using Marketplace.Cli.Demo.Supply;

namespace Marketplace.Cli.Demo.Scenarios;

/// <summary>
/// Which instruments are opened: for every accelerator with supply and a stated price, the next quarter in its deepest zones (four of the most
/// plentiful accelerator, two of each other), and a day or an hour of that quarter where supply is deepest, so that both settlement modes occur.
/// </summary>
internal static class InstrumentChoice
{
    private const int ZonesOfTheMostPlentiful = 4;
    private const int ZonesOfOthers = 2;
    private const int QuarterPercent = 60;
    private const int ShortPercent = 30;
    private const int DayOfQuarter = 14;
    private const int HourOfQuarter = DayOfQuarter * 24 + 14;

    public static ImmutableArray<TradedInstrument> Of(
        ImmutableArray<Listing> listings, ImmutableArray<AcceleratorRating> ratings, ImmutableDictionary<string, PriceBasis> bases, PriceTape tape)
    {
        var quarter = DeliveryPeriod.QuarterAfter(tape.Moments[^1].Time);
        var plentiful = listings.Where(listing => bases.ContainsKey(listing.Accelerator)).GroupBy(listing => listing.Accelerator)
            .OrderByDescending(group => group.Sum(listing => listing.CriticalWatts)).ThenBy(group => group.Key, StringComparer.Ordinal).ToList();
        var instruments = ImmutableArray.CreateBuilder<TradedInstrument>();
        foreach (var (rank, accelerator) in plentiful.Index())
        {
            var zones = accelerator.GroupBy(listing => listing.Zone)
                .OrderByDescending(zone => zone.Sum(listing => listing.CriticalWatts)).ThenBy(zone => zone.Key, StringComparer.Ordinal)
                .Select(zone => zone.Key).Take(rank == 0 ? ZonesOfTheMostPlentiful : ZonesOfOthers).ToList();
            foreach (var zone in zones) instruments.Add(Open(accelerator.Key, zone, quarter, 100, QuarterPercent));
            if (rank < 2) instruments.Add(Open(accelerator.Key, zones[0], quarter.Day(DayOfQuarter), 1, ShortPercent));
            if (rank == 2) instruments.Add(Open(accelerator.Key, zones[0], quarter.Hour(HourOfQuarter), 1, ShortPercent));
        }
        return instruments.ToImmutable();

        TradedInstrument Open(string accelerator, string zone, DeliveryPeriod period, int lotKwh, int percent)
        {
            var rating = ratings.Single(rating => rating.Id == accelerator);
            var basis = bases[accelerator];
            var prices = tape.Moments.Select(moment => moment.Latest[basis.Series]).ToList();
            var low = basis.UsdPerGwh(prices.Min(price => price.Min), rating.RatedWatts, -5_000, TradedInstrument.TickUsdPerGwh, Rounding.Down);
            var high = basis.UsdPerGwh(prices.Max(price => price.Max), rating.RatedWatts, 10_000, TradedInstrument.TickUsdPerGwh, Rounding.Up);
            return new TradedInstrument(rating, zone, period, basis, lotKwh, Math.Max(low, TradedInstrument.TickUsdPerGwh), high, percent);
        }
    }
}
