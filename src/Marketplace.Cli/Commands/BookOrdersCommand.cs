using System.CommandLine;
using System.Globalization;
using Gwh.Marketplace.V1;
using Marketplace.Cli.Screens;
using Marketplace.Cli.Units;
using Marketplace.Client.Books;

namespace Marketplace.Cli.Commands;

/// <summary>gwh book orders</summary>
internal static class BookOrdersCommand
{
    public static Command Create(Verbs verbs)
    {
        var instrument = Inputs.Text("instrument", "The instrument");
        var depth = new Option<int>("--depth") { Description = "Orders a side", DefaultValueFactory = _ => 10, HelpName = "NUMBER" };
        var watch = Inputs.Flag("--watch", "Goes on, and tells what becomes of each order, until stopped");
        var stop = new StopOptions();
        return verbs.Run("orders", "Shows a book order by order, in turn, by public order numbers", [instrument, depth, watch, .. stop.All], null, async asked =>
        {
            var watts = (await asked.Instrument(asked.Get(instrument))).RatedWatts;
            var first = true;
            return await stop.Read(asked, Until(asked.Client.WatchBookOrders([asked.Get(instrument)]), () => first || asked.Get(watch)), update =>
            {
                if (asked.Json)
                {
                    asked.Screen.Line(WireJson.FormatLine(Message(update)));
                }
                else if (update.Changes.Count + update.Trades.Count == 0)
                {
                    Draw(asked, update.Book, watts, asked.Get(depth));
                }
                else
                {
                    Tell(asked, update, watts);
                }

                first = false;
            });
        });
    }

    /// <summary>A stream that ends by itself when it is no longer wanted.</summary>
    private static async IAsyncEnumerable<BookOrdersUpdate> Until(BookOrdersStream stream, Func<bool> wanted)
    {
        await foreach (var update in stream)
        {
            yield return update;
            if (!wanted())
            {
                yield break;
            }
        }
    }

    private static void Draw(Asked asked, BookOrdersReplica book, long watts, int depth)
    {
        asked.Screen.Line($"{book.InstrumentId}   {EnumText.Format(book.Phase)}   #{book.Sequence}   {book.Count} orders");
        var rows = book.Asks.Take(depth).Reverse().Select(order => ("ask", order)).Concat(book.Bids.Take(depth).Select(order => ("bid", order)));
        asked.Screen.Table(["side", ">order", ">price", ">per GPU-hour", ">shown"], rows.Select(row => new[]
        {
            row.Item1, row.order.OrderId.ToString(CultureInfo.InvariantCulture), PriceText.Format(row.order.PriceUsdPerGwh), PriceText.FormatPerGpuHour(row.order.PriceUsdPerGwh, watts),
            QuantityText.Format(row.order.QuantityKwh),
        }));
    }

    private static void Tell(Asked asked, BookOrdersUpdate update, long watts)
    {
        foreach (var change in update.Changes)
        {
            var price = PriceText.Format(change.PriceUsdPerGwh, watts);
            var became = change.QuantityKwh == 0 ? "gone" : $"{QuantityText.Format(change.QuantityKwh)} at {price}" + (change.Behind ? ", last in turn" : "");
            asked.Screen.Line($"#{update.Book.Sequence}  {EnumText.Format(change.Side)} {change.OrderId}: {became}");
        }

        foreach (var trade in update.Trades)
        {
            asked.Screen.Line($"#{trade.Sequence}  {EnumText.Format(trade.TakerSide)} {trade.TakerOrderId} took {QuantityText.Format(trade.QuantityKwh)} of {trade.MakerOrderId} at {PriceText.Format(trade.PriceUsdPerGwh, watts)}");
        }
    }

    /// <summary>The update as the wire would tell it: a snapshot where the whole book is new, else what changed.</summary>
    private static StreamBookOrdersResponse Message(BookOrdersUpdate update)
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

    private static BookOrder WireOf(RestingOrder order) => new() { OrderId = order.OrderId, PriceUsdPerGwh = order.PriceUsdPerGwh, QuantityKwh = order.QuantityKwh };
}
