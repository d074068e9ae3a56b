using System.Collections.Immutable;

namespace Marketplace.Cli.Demo.Sources;

/// <summary>What the demo takes from public records, in the records' own words: nothing is chosen, dropped or converted yet.</summary>
/// <param name="Origin">Where the figures were read, for the reader of the demo.</param>
/// <param name="Ratings">Accelerators with a public rating.</param>
/// <param name="CampusPoints">Dated points of the campuses.</param>
/// <param name="Clusters">Clusters of accelerators.</param>
/// <param name="Prices">Price distributions in the order of publication.</param>
internal sealed record PublicRecords(
    string Origin, ImmutableArray<AcceleratorRating> Ratings, ImmutableArray<CampusPoint> CampusPoints, ImmutableArray<ClusterRecord> Clusters,
    ImmutableArray<PriceDistribution> Prices)
{
    /// <summary>The shared data folder beside the checkout when it is there, else the transcribed reference figures.</summary>
    public static PublicRecords Find()
    {
        var reference = ReferenceFigures.Read();
        return SharedFolder.Find(AppContext.BaseDirectory) is { } folder ? SharedData.Read(folder, reference.Ratings) : reference;
    }
}
