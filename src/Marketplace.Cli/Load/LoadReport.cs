using System.Globalization;
using Marketplace.Cli.Screens;
using Marketplace.Cli.Units;

namespace Marketplace.Cli.Load;

/// <summary>
/// The figures of a load run. Latencies are in microseconds, from when a batch was to be sent until its answer, which the venue gives when it is durable. Violations are
/// answers that are not what was asked for, and invariants the audit at the end finds broken; the first of them in words.
/// </summary>
internal sealed record LoadReport(
    string Instrument, string Mode, string Arrivals, double Seconds, int Sessions, int Batch, int Rate, long Sent, long Answered, long Unknown, IReadOnlyDictionary<string, long> Refused, long FilledKwh, int Reopened,
    long Violations, IReadOnlyCollection<string> FirstViolations, double AnsweredPerSecond, long LatencyMicrosP50, long LatencyMicrosP90, long LatencyMicrosP99, long LatencyMicrosP999, long LatencyMicrosMax)
{
    /// <summary>The report of a run that took so long.</summary>
    public static LoadReport Of(LoadVenue venue, LoadOptions options, LoadTally tally, TimeSpan took, int reopened) => new(
        venue.InstrumentId, EnumText.Format(options.Mode), EnumText.Format(options.Arrival), Math.Round(took.TotalSeconds, 3), options.Sessions, options.Batch, options.Rate, tally.Sent, tally.Answered, tally.Unknown, tally.Refused, tally.FilledKwh, reopened,
        tally.Checks.Count, tally.Checks.Kept, Math.Round(tally.Answered / Math.Max(took.TotalSeconds, 0.001), 1), tally.LatencyMicros(50), tally.LatencyMicros(90), tally.LatencyMicros(99), tally.LatencyMicros(99.9),
        tally.LatencyMicros(100));

    /// <summary>Shows it to people.</summary>
    public void Show(Screen screen)
    {
        screen.Facts(
            ("instrument", Instrument), ("offered", $"{Count(Rate)} commands/s, arrivals {Arrivals}, {Mode} mode, {Sessions} traders, batches of {Batch}"), ("sent", Count(Sent)), ("answered", Count(Answered)),
            ("outcome unknown", Count(Unknown)), ("took", $"{Seconds.ToString("0.0", CultureInfo.InvariantCulture)} s"), ("answered a second", Count((long)AnsweredPerSecond)),
            ("filled at entry", QuantityText.Format(FilledKwh)), ("sessions opened again", Count(Reopened)), ("violations", Count(Violations)));
        screen.Table(["latency from when it was to be sent", ">"], new[]
        {
            ("50 %", LatencyMicrosP50), ("90 %", LatencyMicrosP90), ("99 %", LatencyMicrosP99), ("99.9 %", LatencyMicrosP999), ("longest", LatencyMicrosMax),
        }.Select(row => new[] { row.Item1, Milliseconds(row.Item2) }));
        foreach (var violation in FirstViolations)
        {
            screen.Line(violation);
        }

        if (Refused.Count > 0)
        {
            screen.Table(["refused", ">"], Refused.Select(entry => new[] { entry.Key, Count(entry.Value) }));
        }
    }

    /// <summary>Milliseconds of microseconds, exactly.</summary>
    public static string Milliseconds(long micros) => Grouped.Decimal(micros, 3, 3) + " ms";

    private static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
