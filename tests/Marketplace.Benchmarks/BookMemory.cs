using Marketplace.Domain.Instruments;
using Marketplace.Domain.Messages;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Units;

namespace Marketplace.Benchmarks;

/// <summary>What one of many small books keeps: the whole machine, with its channels, all of it acknowledged, and without its instrument's entry.</summary>
internal static class BookMemory
{
    private const int Books = 10_000;

    public static void Run(Instrument instrument, Timestamp now)
    {
        Figures.Print("book_bytes_empty", Bytes(() => Empty(instrument, now)));
        Figures.Print("book_bytes_order_a_side", Bytes(() => OrderASide(instrument, now)));
        Figures.Print("book_bytes_traded", Bytes(() => Traded(instrument, now)));
    }

    private static OrderBook Empty(Instrument instrument, Timestamp now)
    {
        var book = new OrderBook(instrument.Id);
        Take(book, Streams.Catalog, 1, new InstrumentListed(instrument), now);
        return book;
    }

    private static OrderBook OrderASide(Instrument instrument, Timestamp now)
    {
        var book = Empty(instrument, now);
        Take(book, "account/one", 1, new OrderCommands("one", [Place(1, Side.Bid, 1_000)]), now);
        Take(book, "account/two", 1, new OrderCommands("two", [Place(1, Side.Ask, 2_000)]), now);
        return book;
    }

    private static OrderBook Traded(Instrument instrument, Timestamp now)
    {
        var book = OrderASide(instrument, now);
        Take(book, "account/two", 2, new OrderCommands("two", [Place(2, Side.Ask, 1_000)]), now);
        Take(book, "account/one", 2, new OrderCommands("one", [Place(2, Side.Bid, 2_000)]), now);
        return book;
    }

    private static double Bytes(Func<OrderBook> make)
    {
        // Once before it counts: what is made once for all books is there then.
        make();
        var books = new OrderBook[Books];
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var at = 0; at < Books; at++)
        {
            books[at] = make();
        }

        var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(books);
        return bytes / (double)Books;
    }

    private static OrderCommand Place(long number, Side side, long price) =>
        new(CommandKind.Place, number, side, OrderType.Limit, TimeInForce.GoodTillCancelled, SelfTrade: SelfTradeMode.None, Price: price, Quantity: 1);

    /// <summary>A turn with one message, and one with the receipts of what it said.</summary>
    private static void Take(OrderBook book, string sender, long number, Message message, Timestamp now)
    {
        book.BeginTurn(now);
        book.Receive(new Parcel(sender, number, [message], 1, number, now, false));
        book.EndTurn();
        book.BeginTurn(now);
        foreach (var channel in book.Outbox.TakeFresh())
        {
            book.Acknowledge(channel.Target, channel.LastPosted);
        }

        book.EndTurn();
    }
}
