using System.Globalization;
using System.Numerics;

namespace Marketplace.Cli.Units;

/// <summary>An exact number: a fraction of whole numbers, the denominator above zero. What a person types is never a floating-point number.</summary>
internal readonly record struct Rational
{
    /// <summary>The most characters of a typed number.</summary>
    private const int LongestText = 40;

    public Rational(BigInteger numerator, BigInteger denominator)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(denominator, BigInteger.Zero);
        var divisor = BigInteger.GreatestCommonDivisor(numerator, denominator);
        (Numerator, Denominator) = (numerator / divisor, denominator / divisor);
    }

    public BigInteger Numerator { get; }

    public BigInteger Denominator { get; }

    /// <summary>Whether it is a whole number.</summary>
    public bool IsWhole => Denominator.IsOne;

    /// <summary>Reads 1, 1.5, 1,520,000.25: digits, commas between groups of three, one point. No sign, no exponent.</summary>
    public static bool TryParse(string text, out Rational number)
    {
        number = default;
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var whole = point < 0 ? text : text[..point];
        var fraction = point < 0 ? "" : text[(point + 1)..];
        if (text.Length > LongestText || !TryUngroup(whole, out var digits) || (point >= 0 && fraction.Length == 0) || !fraction.All(char.IsAsciiDigit))
        {
            return false;
        }

        number = new(BigInteger.Parse(digits + fraction, NumberStyles.None, CultureInfo.InvariantCulture), BigInteger.Pow(10, fraction.Length));
        return true;
    }

    /// <summary>The product.</summary>
    public static Rational operator *(Rational a, Rational b) => new(a.Numerator * b.Numerator, a.Denominator * b.Denominator);

    /// <summary>The quotient.</summary>
    public static Rational operator /(Rational a, Rational b) => new(a.Numerator * b.Denominator, a.Denominator * b.Numerator);

    /// <summary>A whole number.</summary>
    public static implicit operator Rational(long number) => new(number, 1);

    /// <summary>The nearest whole multiple of a step, in a direction; null when it does not fit an int64.</summary>
    public long? ToMultipleOf(long step, Rounding rounding)
    {
        var steps = Divide(Numerator, Denominator * step, rounding);
        var rounded = steps * step;
        return rounded >= long.MinValue && rounded <= long.MaxValue ? (long)rounded : null;
    }

    /// <summary>The whole number it is; null when it is none, or does not fit an int64.</summary>
    public long? ToWhole() => IsWhole && Numerator >= long.MinValue && Numerator <= long.MaxValue ? (long)Numerator : null;

    private static BigInteger Divide(BigInteger dividend, BigInteger divisor, Rounding rounding) => rounding switch
    {
        Rounding.Down => Floor(dividend, divisor),
        Rounding.Up => -Floor(-dividend, divisor),
        _ => Floor((2 * dividend) + divisor, 2 * divisor),
    };

    private static BigInteger Floor(BigInteger dividend, BigInteger divisor)
    {
        var quotient = BigInteger.DivRem(dividend, divisor, out var remainder);
        return remainder.Sign < 0 ? quotient - 1 : quotient;
    }

    private static bool TryUngroup(string whole, out string digits)
    {
        digits = "";
        var groups = whole.Split(',');
        if (groups.Any(group => group.Length == 0 || !group.All(char.IsAsciiDigit)) || (groups.Length > 1 && (groups[0].Length > 3 || groups[1..].Any(group => group.Length != 3))))
        {
            return false;
        }

        digits = string.Concat(groups);
        return true;
    }
}

/// <summary>Which way to round.</summary>
internal enum Rounding
{
    /// <summary>Towards minus infinity.</summary>
    Down,
    /// <summary>Towards plus infinity.</summary>
    Up,
    /// <summary>To the nearest, halves up. For display only.</summary>
    Nearest,
}
