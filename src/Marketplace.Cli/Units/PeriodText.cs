using System.Globalization;

namespace Marketplace.Cli.Units;

/// <summary>A delivery period as it stands in instruments' ids: 2027, 2027Q1, 2027M03, 20270315 or 20270315T13, UTC.</summary>
internal static class PeriodText
{
    /// <summary>Reads a period: its start, included, and its end, excluded.</summary>
    public static bool TryParse(string text, out DateTimeOffset start, out DateTimeOffset end)
    {
        (start, end) = (default, default);
        if (text.Length == 6 && text[4] == 'Q' && text[5] is >= '1' and <= '4' && Read(text[..4], "yyyy", out var year))
        {
            start = year.AddMonths((text[5] - '1') * 3);
            end = start.AddMonths(3);
            return true;
        }

        if (text.Length == 4 && Read(text, "yyyy", out start))
        {
            end = start.AddYears(1);
            return true;
        }

        if (text.Length == 7 && Read(text, "yyyy'M'MM", out start))
        {
            end = start.AddMonths(1);
            return true;
        }

        if (text.Length == 8 && Read(text, "yyyyMMdd", out start))
        {
            end = start.AddDays(1);
            return true;
        }

        if (text.Length == 11 && Read(text, "yyyyMMdd'T'HH", out start))
        {
            end = start.AddHours(1);
            return true;
        }

        return false;
    }

    private static bool Read(string text, string format, out DateTimeOffset time) =>
        DateTimeOffset.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time) && time.Year is >= 2000 and <= 9997;
}
