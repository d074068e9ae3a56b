using System.Globalization;
using Gwh.Marketplace.V1;
using Marketplace.Cli.Units;
using Marketplace.Client.Books;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Marketplace.Cli.Screens;

/// <summary>Draws a book as a ladder: asks above, bids below, the spread between; sizes with bars, prices both ways, the tape beside.</summary>
internal static class Ladder
{
    private const int BarWidth = 14;

    /// <summary>A book that is not watched: heading and levels.</summary>
    public static IRenderable DrawStill(LadderView view, int depth) => new Rows(Heading(view), Levels(view, depth));

    /// <summary>The whole view, with the tape and how the stream is.</summary>
    public static IRenderable DrawLive(LadderView view, int depth) => new Rows(Heading(view), new Columns(Levels(view, depth), Tape(view)) { Expand = false }, Foot(view));

    /// <summary>One line of the view, for output that is no screen: best bid and ask, last trade.</summary>
    public static string Line(LadderView view)
    {
        var bid = view.Bids.Count == 0 ? "-" : $"{QuantityText.Format(view.Bids[0].QuantityKwh)} @ {PriceText.Format(view.Bids[0].PriceUsdPerGwh, view.RatedWatts)}";
        var ask = view.Asks.Count == 0 ? "-" : $"{QuantityText.Format(view.Asks[0].QuantityKwh)} @ {PriceText.Format(view.Asks[0].PriceUsdPerGwh, view.RatedWatts)}";
        var last = view.LastPrice == 0 ? "-" : PriceText.Format(view.LastPrice);
        return $"{Time(view.EventTime)}  {view.InstrumentId}  #{view.Sequence}  {EnumText.Format(view.Phase)}  bid {bid}  ask {ask}  last {last}";
    }

    private static IRenderable Heading(LadderView view)
    {
        var last = view.LastPrice == 0 ? "no trade yet" : $"last {PriceText.Format(view.LastPrice, view.RatedWatts)} {Direction(view)}";
        return new Text($"{view.InstrumentId}   {EnumText.Format(view.Phase)}   {last}   {Time(view.EventTime)}   #{view.Sequence}", new Style(decoration: Decoration.Bold));
    }

    private static Table Levels(LadderView view, int depth)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (var (name, alignment) in new[]
        {
            ("bids, in all", Justify.Right), ("bid", Justify.Right), ("price", Justify.Right), ("per GPU-hour", Justify.Right), ("ask", Justify.Left), ("asks, in all", Justify.Left),
        })
        {
            table.AddColumn(new TableColumn(new Text(name, new Style(Color.Grey))) { Alignment = alignment, NoWrap = true });
        }

        var largest = view.Bids.Concat(view.Asks).Select(level => level.QuantityKwh).DefaultIfEmpty(1).Max();
        var asks = WithTotals(view.Asks.Take(depth)).Reverse().ToArray();
        foreach (var (level, total) in asks)
        {
            table.AddRow(Empty, Empty, Price(view, level, Color.Red), PerGpuHour(view, level), Size(level, largest, Color.Red, barFirst: true), Plain(QuantityText.Format(total)));
        }

        table.AddRow(Empty, Empty, Plain(Spread(view)), Empty, Empty, Empty);
        foreach (var (level, total) in WithTotals(view.Bids.Take(depth)))
        {
            table.AddRow(Plain(QuantityText.Format(total)), Size(level, largest, Color.Green, barFirst: false), Price(view, level, Color.Green), PerGpuHour(view, level), Empty, Empty);
        }

        return table;
    }

    private static Table Tape(LadderView view)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn(new TableColumn(new Text("trades", new Style(Color.Grey))) { NoWrap = true });
        table.AddColumn(new TableColumn(Empty) { Alignment = Justify.Right, NoWrap = true });
        table.AddColumn(new TableColumn(Empty) { Alignment = Justify.Right, NoWrap = true });
        foreach (var trade in view.Tape)
        {
            var color = trade.TakerSide == Side.Bid ? Color.Green : Color.Red;
            table.AddRow(
                Plain(Time(trade.EventTime?.ToDateTime() ?? view.EventTime)), new Text(PriceText.Format(trade.PriceUsdPerGwh), new Style(color)), Plain(QuantityText.Format(trade.QuantityKwh)));
        }

        return table;
    }

    private static IRenderable Foot(LadderView view)
    {
        var volume = $"traded since watching: {QuantityText.Format((System.Numerics.BigInteger)view.TradedKwh)}";
        var healed = view.Healed is null ? "" : $"   healed: {EnumText.Format(view.Healed.Cause)} at #{view.Healed.ResumedSequence}";
        return new Text($"{volume}{healed}   Ctrl+C ends", new Style(Color.Grey));
    }

    private static IEnumerable<(Level Level, System.Numerics.BigInteger Total)> WithTotals(IEnumerable<Level> levels)
    {
        System.Numerics.BigInteger total = 0;
        foreach (var level in levels)
        {
            total += level.QuantityKwh;
            yield return (level, total);
        }
    }

    private static Text Size(Level level, long largest, Color color, bool barFirst)
    {
        // At least one block, so that no level is invisible.
        var blocks = 1 + (int)((Int128)level.QuantityKwh * (BarWidth - 1) / largest);
        var bar = new string('\u2588', blocks);
        var size = QuantityText.Format(level.QuantityKwh);
        return new Text(barFirst ? $"{bar} {size}" : $"{size} {bar}", new Style(color));
    }

    private static Text Price(LadderView view, Level level, Color color) =>
        new(PriceText.Format(level.PriceUsdPerGwh), new Style(color, decoration: level.PriceUsdPerGwh == view.LastPrice ? Decoration.Invert : Decoration.None));

    private static Text PerGpuHour(LadderView view, Level level) => Plain(PriceText.FormatPerGpuHour(level.PriceUsdPerGwh, view.RatedWatts));

    private static string Spread(LadderView view)
    {
        if (view.Spread is not { } spread || view.TwiceMid is not { } twiceMid)
        {
            return "one-sided";
        }

        // Basis points of the mid, to the nearest hundredth.
        var hundredths = new Rational((Int128)spread * 2 * 1_000_000, twiceMid).ToMultipleOf(1, Rounding.Nearest) ?? 0;
        return $"spread ${Grouped.Decimal(spread, 0)}, {Grouped.Decimal(hundredths, 2)} bps";
    }

    private static string Direction(LadderView view)
    {
        var other = view.Tape.FirstOrDefault(trade => trade.PriceUsdPerGwh != view.LastPrice);
        return other is null ? "" : view.LastPrice > other.PriceUsdPerGwh ? "up" : "down";
    }

    private static Text Empty => new("");

    private static Text Plain(string text) => new(text);

    private static string Time(DateTime time) => time.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
