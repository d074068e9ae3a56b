using System.Collections.Immutable;
using System.Globalization;

namespace Marketplace.Cli.Demo.Sources;

/// <summary>
/// The small transcribed set of public figures that travels with the program: lines of fields between bars, first the kind of line.
/// It holds the ratings in any case and everything else where the shared data is missing.
/// </summary>
internal static class ReferenceFigures
{
    private const string Resource = "Marketplace.Cli.Demo.Reference.figures.txt";

    /// <summary>The embedded figures.</summary>
    public static PublicRecords Read()
    {
        using var stream = typeof(ReferenceFigures).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"{Resource} is not embedded.");
        using var text = new StreamReader(stream);
        return Read(text.ReadToEnd());
    }

    /// <summary>The figures of <paramref name="text"/>; a line that does not read as its kind is refused, naming the line.</summary>
    public static PublicRecords Read(string text)
    {
        var ratings = ImmutableArray.CreateBuilder<AcceleratorRating>();
        var campuses = ImmutableArray.CreateBuilder<CampusPoint>();
        var clusters = ImmutableArray.CreateBuilder<ClusterRecord>();
        var prices = ImmutableArray.CreateBuilder<PriceDistribution>();
        foreach (var (number, line) in text.Split('\n').Index())
        {
            if (line.Length == 0 || line[0] == '#') continue;
            var fields = line.Split('|', StringSplitOptions.TrimEntries);
            switch (fields)
            {
                case ["rating", var id, var vendor, var generation, var watts, var gflops]:
                    ratings.Add(new AcceleratorRating(id, vendor, generation, int.Parse(watts, CultureInfo.InvariantCulture), Whole(gflops, 0)));
                    break;
                case ["campus", var name, var owner, var place, var date, var megawatts, var words]:
                    campuses.Add(new CampusPoint(name, owner, place, Date(date), Whole(megawatts, 6), words));
                    break;
                case ["cluster", var name, var certainty, var owner, var country, var place, var date, var megawatts, var chip, var quantity, var buildsUpon]:
                    clusters.Add(new ClusterRecord(
                        name, "Existing", certainty, false, owner, country, place, Date(date), Whole(megawatts, 6), chip, Whole(quantity, 0), "", buildsUpon));
                    break;
                case ["price", var model, var time, var min, var p10, var p25, var median, var p75, var p90, var max]:
                    prices.Add(new PriceDistribution(
                        DateTimeOffset.Parse(time, CultureInfo.InvariantCulture), model, Whole(min, 6), Whole(p10, 6), Whole(p25, 6), Whole(median, 6),
                        Whole(p75, 6), Whole(p90, 6), Whole(max, 6)));
                    break;
                default:
                    throw new InvalidDataException($"Line {number + 1} of the reference figures is of no known kind: {line}");
            }
        }
        return new PublicRecords("the transcribed reference figures (../shared/data is not there)",
            ratings.ToImmutable(), campuses.ToImmutable(), clusters.ToImmutable(), [.. prices.OrderBy(price => price.Time)]);
    }

    private static long Whole(string text, int decimals) =>
        FixedPoint.Floor(text, decimals) ?? throw new InvalidDataException($"'{text}' in the reference figures is not a figure.");

    private static DateOnly Date(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
