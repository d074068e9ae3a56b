using System.Collections.Immutable;
using System.Globalization;
using Marketplace.Cli.Demo.Audits;
using Marketplace.Cli.Demo.Scenarios;
using Marketplace.Cli.Demo.Stage;
using Marketplace.Client.Books;
using Spectre.Console;

namespace Marketplace.Cli.Demo.Show;

/// <summary>The market as its streams tell it, and what it came to in the end.</summary>
internal static class MarketPage
{
    private const int LadderLevels = 5;

    /// <summary>All books at once: best bid and ask, what stands there, and the last price.</summary>
    public static Table Books(IEnumerable<TradedInstrument> instruments, BookWatch watch, string caption)
    {
        var table = Screen.Columns("instrument", "|bid MWh", "|bid", "|ask", "|ask MWh", "|last", "|last per GPU-hour", "|sequence");
        table.Caption = new TableTitle(Markup.Escape(caption));
        foreach (var instrument in instruments)
        {
            if (watch.Find(instrument.Id) is not { } book) continue;
            var (bid, ask) = (book.Bids.FirstOrDefault(), book.Asks.FirstOrDefault());
            table.AddRow(new Text(instrument.Id), Grey(Quantity(bid)), new Text(Amounts.Price(bid.PriceUsdPerGwh), new Style(Color.Green)),
                new Text(Amounts.Price(ask.PriceUsdPerGwh), new Style(Color.Red)), Grey(Quantity(ask)), new Text(Amounts.Price(book.LastPrice)),
                new Text(Amounts.GpuHour(book.LastPrice, instrument.Rating.RatedWatts)), Grey(Amounts.Count(book.Sequence)));
        }

        return table;
    }

    /// <summary>One book, level by level.</summary>
    public static Table Ladder(WatchedBook book, int ratedWatts)
    {
        var table = Screen.Columns("|MWh bid", "|price", "|per GPU-hour", "|MWh asked");
        table.Title = new TableTitle(book.Instrument);
        foreach (var level in book.Asks.Take(LadderLevels).Reverse()) Level("", level, Quantity(level), Color.Red);
        foreach (var level in book.Bids.Take(LadderLevels)) Level(Quantity(level), level, "", Color.Green);
        return table;

        void Level(string bid, Level level, string ask, Color colour) => table.AddRow(
            new Text(bid), new Text(Amounts.Price(level.PriceUsdPerGwh), new Style(colour)), Grey(Amounts.GpuHour(level.PriceUsdPerGwh, ratedWatts)), new Text(ask));
    }

    /// <summary>Volume and settlement by instrument.</summary>
    public static Table Volume(IReadOnlyList<AuditedInstrument> instruments)
    {
        var table = Screen.Columns("instrument", "settles", "|trades", "|volume", "|notional", "|average price", "|fees", "|cycles", "|netted USD", "|netted kWh");
        foreach (var (instrument, replay, _, summary, _, _) in instruments)
        {
            var (kwh, notional) = (replay.Settlement.VolumeKwh, replay.Settlement.NotionalMicros);
            SupplyPage.Row(table, instrument.InstrumentId, instrument.SettlementMode == Gwh.Marketplace.V1.SettlementMode.Immediate ? "at once" : "net cycle",
                Amounts.Count(summary.TradeCount), Amounts.Gwh(kwh), Amounts.Usd(notional), kwh == 0 ? "-" : Amounts.Price((long)(notional / kwh)), Amounts.Usd(replay.Settlement.FeeMicros),
                Amounts.Count(summary.CycleCount), summary.CycleCount == 0 ? "-" : Amounts.Percent(summary.NotionalNettingPpm), summary.CycleCount == 0 ? "-" : Amounts.Percent(summary.KwhNettingPpm));
        }

        return table;
    }

    /// <summary>The netting ratio over all instruments: 1 - net moved / gross traded.</summary>
    public static string Netting(IReadOnlyList<AuditedInstrument> instruments)
    {
        var summaries = instruments.Select(instrument => instrument.Summary).ToImmutableArray();
        return $"Netting: {Ratio(summary => summary.NetNotionalMicros, summary => summary.GrossNotionalMicros)} of the USD and "
            + $"{Ratio(summary => summary.NetKwh, summary => summary.GrossKwh)} of the kWh traded for cycles never had to move.";

        string Ratio(Func<Gwh.Marketplace.V1.SettlementSummary, string> net, Func<Gwh.Marketplace.V1.SettlementSummary, string> gross)
        {
            var (moved, traded) = (Sum(net), Sum(gross));
            return traded == 0 ? "nothing" : Amounts.Percent((long)((traded - moved) * 1_000_000 / traded));
        }

        Int128 Sum(Func<Gwh.Marketplace.V1.SettlementSummary, string> amount) =>
            summaries.Aggregate(Int128.Zero, (sum, summary) => sum + Int128.Parse(amount(summary), CultureInfo.InvariantCulture));
    }

    private static string Quantity(Level level) => level.QuantityKwh == 0 ? "" : Amounts.Mwh(level.QuantityKwh);

    private static Text Grey(string text) => new(text, new Style(Color.Grey));
}
