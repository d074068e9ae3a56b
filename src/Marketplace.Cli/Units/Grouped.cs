using System.Globalization;
using System.Numerics;

namespace Marketplace.Cli.Units;

/// <summary>Writes exact decimal numbers: 1,520,000.25.</summary>
internal static class Grouped
{
    /// <summary>A number of so many decimal places given without its point: 1234567 of 6 places is 1.234567. Zeros at the end go, but for the fewest places asked for.</summary>
    public static string Decimal(BigInteger scaled, int places, int fewestPlaces = 0)
    {
        var scale = BigInteger.Pow(10, places);
        var whole = BigInteger.Abs(scaled) / scale;
        var fraction = places == 0 ? "" : (BigInteger.Abs(scaled) % scale).ToString(CultureInfo.InvariantCulture).PadLeft(places, '0').TrimEnd('0').PadRight(fewestPlaces, '0');
        var sign = scaled.Sign < 0 ? "-" : "";
        return $"{sign}{whole.ToString("N0", CultureInfo.InvariantCulture)}{(fraction.Length == 0 ? "" : "." + fraction)}";
    }
}
