namespace Marketplace.Cli.Units;

/// <summary>
/// Prices as people type and read them. In: "$1.52M/GWh", "$1,520,000/GWh", "$1520/MWh", "$1.52/kWh", "$2.11/GPUh", a bare number of USD per GWh. Per energy they must
/// be whole USD per GWh; per accelerator-hour they are rounded to the tick, down for a bid and up for an ask, so that typing never worsens a trader's terms.
/// Out: exact, and beside it per accelerator-hour, to the nearest hundredth of a cent.
/// </summary>
internal readonly record struct PriceText
{
    private const int GpuHourPlaces = 4;

    private PriceText(Rational usd, bool perGpuHour) => (Usd, IsPerGpuHour) = (usd, perGpuHour);

    /// <summary>USD per GWh, or per accelerator-hour.</summary>
    private Rational Usd { get; }

    /// <summary>Whether it is per accelerator-hour.</summary>
    public bool IsPerGpuHour { get; }

    /// <summary>Reads a price; says what is wrong with it otherwise.</summary>
    public static bool TryParse(string text, out PriceText price, out string wrong)
    {
        price = default;
        wrong = $"'{text}' is no price: write it like $1.52M/GWh, $1520/MWh, $1.52/kWh, $2.11/GPUh, or a number of USD per GWh";
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var unit = slash < 0 ? "GWH" : text[(slash + 1)..].Trim().ToUpperInvariant();
        var perUnit = unit switch
        {
            "GWH" or "GPUH" => 1,
            "MWH" => 1_000,
            "KWH" => 1_000_000,
            _ => 0L,
        };
        if (perUnit == 0 || !Dollars.TryParse(slash < 0 ? text : text[..slash], out var usd))
        {
            return false;
        }

        price = new(usd * perUnit, unit == "GPUH");
        wrong = $"'{text}' is not a whole number of USD per GWh";
        return price.IsPerGpuHour || price.Usd.IsWhole;
    }

    /// <summary>USD per GWh on an instrument; null when it does not fit.</summary>
    public long? ToUsdPerGwh(long ratedWatts, long tick, Rounding rounding) => IsPerGpuHour
        ? (Usd * 1_000_000_000 / ratedWatts).ToMultipleOf(tick, rounding)
        : Usd.ToWhole();

    /// <summary>USD per GWh where no accelerator is known; null for a price per accelerator-hour.</summary>
    public long? ToUsdPerGwh() => IsPerGpuHour ? null : Usd.ToWhole();

    /// <summary>Exactly: $1,520,000/GWh.</summary>
    public static string Format(long usdPerGwh) => $"${Grouped.Decimal(usdPerGwh, 0)}/GWh";

    /// <summary>Per accelerator-hour, to the nearest hundredth of a cent: $2.1128/GPUh.</summary>
    public static string FormatPerGpuHour(long usdPerGwh, long ratedWatts)
    {
        // USD/GWh x W / 1e9 W/GW = USD an hour; in units of 1e-4 USD: / 1e5.
        var scaled = ((Rational)usdPerGwh * ratedWatts / 100_000).ToMultipleOf(1, Rounding.Nearest) ?? long.MaxValue;
        return $"${Grouped.Decimal(scaled, GpuHourPlaces, 2)}/GPUh";
    }

    /// <summary>Both ways: $1,520,000/GWh ($2.1128/GPUh).</summary>
    public static string Format(long usdPerGwh, long ratedWatts) => $"{Format(usdPerGwh)} ({FormatPerGpuHour(usdPerGwh, ratedWatts)})";
}
