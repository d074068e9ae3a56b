using Marketplace.Cli.Demo.Prices;
using Marketplace.Cli.Demo.Sources;

namespace Marketplace.Cli.Demo.Scenarios;

/// <summary>An instrument the demo opens, with the terms it is created with.</summary>
/// <param name="Rating">Accelerator and its rating.</param>
/// <param name="Zone">Zone of delivery.</param>
/// <param name="Period">Period of delivery.</param>
/// <param name="Basis">Where its price comes from.</param>
/// <param name="LotKwh">Quantities are multiples of it.</param>
/// <param name="CollarLow">Lowest price taken, USD per GWh: half of the lowest on the tape.</param>
/// <param name="CollarHigh">Highest price taken, USD per GWh: twice the highest on the tape.</param>
/// <param name="IssuedPercent">Share of the attested capacity of the period that is issued as tokens.</param>
internal sealed record TradedInstrument(
    AcceleratorRating Rating, string Zone, DeliveryPeriod Period, PriceBasis Basis, int LotKwh, long CollarLow, long CollarHigh, int IssuedPercent)
{
    public const long TickUsdPerGwh = 100;
    public const int MakerBasisPoints = 1;
    public const int TakerBasisPoints = 3;

    /// <summary>As the venue derives it: H100-USWEST-2026Q1.</summary>
    public string Id { get; } = $"{Rating.Id}-{Zone}-{Period.Text}";

    /// <summary>
    /// The price at a quantile of what is offered at <paramref name="moment"/>, moved by <paramref name="basisPoints"/>, rounded to the tick and kept
    /// inside the collar. USD per GWh.
    /// </summary>
    public long Price(TapeMoment moment, int perMille, int basisPoints, Rounding rounding) => Math.Clamp(
        Basis.UsdPerGwh(moment.Latest[Basis.Series].Quantile(perMille), Rating.RatedWatts, basisPoints, TickUsdPerGwh, rounding), CollarLow, CollarHigh);

    /// <summary>Down to whole lots.</summary>
    public long ToLot(long kwh) => kwh / LotKwh * LotKwh;
}
