using System.Globalization;
using Marketplace.Cli.Units;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Marketplace.Cli.Load;

/// <summary>The live view of a load run: what was offered and answered, the latencies so far, and the throughput of the last minute. Not safe for several threads.</summary>
internal sealed class LoadView(LoadOptions options, LoadTally tally)
{
    private const int Columns = 60;
    private const string Bars = " ▁▂▃▄▅▆▇█";

    private readonly Queue<long> _perSecond = new();
    private long _answeredBefore;
    private TimeSpan _at;

    /// <summary>Takes note of how far it is; called about once a second.</summary>
    public void Look(TimeSpan elapsed)
    {
        var answered = tally.Answered;
        _perSecond.Enqueue((long)((answered - _answeredBefore) / Math.Max(0.001, (elapsed - _at).TotalSeconds)));
        (_answeredBefore, _at) = (answered, elapsed);
        if (_perSecond.Count > Columns)
        {
            _perSecond.Dequeue();
        }
    }

    /// <summary>One line, where there is no screen.</summary>
    public string Line() => string.Create(
        CultureInfo.InvariantCulture,
        $"{_at.TotalSeconds,5:0} s  sent {tally.Sent:N0}  answered {_answeredBefore:N0} (+{_perSecond.LastOrDefault():N0}/s)  p50 {Latency(50)}  p90 {Latency(90)}  p99 {Latency(99)}  "
        + $"p99.9 {Latency(99.9)}  max {Latency(100)}  refused {tally.Refused.Values.Sum():N0}  unknown {tally.Unknown:N0}  violations {tally.Checks.Count:N0}");

    /// <summary>The whole view.</summary>
    public IRenderable Draw()
    {
        var facts = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(3)).AddColumn(new GridColumn().NoWrap());
        Fact("offered", $"{Count(options.Rate)} commands/s, {(options.Arrival == LoadArrival.Poisson ? "as a Poisson process" : "evenly")}, {options.Mode.ToString().ToLowerInvariant()}");
        Fact("time", $"{Whole(_at)} of {options.Seconds} s");
        Fact("sent", Count(tally.Sent));
        Fact("answered", $"{Count(_answeredBefore)}, now {Count(_perSecond.LastOrDefault())}/s");
        Fact("refused", string.Join("  ", tally.Refused.Select(refused => $"{refused.Key} {Count(refused.Value)}").DefaultIfEmpty("0")));
        Fact("unknown", Count(tally.Unknown));
        Fact("violations", Count(tally.Checks.Count));
        var latencies = new Table { Border = TableBorder.Simple, UseSafeBorder = false };
        latencies.AddColumns(["p50", "p90", "p99", "p99.9", "max"]);
        latencies.AddRow([Latency(50), Latency(90), Latency(99), Latency(99.9), Latency(100)]);
        return new Rows(facts, new Text("latency from when it was due"), latencies, new Text($"answered a second, up to {Count(_perSecond.DefaultIfEmpty().Max())}"), new Text(Bar()));

        void Fact(string name, string value) => facts.AddRow(new Text(name, new Style(Color.Grey)), new Text(value));
    }

    private string Bar()
    {
        var most = Math.Max(1, _perSecond.DefaultIfEmpty().Max());
        return string.Concat(_perSecond.Select(count => Bars[(int)Math.Min(Bars.Length - 1, count * (Bars.Length - 1) / most)]));
    }

    private string Latency(double percent) => LoadReport.Milliseconds(tally.LatencyMicros(percent));

    private static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static string Whole(TimeSpan time) => ((long)time.TotalSeconds).ToString(CultureInfo.InvariantCulture);
}
