using System.CommandLine;
using System.Globalization;
using Gwh.Marketplace.V1;
using Marketplace.Cli.Screens;
using Marketplace.Cli.Units;

namespace Marketplace.Cli.Commands;

/// <summary>gwh book tickers</summary>
internal static class TickersCommand
{
    public static Command Create(Verbs verbs) => verbs.List("tickers", "Lists every instrument's market in one line: best prices, last trade, the last 24 hours", [],
        async (asked, size, token) => await asked.Client.MarketData.ListTickersAsync(new() { PageSize = size, PageToken = token }, cancellationToken: asked.Cancellation),
        page => page.Tickers, page => page.NextPageToken, Show);

    public static Command Watch(Verbs verbs)
    {
        var stop = new StopOptions();
        return verbs.Run("watch-tickers", "Tells every instrument's market whenever it changes, until stopped", [.. stop.All], null, asked =>
            stop.Read(asked, asked.Client.WatchTickers(), ticker => asked.Screen.Line(asked.Json
                ? WireJson.FormatLine(ticker)
                : $"{ticker.InstrumentId}  #{ticker.Sequence}  bid {Side(ticker.BidUsdPerGwh, ticker.BidKwh)}  ask {Side(ticker.AskUsdPerGwh, ticker.AskKwh)}  last {Price(ticker.LastTradePriceUsdPerGwh)}  {Change(ticker)}")));
    }

    private static Task Show(Asked asked, IReadOnlyList<Ticker> tickers)
    {
        asked.Screen.Table(["instrument", "phase", ">bid", ">ask", ">last", ">24 h", ">high", ">low", ">volume", ">trades"], tickers.Select(ticker => new[]
        {
            ticker.InstrumentId, EnumText.Format(ticker.Phase), Side(ticker.BidUsdPerGwh, ticker.BidKwh), Side(ticker.AskUsdPerGwh, ticker.AskKwh),
            Price(ticker.LastTradePriceUsdPerGwh), Change(ticker), Price(ticker.High24HUsdPerGwh), Price(ticker.Low24HUsdPerGwh), QuantityText.Format(ticker.Volume24HKwh),
            ticker.TradeCount24H.ToString("N0", CultureInfo.InvariantCulture),
        }));
        return Task.CompletedTask;
    }

    private static string Side(long price, long kwh) => price == 0 ? "" : $"{QuantityText.Format(kwh)} @ {PriceText.Format(price)}";

    private static string Price(long price) => price == 0 ? "" : PriceText.Format(price);

    /// <summary>The change over the day, parts of a hundred to the nearest hundredth.</summary>
    private static string Change(Ticker ticker)
    {
        if (ticker.Open24HUsdPerGwh == 0)
        {
            return "";
        }

        var hundredths = new Rational((Int128)ticker.Change24HUsdPerGwh * 10_000, ticker.Open24HUsdPerGwh).ToMultipleOf(1, Rounding.Nearest) ?? 0;
        return $"{(hundredths > 0 ? "+" : "")}{Grouped.Decimal(hundredths, 2)} %";
    }
}
