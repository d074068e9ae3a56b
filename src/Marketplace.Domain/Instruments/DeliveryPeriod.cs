using System.Globalization;

namespace Marketplace.Domain.Instruments;

/// <summary>Length of a delivery period.</summary>
public enum PeriodKind
{
    /// <summary>Not stated.</summary>
    Unspecified = 0,
    /// <summary>One hour.</summary>
    Hour = 1,
    /// <summary>One UTC day.</summary>
    Day = 2,
    /// <summary>One calendar month, UTC.</summary>
    Month = 3,
    /// <summary>One calendar quarter, UTC.</summary>
    Quarter = 4,
    /// <summary>One calendar year, UTC.</summary>
    Year = 5,
}

/// <summary>A delivery period, UTC: 2027, 2027Q1, 2027M03, 20270315 or 20270315T13. Years 2000 to 9998.</summary>
[GenerateSerializer, Alias("gwh.period"), Immutable]
public readonly record struct DeliveryPeriod(
    [property: Id(0)] PeriodKind Kind,
    [property: Id(1)] Timestamp Start,
    [property: Id(2)] Timestamp End)
{
    /// <summary>Length in microseconds.</summary>
    public long LengthMicros => End.Micros - Start.Micros;

    /// <summary>Reads a period as it stands in an instrument's id.</summary>
    public static bool TryParse(string? text, out DeliveryPeriod period)
    {
        period = default;
        if (text is null || text.Length < 4 || !Number(text, 0, 4, out var year) || year is < 2000 or > 9998)
        {
            return false;
        }

        switch (text.Length)
        {
            case 4:
                return Of(PeriodKind.Year, year, 1, 1, 0, out period);
            case 6 when text[4] == 'Q' && Number(text, 5, 1, out var quarter) && quarter is >= 1 and <= 4:
                return Of(PeriodKind.Quarter, year, (quarter * 3) - 2, 1, 0, out period);
            case 7 when text[4] == 'M' && Number(text, 5, 2, out var month) && month is >= 1 and <= 12:
                return Of(PeriodKind.Month, year, month, 1, 0, out period);
            case 8 when Number(text, 4, 2, out var month) && Number(text, 6, 2, out var day):
                return Of(PeriodKind.Day, year, month, day, 0, out period);
            case 11 when text[8] == 'T' && Number(text, 4, 2, out var month) && Number(text, 6, 2, out var day) && Number(text, 9, 2, out var hour):
                return Of(PeriodKind.Hour, year, month, day, hour, out period);
            default:
                return false;
        }
    }

    /// <summary>Whether another period lies wholly inside this one.</summary>
    public bool Contains(DeliveryPeriod inner) => inner.Start >= Start && inner.End <= End;

    /// <inheritdoc/>
    public override string ToString()
    {
        var start = Start.ToUtc();
        return Kind switch
        {
            PeriodKind.Year => start.ToString("yyyy", CultureInfo.InvariantCulture),
            PeriodKind.Quarter => $"{start.Year:D4}Q{((start.Month - 1) / 3) + 1}",
            PeriodKind.Month => start.ToString("yyyy'M'MM", CultureInfo.InvariantCulture),
            PeriodKind.Day => start.ToString("yyyyMMdd", CultureInfo.InvariantCulture),
            PeriodKind.Hour => start.ToString("yyyyMMdd'T'HH", CultureInfo.InvariantCulture),
            _ => "",
        };
    }

    private static bool Of(PeriodKind kind, int year, int month, int day, int hour, out DeliveryPeriod period)
    {
        period = default;
        if (month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23)
        {
            return false;
        }

        var start = new DateTime(year, month, day, hour, 0, 0, DateTimeKind.Utc);
        var end = kind switch
        {
            PeriodKind.Year => start.AddYears(1),
            PeriodKind.Quarter => start.AddMonths(3),
            PeriodKind.Month => start.AddMonths(1),
            PeriodKind.Day => start.AddDays(1),
            _ => start.AddHours(1),
        };
        period = new(kind, Timestamp.FromUtc(start), Timestamp.FromUtc(end));
        return true;
    }

    private static bool Number(string text, int start, int length, out int number) =>
        int.TryParse(text.AsSpan(start, length), NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
