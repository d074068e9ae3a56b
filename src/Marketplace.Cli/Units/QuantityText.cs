using System.Globalization;
using System.Numerics;

namespace Marketplace.Cli.Units;

/// <summary>
/// Quantities as people type and read them. In: "1.5 GWh", "300 MWh", "266880 kWh", "2 TWh", a bare number of kWh, and accelerators: "8xH100 24h", or "8xH100" for the
/// whole delivery period. Energy must be whole kWh; accelerators are rounded to the lot, up for a bid and down for an ask. Out: exact, in the largest unit.
/// </summary>
internal readonly record struct QuantityText
{
    private QuantityText(Rational energyKwh)
    {
        EnergyKwh = energyKwh;
        Accelerator = "";
    }

    private QuantityText(long count, string accelerator, Rational? hours)
    {
        (Count, Accelerator, Hours) = (count, accelerator, hours);
    }

    /// <summary>kWh, where energy was typed.</summary>
    private Rational EnergyKwh { get; }

    /// <summary>Accelerators, where they were typed.</summary>
    private long Count { get; }

    /// <summary>Their model; empty where energy was typed.</summary>
    public string Accelerator { get; }

    /// <summary>For how long; null for the whole delivery period.</summary>
    private Rational? Hours { get; }

    /// <summary>Reads a quantity; says what is wrong with it otherwise.</summary>
    public static bool TryParse(string text, out QuantityText quantity, out string wrong)
    {
        quantity = default;
        wrong = $"'{text}' is no quantity: write it like 1.5GWh, 300MWh, 266880kWh, 8xH100 24h, or a number of kWh";
        var words = text.Trim();
        if (TryAccelerators(words, ref quantity))
        {
            return true;
        }

        var (number, unit) = Split(words);
        var perUnit = unit.ToUpperInvariant() switch
        {
            "" or "KWH" => 1,
            "MWH" => 1_000,
            "GWH" => 1_000_000,
            "TWH" => 1_000_000_000,
            _ => 0L,
        };
        if (perUnit == 0 || !Rational.TryParse(number, out var typed))
        {
            return false;
        }

        quantity = new(typed * perUnit);
        wrong = $"'{text}' is not a whole number of kWh";
        return quantity.EnergyKwh.IsWhole;
    }

    /// <summary>The kWh it means on an instrument. Null, and what is wrong, when the accelerators are others than the instrument's, or it does not fit.</summary>
    public long? ToKwh(string accelerator, long ratedWatts, Rational periodHours, long lotKwh, Rounding rounding, out string wrong)
    {
        wrong = "the quantity is too large";
        if (Accelerator.Length == 0)
        {
            return EnergyKwh.ToWhole();
        }

        if (!string.Equals(Accelerator, accelerator, StringComparison.OrdinalIgnoreCase))
        {
            wrong = $"{Accelerator} is not what the instrument is made of: {accelerator}";
            return null;
        }

        // accelerators x W x h / 1000 W/kW = kWh
        return ((Rational)Count * ratedWatts * (Hours ?? periodHours) / 1_000).ToMultipleOf(lotKwh, rounding);
    }

    /// <summary>The kWh it means where only energy makes sense; null, and why, for accelerators.</summary>
    public long? ToKwh(out string wrong)
    {
        wrong = Accelerator.Length == 0 ? "the quantity is too large" : "write the quantity as energy, like 1.5GWh";
        return Accelerator.Length == 0 ? EnergyKwh.ToWhole() : null;
    }

    /// <summary>Exactly, in the largest unit of GWh, MWh and kWh that it reaches: 1.5 GWh.</summary>
    public static string Format(BigInteger kwh) => BigInteger.Abs(kwh) switch
    {
        var size when size >= 1_000_000 => Grouped.Decimal(kwh, 6) + " GWh",
        var size when size >= 1_000 => Grouped.Decimal(kwh, 3) + " MWh",
        _ => Grouped.Decimal(kwh, 0) + " kWh",
    };

    /// <summary>A sum the wire tells as a decimal string; as it stands where it is none.</summary>
    public static string Format(string kwh) => BigInteger.TryParse(kwh, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? Format(number) : kwh;

    private static bool TryAccelerators(string words, ref QuantityText quantity)
    {
        var times = words.IndexOf('x', StringComparison.OrdinalIgnoreCase);
        if (times < 1 || !long.TryParse(words[..times], NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count < 1)
        {
            return false;
        }

        var parts = words[(times + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length is < 1 or > 2 || parts[0].Length > 16 || !parts[0].All(char.IsAsciiLetterOrDigit))
        {
            return false;
        }

        Rational? hours = null;
        if (parts.Length == 2)
        {
            var (number, unit) = Split(parts[1]);
            if (unit is not ("h" or "d") || !Rational.TryParse(number, out var typed) || typed.Numerator.IsZero)
            {
                return false;
            }

            hours = unit == "d" ? typed * 24 : typed;
        }

        quantity = new(count, parts[0].ToUpperInvariant(), hours);
        return true;
    }

    private static (string Number, string Unit) Split(string text)
    {
        var end = text.Length;
        while (end > 0 && char.IsAsciiLetter(text[end - 1]))
        {
            end--;
        }

        return (text[..end].TrimEnd(), text[end..]);
    }
}
