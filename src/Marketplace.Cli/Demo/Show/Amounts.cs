using System.Globalization;

namespace Marketplace.Cli.Demo.Show;

/// <summary>Amounts as a reader wants them, cut off after the digits shown; nothing is computed with them.</summary>
internal static class Amounts
{
    private const long MicrosPerDollar = 1_000_000;
    private const long KwhPerGwh = 1_000_000;

    /// <summary>12,345.678 GWh.</summary>
    public static string Gwh(Int128 kwh) => $"{Thousandths(kwh * 1000 / KwhPerGwh)} GWh";

    /// <summary>$1.234B, $12.345M, or $1,234.</summary>
    public static string Usd(Int128 micros)
    {
        var sign = micros < 0 ? "-" : "";
        var dollars = Int128.Abs(micros) / MicrosPerDollar;
        return dollars >= 1_000_000_000 ? $"{sign}${Thousandths(dollars / 1_000_000)}B"
            : dollars >= 1_000_000 ? $"{sign}${Thousandths(dollars / 1000)}M"
            : $"{sign}${Count((long)dollars)}";
    }

    /// <summary>12,345.678 of a thousand kWh, without the unit.</summary>
    public static string Mwh(long kwh) => Thousandths(kwh);

    /// <summary>$1.5232M/GWh, to the tick of 100 dollars; a dash for no price.</summary>
    public static string Price(long usdPerGwh) =>
        usdPerGwh == 0 ? "-" : string.Create(CultureInfo.InvariantCulture, $"${usdPerGwh / 1_000_000}.{usdPerGwh / 100 % 10_000:0000}M/GWh");

    /// <summary>The same price for one accelerator-hour: $2.11/GPUh.</summary>
    public static string GpuHour(long usdPerGwh, long ratedWatts) =>
        usdPerGwh == 0 ? "-" : Cents((Int128)usdPerGwh * ratedWatts / 10_000_000) + "/GPUh";

    /// <summary>12.3 %.</summary>
    public static string Percent(long partsPerMillion) => string.Create(CultureInfo.InvariantCulture, $"{partsPerMillion / 10_000}.{partsPerMillion / 1000 % 10} %");

    /// <summary>12,345.</summary>
    public static string Count(long count) => count.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>2026-01-15 14:00 UTC.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private static string Cents(Int128 cents) => string.Create(CultureInfo.InvariantCulture, $"${cents / 100}.{(long)(cents % 100):00}");

    private static string Thousandths(Int128 value) =>
        string.Create(CultureInfo.InvariantCulture, $"{(value / 1000).ToString("#,0", CultureInfo.InvariantCulture)}.{(long)(value % 1000):000}");
}
