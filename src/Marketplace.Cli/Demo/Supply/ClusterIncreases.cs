using System.Collections.Immutable;
using Marketplace.Cli.Demo.Sources;

namespace Marketplace.Cli.Demo.Supply;

/// <summary>Reads increases out of cluster records: a cluster that builds upon an earlier record adds what it has beyond that one.</summary>
internal static class ClusterIncreases
{
    public static IEnumerable<Increase> Of(
        ImmutableArray<ClusterRecord> clusters, ImmutableArray<CampusPoint> campuses, DateOnly asOf, ImmutableArray<Skip>.Builder skips)
    {
        var byName = clusters.GroupBy(cluster => cluster.Name, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.First());
        var campusPlaces = campuses.Select(point => point.Place).ToHashSet(StringComparer.Ordinal);
        foreach (var cluster in clusters)
        {
            var earlier = byName.GetValueOrDefault(cluster.BuildsUpon);
            if (ReasonToSkip(cluster, earlier, campusPlaces, asOf) is { } reason)
            {
                skips.Add(new Skip(reason, cluster.Name, cluster.Chip, cluster.FacilityWatts ?? 0));
                continue;
            }
            var sameChip = earlier is not null && SameModel(earlier.Chip, cluster.Chip);
            yield return new Increase(cluster.Name, cluster.Name, cluster.Owner, cluster.Country, cluster.Place, cluster.Date!.Value,
                cluster.FacilityWatts!.Value - (earlier?.FacilityWatts ?? 0), cluster.Chip,
                sameChip ? cluster.Quantity - (earlier!.Quantity ?? 0) : cluster.Quantity, $"Epoch AI, Data on GPU Clusters: {cluster.Name}");
        }
    }

    private static SkipReason? ReasonToSkip(ClusterRecord cluster, ClusterRecord? earlier, HashSet<string> campusPlaces, DateOnly asOf)
    {
        if (cluster.Status != "Existing") return SkipReason.NotOperational;
        if (cluster.Certainty is not ("Confirmed" or "Likely")) return SkipReason.NotConfirmed;
        if (cluster.PossibleDuplicate) return SkipReason.PossibleDuplicate;
        if (cluster.Place.Length > 0 && campusPlaces.Contains(cluster.Place)) return SkipReason.SameSite;
        if (cluster.Date is not { } date) return SkipReason.Undated;
        if (date > asOf) return SkipReason.Later;
        if (cluster.Chip.Length == 0) return SkipReason.Unnamed;
        if (cluster.SecondChip.Length > 0 && !SameModel(cluster.Chip, cluster.SecondChip)) return SkipReason.SeveralAccelerators;
        if (cluster.FacilityWatts is not > 0) return SkipReason.NoPower;
        if (cluster.FacilityWatts <= (earlier?.FacilityWatts ?? 0)) return SkipReason.NoIncrease;
        if (earlier is not null && SameModel(earlier.Chip, cluster.Chip) && cluster.Quantity <= earlier.Quantity) return SkipReason.NoIncrease;
        return null;
    }

    private static bool SameModel(string one, string other) =>
        one == other || (AcceleratorNames.IdOf(one) is { } id && id == AcceleratorNames.IdOf(other));
}
