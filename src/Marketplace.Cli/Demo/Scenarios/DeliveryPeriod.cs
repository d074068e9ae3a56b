using System.Globalization;

namespace Marketplace.Cli.Demo.Scenarios;

/// <summary>A delivery period as instrument ids spell it, UTC, start included, end not.</summary>
/// <param name="Text">2026Q1, 20260115 or 20260115T14.</param>
/// <param name="Start">First hour.</param>
/// <param name="Hours">Length.</param>
/// <param name="NetCycle">Settled in netting cycles, as periods longer than a day are by default; else at once.</param>
internal readonly record struct DeliveryPeriod(string Text, DateTimeOffset Start, int Hours, bool NetCycle)
{
    /// <summary>The first instant after the period.</summary>
    public DateTimeOffset End => Start.AddHours(Hours);

    /// <summary>The calendar quarter that begins next after <paramref name="time"/>.</summary>
    public static DeliveryPeriod QuarterAfter(DateTimeOffset time)
    {
        var start = new DateTimeOffset(time.UtcDateTime.Year, (time.UtcDateTime.Month - 1) / 3 * 3 + 1, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(3);
        var hours = (int)(start.AddMonths(3) - start).TotalHours;
        return new DeliveryPeriod(string.Create(CultureInfo.InvariantCulture, $"{start.Year:0000}Q{(start.Month + 2) / 3}"), start, hours, true);
    }

    /// <summary>A day of this period, counted from 0.</summary>
    public DeliveryPeriod Day(int day)
    {
        var start = Start.AddDays(day);
        return new DeliveryPeriod(start.ToString("yyyyMMdd", CultureInfo.InvariantCulture), start, 24, false);
    }

    /// <summary>An hour of this period, counted from 0.</summary>
    public DeliveryPeriod Hour(int hour)
    {
        var start = Start.AddHours(hour);
        return new DeliveryPeriod(start.ToString("yyyyMMdd'T'HH", CultureInfo.InvariantCulture), start, 1, false);
    }
}
