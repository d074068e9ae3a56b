namespace Marketplace.Cli.Demo.Sources;

/// <summary>What was asked for one GPU-hour of a model over all offers of one moment. Micro-dollars per GPU-hour, min to max never falling.</summary>
internal readonly record struct PriceDistribution(
    DateTimeOffset Time, string Model, long Min, long P10, long P25, long Median, long P75, long P90, long Max)
{
    /// <summary>The seven published figures never fall from left to right and none is zero.</summary>
    public bool IsOrdered => 0 < Min && Min <= P10 && P10 <= P25 && P25 <= Median && Median <= P75 && P75 <= P90 && P90 <= Max;

    /// <summary>
    /// The price below which <paramref name="perMille"/> of 1,000 offers ask, in micro-dollars per GPU-hour: straight between the published
    /// figures, rounded down.
    /// </summary>
    public long Quantile(int perMille) => perMille switch
    {
        < 0 or > 1000 => throw new ArgumentOutOfRangeException(nameof(perMille), perMille, "A quantile is 0 to 1,000 per mille."),
        <= 100 => Between(Min, P10, perMille, 100),
        <= 250 => Between(P10, P25, perMille - 100, 150),
        <= 500 => Between(P25, Median, perMille - 250, 250),
        <= 750 => Between(Median, P75, perMille - 500, 250),
        <= 900 => Between(P75, P90, perMille - 750, 150),
        _ => Between(P90, Max, perMille - 900, 100),
    };

    private static long Between(long low, long high, int part, int whole) => low + (high - low) * part / whole;
}
