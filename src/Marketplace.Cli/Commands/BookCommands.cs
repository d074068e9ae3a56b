using System.CommandLine;
using Gwh.Marketplace.V1;
using Marketplace.Cli.Screens;
using Marketplace.Client.Books;
using Spectre.Console;

namespace Marketplace.Cli.Commands;

/// <summary>gwh book</summary>
internal static class BookCommands
{
    private const int DefaultDepth = 10;

    /// <summary>Lines of a live ladder that are no levels: heading, table head, spread, foot.</summary>
    private const int LinesBeside = 8;

    private static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(100);

    public static Command Create(Verbs verbs) => Verbs.Noun("book", "Order books", Show(verbs), Watch(verbs), BookOrdersCommand.Create(verbs), TickersCommand.Create(verbs),
        TickersCommand.Watch(verbs));

    private static Command Show(Verbs verbs)
    {
        var instrument = Inputs.Text("instrument", "The instrument, such as H100-USEAST-2027Q1");
        var depth = Depth();
        return verbs.Read("show", "Shows a book as it is", [instrument, depth],
            async asked => await asked.Client.MarketData.GetOrderBookAsync(new() { InstrumentId = asked.Get(instrument), Depth = asked.Get(depth) }, cancellationToken: asked.Cancellation),
            async (asked, answer) =>
            {
                var watts = (await asked.Instrument(asked.Get(instrument))).RatedWatts;
                asked.Screen.Console.Write(Ladder.DrawStill(ViewOf(answer.Book, watts), asked.Get(depth)));
            });
    }

    private static Command Watch(Verbs verbs)
    {
        var instrument = Inputs.Text("instrument", "The instrument");
        var levels = Depth();
        var stop = new StopOptions();
        return verbs.Run("watch", "Shows a book as it changes: a live ladder cut to the screen, until stopped", [instrument, levels, .. stop.All], null, async asked =>
        {
            var watts = (await asked.Instrument(asked.Get(instrument))).RatedWatts;
            var depth = Fitting(asked, asked.Get(levels));
            var stream = asked.Client.WatchBook(asked.Get(instrument), depth);
            if (asked.Json)
            {
                return await stop.Read(asked, stream, update => asked.Screen.Line(WireJson.FormatLine(Message(update))));
            }

            LadderView? view = null;
            return asked.Screen.Console.Profile.Capabilities.Interactive
                ? await Live(asked, stop, stream, watts, depth)
                : await stop.Read(asked, stream, update => asked.Screen.Line(Ladder.Line(view = LadderView.Of(update, watts, depth, view))));
        });
    }

    /// <summary>Reads as fast as the venue tells, and draws ten times a second at most.</summary>
    private static Task<int> Live(Asked asked, StopOptions stop, OrderBookStream stream, long watts, int depth)
    {
        LadderView? view = null;
        return asked.Screen.Console.Live(new Text("connecting ...")).StartAsync(async screen =>
        {
            var reading = stop.Read(asked, stream, update => Volatile.Write(ref view, LadderView.Of(update, watts, depth, Volatile.Read(ref view))));
            using var frames = new PeriodicTimer(Frame);
            for (LadderView? drawn = null; ;)
            {
                var ended = await Task.WhenAny(reading, frames.WaitForNextTickAsync(CancellationToken.None).AsTask()) == reading;
                if (Volatile.Read(ref view) is { } latest && latest != drawn)
                {
                    drawn = latest;
                    screen.UpdateTarget(Ladder.DrawLive(latest, depth));
                }

                if (ended)
                {
                    return await reading;
                }
            }
        });
    }

    /// <summary>As many levels as were asked for and as the screen has lines for; all asked for where there is no screen.</summary>
    private static int Fitting(Asked asked, int depth) => asked.Screen.Console.Profile.Capabilities.Interactive && !asked.Json
        ? Math.Clamp((asked.Screen.Console.Profile.Height - LinesBeside) / 2, 1, Math.Max(1, depth))
        : depth;

    private static Option<int> Depth() => new("--depth") { Description = "Levels a side", DefaultValueFactory = _ => DefaultDepth, HelpName = "NUMBER" };

    private static LadderView ViewOf(OrderBookSnapshot book, long watts) => new(
        book.InstrumentId, watts, book.Phase, book.Sequence, book.EventTime?.ToDateTime() ?? DateTime.UnixEpoch, [.. book.Bids.Select(LevelOf)], [.. book.Asks.Select(LevelOf)], [], 0, null)
    {
        LastPrice = book.LastTradePriceUsdPerGwh,
    };

    private static Level LevelOf(PriceLevel level) => new(level.PriceUsdPerGwh, level.QuantityKwh);

    /// <summary>The update as the wire would tell it: a snapshot where the whole book is new, else what changed.</summary>
    private static StreamOrderBookResponse Message(OrderBookUpdate update)
    {
        var book = update.Book;
        if (update.Changes.Count + update.Trades.Count > 0)
        {
            return new()
            {
                Delta = new() { InstrumentId = book.InstrumentId, Epoch = book.Epoch, Sequence = book.Sequence, Phase = book.Phase, Changes = { update.Changes }, Trades = { update.Trades } },
            };
        }

        return new()
        {
            Snapshot = new()
            {
                InstrumentId = book.InstrumentId,
                Epoch = book.Epoch,
                Sequence = book.Sequence,
                Phase = book.Phase,
                LastTradePriceUsdPerGwh = book.LastTradePriceUsdPerGwh,
                Bids = { book.Bids.Select(WireOf) },
                Asks = { book.Asks.Select(WireOf) },
            },
        };
    }

    private static PriceLevel WireOf(Level level) => new() { PriceUsdPerGwh = level.PriceUsdPerGwh, QuantityKwh = level.QuantityKwh };
}
