using System.Globalization;
using System.Numerics;

namespace Marketplace.Cli.Units;

/// <summary>Amounts of money as people type and read them. In: "$1.52M", "$12.50", "250K USD", "1520000 micros". Out: exact, to the micro-dollar: $1,234.56.</summary>
internal static class Dollars
{
    private const int MicroPlaces = 6;

    /// <summary>Reads dollars: an optional $, a number, an optional K, M or B.</summary>
    public static bool TryParse(string text, out Rational usd)
    {
        usd = default;
        var number = text.Trim().TrimStart('$').Trim();
        var times = number.Length == 0 ? 0 : char.ToUpperInvariant(number[^1]) switch
        {
            'K' => 1_000,
            'M' => 1_000_000,
            'B' => 1_000_000_000,
            _ => 1L,
        };
        if (times == 0 || !Rational.TryParse(times == 1 ? number : number[..^1].TrimEnd(), out var typed))
        {
            return false;
        }

        usd = typed * times;
        return true;
    }

    /// <summary>Reads an amount in micro-dollars. A bare number is refused: nobody knows what it is of.</summary>
    public static bool TryParseMicros(string text, out long micros, out string wrong)
    {
        micros = 0;
        wrong = $"'{text}' is no amount: write it like $1.5M, $12.50, 250K USD or 1500000micros";
        var words = text.Trim();
        Rational amount;
        if (words.EndsWith("micros", StringComparison.OrdinalIgnoreCase))
        {
            if (!Rational.TryParse(words[..^6].TrimEnd(), out amount))
            {
                return false;
            }
        }
        else
        {
            var isUsd = words.EndsWith("USD", StringComparison.OrdinalIgnoreCase);
            if ((!isUsd && !words.StartsWith('$')) || !TryParse(isUsd ? words[..^3] : words, out amount))
            {
                return false;
            }

            amount *= 1_000_000;
        }

        wrong = $"'{text}' is not a whole number of micro-dollars, or too much";
        micros = amount.ToWhole() ?? -1;
        return micros >= 0;
    }

    /// <summary>Exactly: $1,234.56, and -$0.000001.</summary>
    public static string Format(BigInteger micros) => (micros.Sign < 0 ? "-$" : "$") + Grouped.Decimal(BigInteger.Abs(micros), MicroPlaces, 2);

    /// <summary>A sum the wire tells as a decimal string; as it stands where it is none.</summary>
    public static string Format(string micros) => BigInteger.TryParse(micros, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? Format(number) : micros;
}
