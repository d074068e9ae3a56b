using System.Collections.Immutable;
using System.Globalization;
using Marketplace.Cli.Demo.Sources;

namespace Marketplace.Cli.Demo.Supply;

/// <summary>
/// Reads increases out of cumulative campus power. Power that falls and comes back was counted once already, so only what passes the greatest
/// figure before is an increase; what is still missing on the last day is taken off the latest increases.
/// </summary>
internal static class CampusIncreases
{
    public static IEnumerable<Increase> Of(ImmutableArray<CampusPoint> points, DateOnly asOf, ImmutableArray<Skip>.Builder skips) =>
        points.GroupBy(point => point.Campus, StringComparer.Ordinal).SelectMany(campus => OfCampus([.. campus.OrderBy(point => point.Date)], asOf, skips));

    private static IEnumerable<Increase> OfCampus(ImmutableArray<CampusPoint> points, DateOnly asOf, ImmutableArray<Skip>.Builder skips)
    {
        var seen = points.Where(point => point.Date <= asOf).ToImmutableArray();
        foreach (var later in points.Where(point => point.Date > asOf)) skips.Add(new Skip(SkipReason.Later, Name(later), "", 0));
        if (seen.All(point => point.FacilityWatts == 0))
        {
            skips.Add(new Skip(SkipReason.NoPower, points[0].Campus, "", 0));
            yield break;
        }
        var counted = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (point, watts) in Rises(seen, skips))
        {
            var chips = ChipsOf(point, seen);
            if (chips.IsEmpty)
            {
                skips.Add(new Skip(SkipReason.Unnamed, Name(point), "", watts));
                continue;
            }
            foreach (var increase in Split(point, watts, chips, counted, skips)) yield return increase;
        }
    }

    private static List<(CampusPoint Point, long Watts)> Rises(ImmutableArray<CampusPoint> points, ImmutableArray<Skip>.Builder skips)
    {
        var rises = new List<(CampusPoint Point, long Watts)>();
        long highest = 0;
        foreach (var point in points.Where(point => point.FacilityWatts > 0))
        {
            if (point.FacilityWatts <= highest) continue;
            rises.Add((point, point.FacilityWatts - highest));
            highest = point.FacilityWatts;
        }
        for (var missing = highest - points[^1].FacilityWatts; missing > 0;)
        {
            var (point, watts) = rises[^1];
            rises.RemoveAt(rises.Count - 1);
            if (watts > missing) rises.Add((point, watts - missing));
            var fell = Math.Min(watts, missing);
            skips.Add(new Skip(SkipReason.FellAgain, Name(point), "", fell));
            missing -= fell;
        }
        return rises;
    }

    // Counts in the records are cumulative: what a name counts beyond its last count is new, and new counts share the new power.
    private static IEnumerable<Increase> Split(
        CampusPoint point, long watts, ImmutableArray<NamedChip> chips, Dictionary<string, long> counted, ImmutableArray<Skip>.Builder skips)
    {
        var fresh = new List<(string Name, long? Count)>();
        foreach (var (name, count) in chips)
        {
            var before = counted.GetValueOrDefault(name);
            if (count is { } now && now <= before) continue;
            fresh.Add((name, count - before));
            counted[name] = count ?? before;
        }
        if (fresh.Count == 0)
        {
            skips.Add(new Skip(SkipReason.NoIncrease, Name(point), chips[0].Name, watts));
            yield break;
        }
        if (fresh.Count > 1 && fresh.Any(chip => chip.Count is null))
        {
            skips.Add(new Skip(SkipReason.SeveralAccelerators, Name(point), string.Join(", ", fresh.Select(chip => chip.Name)), watts));
            yield break;
        }
        var total = fresh.Sum(chip => chip.Count ?? 1);
        foreach (var (name, count) in fresh)
        {
            var share = (long)((Int128)watts * (count ?? 1) / total);
            yield return new Increase(Name(point), point.Campus, point.Owner, "", point.Place, point.Date, share, name, count,
                $"Epoch AI, Data on Frontier AI Data Centers: {Name(point)}");
        }
    }

    // What a row does not say, a later look at the same power may: "confirmation that nearly 500,000 chips are operational".
    private static ImmutableArray<NamedChip> ChipsOf(CampusPoint rise, ImmutableArray<CampusPoint> points) =>
        points.Where(point => point.Date >= rise.Date && point.FacilityWatts == rise.FacilityWatts)
            .Select(point => NamedChips.In(point.Text)).FirstOrDefault(chips => !chips.IsEmpty, []);

    private static string Name(CampusPoint point) => string.Create(CultureInfo.InvariantCulture, $"{point.Campus}, {point.Date:yyyy-MM-dd}");
}
