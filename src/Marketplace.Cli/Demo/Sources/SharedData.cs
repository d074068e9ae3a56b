using System.Collections.Immutable;
using System.Globalization;
using CsvHelper;

namespace Marketplace.Cli.Demo.Sources;

/// <summary>Reads the makers' own CSV files. A file that lacks a column or a figure that must be there is refused, never guessed.</summary>
internal static class SharedData
{
    public const string Timelines = "epoch/data_center_timelines.csv";
    public const string Campuses = "epoch/data_centers.csv";
    public const string Clusters = "epoch/gpu_clusters.csv";
    public const string Hardware = "epoch/ml_hardware.csv";
    public const string PriceIndex = "gpu-price-index/neocloud-gpu-price-index.csv";

    /// <summary>All records under <paramref name="folder"/>; ratings are not in the files and come from the reference figures.</summary>
    public static PublicRecords Read(string folder, ImmutableArray<AcceleratorRating> ratings) => new(
        "the shared public data (Epoch AI; tugot17/gpu-price-tracker)", ratings, ReadCampuses(folder), ReadClusters(folder), ReadPrices(folder));

    /// <summary>Dense 16-bit performance by hardware name, GFLOP/s rounded down; names without the figure are left out.</summary>
    public static ImmutableDictionary<string, long> ReadPerformance(string folder) => Rows(folder, Hardware, row =>
        (Name: row("Hardware name"), Flops: FixedPoint.Floor(row("Tensor-FP16/BF16 performance (FLOP/s)"), 0)))
        .Where(hardware => hardware.Flops is not null)
        .ToImmutableDictionary(hardware => hardware.Name, hardware => hardware.Flops!.Value / 1_000_000_000);

    private static ImmutableArray<CampusPoint> ReadCampuses(string folder)
    {
        var campuses = Rows(folder, Campuses, row => (Name: row("Handle"), Owner: WithoutMark(row("Owner")), Place: row("Address")))
            .ToDictionary(campus => campus.Name);
        return Rows(folder, Timelines, row => new CampusPoint(
            row("Data center"), campuses[row("Data center")].Owner, campuses[row("Data center")].Place, Date(row("Date"))!.Value,
            FixedPoint.Floor(row("Power (MW)"), 6) ?? throw new InvalidDataException($"{Timelines}: a point of {row("Data center")} has no power."),
            row("Construction status")));
    }

    private static ImmutableArray<ClusterRecord> ReadClusters(string folder) => Rows(folder, Clusters, row => new ClusterRecord(
        row("Name"), row("Status"), row("Certainty"), row("Possible Duplicate") == "True", row("Owner"), row("Country"), OneLine(row("Location")),
        Date(row("First Operational Date")), FixedPoint.Floor(row("Power Capacity (MW)"), 6), row("Chip type (primary)"),
        FixedPoint.Floor(row("Chip quantity (primary)"), 0), row("Chip type (secondary)"), row("Builds Upon")));

    // One model, one card: the SXM form is the one the ratings are of; a PCIe card is another thing at another power.
    private static ImmutableArray<PriceDistribution> ReadPrices(string folder) =>
    [
        .. Rows(folder, PriceIndex, row => row("socket") == "PCIe" ? default : new PriceDistribution(
            DateTimeOffset.Parse(row("timestamp_utc"), CultureInfo.InvariantCulture), row("gpu_type").Split('_')[0],
            Micros(row("min")), Micros(row("p10")), Micros(row("p25")), Micros(row("median")), Micros(row("p75")), Micros(row("p90")), Micros(row("max"))))
            .Where(price => price.Model is not null)
            .OrderBy(price => price.Time),
    ];

    private static ImmutableArray<T> Rows<T>(string folder, string file, Func<Func<string, string>, T> read)
    {
        using var csv = new CsvReader(new StreamReader(Path.Combine(folder, file)), CultureInfo.InvariantCulture);
        csv.Read();
        csv.ReadHeader();
        var rows = ImmutableArray.CreateBuilder<T>();
        while (csv.Read()) rows.Add(read(column => csv.GetField(column) ?? ""));
        return rows.DrainToImmutable();
    }

    private static long Micros(string dollars) =>
        FixedPoint.Exact(dollars, 6) ?? throw new InvalidDataException($"{PriceIndex}: '{dollars}' is not a price in whole micro-dollars.");

    private static DateOnly? Date(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null;

    private static string WithoutMark(string owner) => owner.Split('#')[0].Trim();

    private static string OneLine(string place) => string.Join(' ', place.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
}
