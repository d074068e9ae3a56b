using System.Globalization;
using Google.Protobuf.WellKnownTypes;

namespace Marketplace.Cli.Units;

/// <summary>Times as people type and read them: 2027-01-01, 2027-01-01T12:00Z, with a zone or taken as UTC; written as UTC to the second, finer only where there is more.</summary>
internal static class TimeText
{
    /// <summary>Reads a time.</summary>
    public static bool TryParse(string text, out DateTimeOffset time) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);

    /// <summary>Writes a time; a dash where there is none.</summary>
    public static string Format(Timestamp? time)
    {
        if (time is null)
        {
            return "-";
        }

        var utc = time.ToDateTime();
        return utc.ToString(utc.Ticks % TimeSpan.TicksPerSecond == 0 ? "yyyy-MM-dd HH:mm:ss'Z'" : "yyyy-MM-dd HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
    }
}
