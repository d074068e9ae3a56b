using System.CommandLine;
using System.Globalization;
using Gwh.Marketplace.V1;
using Marketplace.Cli.Screens;
using Marketplace.Cli.Units;

namespace Marketplace.Cli.Commands;

/// <summary>gwh trade candles</summary>
internal static class CandlesCommand
{
    private static readonly Dictionary<string, CandleInterval> Intervals = new(StringComparer.Ordinal)
    {
        ["1m"] = CandleInterval.OneMinute,
        ["5m"] = CandleInterval.FiveMinutes,
        ["15m"] = CandleInterval.FifteenMinutes,
        ["1h"] = CandleInterval.OneHour,
        ["1d"] = CandleInterval.OneDay,
    };

    public static Command Create(Verbs verbs)
    {
        var instrument = Inputs.Text("instrument", "The instrument");
        var interval = new Option<string>("--interval") { Description = "Length of a candle", HelpName = string.Join('|', Intervals.Keys), DefaultValueFactory = _ => "1h" };
        interval.AcceptOnlyFromAmong([.. Intervals.Keys]);
        var since = Inputs.Time("--since", "Only candles that start at or after this");
        var before = Inputs.Time("--before", "Only candles that start before this");
        return verbs.List("candles", "Lists the candles of an instrument, oldest first; an interval without a trade has none", [instrument, interval, since, before],
            async (asked, size, token) => await asked.Client.MarketData.ListCandlesAsync(
                new()
                {
                    InstrumentId = asked.Get(instrument),
                    Interval = Intervals[asked.Get(interval)],
                    FromTime = asked.Get(since),
                    ToTime = asked.Get(before),
                    PageSize = size,
                    PageToken = token,
                },
                cancellationToken: asked.Cancellation),
            page => page.Candles, page => page.NextPageToken,
            async (asked, candles) =>
            {
                var watts = (await asked.Instrument(asked.Get(instrument))).RatedWatts;
                asked.Screen.Table(["start", ">open", ">high", ">low", ">close", ">average", ">per GPU-hour", ">volume", ">notional", ">trades"], candles.Select(candle => new[]
                {
                    TimeText.Format(candle.StartTime), PriceText.Format(candle.OpenUsdPerGwh), PriceText.Format(candle.HighUsdPerGwh), PriceText.Format(candle.LowUsdPerGwh),
                    PriceText.Format(candle.CloseUsdPerGwh), PriceText.Format(candle.VwapUsdPerGwh), PriceText.FormatPerGpuHour(candle.VwapUsdPerGwh, watts),
                    QuantityText.Format(candle.VolumeKwh), Dollars.Format(candle.NotionalMicros), candle.TradeCount.ToString("N0", CultureInfo.InvariantCulture),
                }));
            });
    }

    public static Command Watch(Verbs verbs)
    {
        var instrument = Inputs.Text("instrument", "The instrument");
        var interval = new Option<string>("--interval") { Description = "Length of a candle", HelpName = string.Join('|', Intervals.Keys), DefaultValueFactory = _ => "1m" };
        interval.AcceptOnlyFromAmong([.. Intervals.Keys]);
        var stop = new StopOptions();
        return verbs.Run("watch-candles", "Tells the candle under way whenever it grows, until stopped", [instrument, interval, .. stop.All], null, asked =>
            stop.Read(asked, asked.Client.WatchCandles(asked.Get(instrument), Intervals[asked.Get(interval)]), candle => asked.Screen.Line(asked.Json
                ? WireJson.FormatLine(candle)
                : $"{TimeText.Format(candle.StartTime)}  open {PriceText.Format(candle.OpenUsdPerGwh)}  high {PriceText.Format(candle.HighUsdPerGwh)}  low {PriceText.Format(candle.LowUsdPerGwh)}  close {PriceText.Format(candle.CloseUsdPerGwh)}  {QuantityText.Format(candle.VolumeKwh)}")));
    }
}
