namespace Marketplace.Cli.Demo.Sources;

/// <summary>Decimal text of a public record as an integer, without floating point.</summary>
internal static class FixedPoint
{
    /// <summary>
    /// The text times 10^<paramref name="decimals"/>, rounded down: "76.0" with six decimals (megawatts to watts) is 76,000,000.
    /// Digits beyond are dropped; nothing, a sign or a letter is not a figure and gives null.
    /// </summary>
    public static long? Floor(string text, int decimals)
    {
        text = text.Trim();
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var whole = point < 0 ? text : text[..point];
        var rest = point < 0 ? "" : text[(point + 1)..];
        if (whole.Length == 0 || !whole.All(char.IsAsciiDigit) || !rest.All(char.IsAsciiDigit)) return null;
        var scaled = whole + (rest.Length >= decimals ? rest[..decimals] : rest.PadRight(decimals, '0'));
        return long.TryParse(scaled, out var value) ? value : null;
    }

    /// <summary>As <see cref="Floor"/>, but null too when a digit other than zero would be dropped: prices must come in whole.</summary>
    public static long? Exact(string text, int decimals)
    {
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var tooFine = point >= 0 && text.Trim().Length > point + 1 + decimals && text.Trim()[(point + 1 + decimals)..].Any(digit => digit != '0');
        return tooFine ? null : Floor(text, decimals);
    }
}
