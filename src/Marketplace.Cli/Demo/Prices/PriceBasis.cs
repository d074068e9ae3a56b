using System.Collections.Immutable;
using Marketplace.Cli.Demo.Sources;

namespace Marketplace.Cli.Demo.Prices;

/// <summary>
/// Where an accelerator's price comes from: its own published series, or another model's times a stated ratio of dense 16-bit performance.
/// </summary>
/// <param name="Accelerator">The accelerator priced.</param>
/// <param name="Series">The model whose series is read.</param>
/// <param name="Numerator">The series times Numerator / Denominator is the price of one GPU-hour.</param>
/// <param name="Denominator">See <paramref name="Numerator"/>.</param>
/// <param name="Words">The derivation, for the reader of the demo.</param>
internal sealed record PriceBasis(string Accelerator, string Series, long Numerator, long Denominator, string Words)
{
    /// <summary>
    /// What a PFLOP-hour of an AMD accelerator is taken to cost, as a share of H100's, in percent. An assumption of this demo: the public index
    /// holds no AMD series.
    /// </summary>
    public const int AmdPercentOfH100 = 75;

    private static readonly ImmutableHashSet<string> OwnSeries = ["A100", "H100", "H200", "B200"];

    /// <summary>The basis, or null when no stated one covers the accelerator.</summary>
    public static PriceBasis? Of(AcceleratorRating rating, ImmutableArray<AcceleratorRating> ratings)
    {
        if (OwnSeries.Contains(rating.Id)) return new PriceBasis(rating.Id, rating.Id, 1, 1, $"{rating.Id}: its own published series");
        // GH200 has a series but is another chip; GB200 is Blackwell, as B200 is.
        if (rating.Id == "GB200")
        {
            return new PriceBasis(rating.Id, "B200", rating.DenseGflops, Gflops("B200"), "GB200: B200's price per dense 16-bit PFLOP-hour");
        }
        if (rating.Vendor == "AMD")
        {
            return new PriceBasis(rating.Id, "H100", rating.DenseGflops * AmdPercentOfH100, Gflops("H100") * 100,
                $"{rating.Id}: {AmdPercentOfH100} % of H100's price per dense 16-bit PFLOP-hour (assumed)");
        }
        return null;

        long Gflops(string id) => ratings.Single(other => other.Id == id).DenseGflops;
    }

    /// <summary>
    /// USD per GWh of rated capacity, a multiple of <paramref name="tick"/>: micro-dollars per GPU-hour / 1,000,000 / rated kW x 1,000,000,
    /// times the basis' ratio and (10,000 + <paramref name="basisPoints"/>) / 10,000, rounded once, to the tick.
    /// </summary>
    public long UsdPerGwh(long microsPerGpuHour, int ratedWatts, int basisPoints, long tick, Rounding rounding)
    {
        var above = (Int128)microsPerGpuHour * Numerator * 1000 * (10_000 + basisPoints);
        var below = (Int128)Denominator * ratedWatts * 10_000 * tick;
        var ticks = rounding == Rounding.Down ? above / below : (above + below - 1) / below;
        return checked((long)(ticks * tick));
    }
}
