using Google.Protobuf;
using Gwh.Marketplace.V1;
using Marketplace.Domain.Orders;
using Marketplace.Grains.Orders;
using BookChecksum = Marketplace.Server.Services.BookChecksum;
using Side = Gwh.Marketplace.V1.Side;

namespace Marketplace.Server.MarketData;

/// <summary>
/// The messages of a stream of one book as bytes, with the five of gRPC's framing before each: no compression, and the length. What both kinds of stream have in common
/// has the same numbers in both, and so the same bytes.
/// </summary>
internal sealed class BookWire(string instrument)
{
    /// <summary>Books never lose continuity: the sequence is durable, so restarts keep the epoch.</summary>
    public const long Epoch = 1;

    /// <summary>The most orders of one part of a snapshot.</summary>
    private const int OrdersOfPart = 5_000;

    public byte[] Resumed(long sequence) => Of(new StreamOrderBookResponse { Resumed = new() { InstrumentId = instrument, Epoch = Epoch, Sequence = sequence } });

    public byte[] Heartbeat(long sequence) => Of(new StreamOrderBookResponse { Heartbeat = new() { InstrumentId = instrument, Epoch = Epoch, LastSequence = sequence } });

    public byte[] Resync(ResyncReason reason, long from, long to) => Of(new StreamOrderBookResponse
    {
        Resync = new() { InstrumentId = instrument, Reason = reason, DroppedFromSequence = from, DroppedToSequence = to },
    });

    public byte[] Levels(BookFeed book, int depth, uint checksum)
    {
        var snapshot = new OrderBookSnapshot
        {
            InstrumentId = instrument,
            Epoch = Epoch,
            Sequence = book.Sequence,
            Phase = (InstrumentState)book.State,
            Checksum = checksum,
            EventTime = TimeOf(book),
            LastTradePriceUsdPerGwh = book.LastPrice,
        };
        foreach (var (ladder, levels) in new[] { (book.Bids, snapshot.Bids), (book.Asks, snapshot.Asks) })
        {
            for (var rank = 0; rank < Math.Min(depth, ladder.Count); rank++)
            {
                levels.Add(new PriceLevel { PriceUsdPerGwh = ladder[rank].Price, QuantityKwh = ladder[rank].Quantity });
            }
        }

        return Of(new StreamOrderBookResponse { Snapshot = snapshot });
    }

    /// <summary>A delta over one change or several, in order; the levels are what the reader sees of them.</summary>
    public byte[] LevelsDelta(long previous, IReadOnlyList<BookChange> changes, IReadOnlyList<LevelChange> levels, uint checksum)
    {
        var last = changes[^1];
        var delta = new OrderBookDelta
        {
            InstrumentId = instrument,
            Epoch = Epoch,
            Sequence = last.Sequence,
            PrevSequence = previous,
            EventTime = Wire.ToTimestamp(last.Time),
            Phase = (InstrumentState)last.State,
            Checksum = checksum,
        };
        foreach (var level in levels)
        {
            delta.Changes.Add(new PriceLevelChange { Side = (Side)level.Side, PriceUsdPerGwh = level.Price, QuantityKwh = level.Quantity });
        }

        AddTrades(delta.Trades, changes);
        return Of(new StreamOrderBookResponse { Delta = delta });
    }

    public List<byte[]> Orders(BookFeed book)
    {
        var parts = new List<BookOrdersSnapshot> { Part(book) };
        var count = 0;
        foreach (var side in new[] { Domain.Orders.Side.Bid, Domain.Orders.Side.Ask })
        {
            foreach (var order in book.Orders!.Of(side))
            {
                if (++count > OrdersOfPart)
                {
                    count = 1;
                    parts[^1].More = true;
                    parts.Add(Part(book));
                }

                var line = new BookOrder { OrderId = order.Number, PriceUsdPerGwh = order.Price, QuantityKwh = order.Quantity };
                (side == Domain.Orders.Side.Bid ? parts[^1].Bids : parts[^1].Asks).Add(line);
            }
        }

        parts[^1].Checksum = BookChecksum.Of(book.Bids, book.Asks);
        return parts.ConvertAll(part => Of(new StreamBookOrdersResponse { Snapshot = part }));
    }

    /// <summary>A delta over one change or several, in order, order by order.</summary>
    public byte[] OrdersDelta(long previous, IReadOnlyList<BookChange> changes, IReadOnlyList<OrderChange> orders)
    {
        var last = changes[^1];
        var delta = new BookOrdersDelta
        {
            InstrumentId = instrument,
            Epoch = Epoch,
            Sequence = last.Sequence,
            PrevSequence = previous,
            EventTime = Wire.ToTimestamp(last.Time),
            Phase = (InstrumentState)last.State,
            Checksum = last.Whole.Checksum,
        };
        foreach (var order in orders)
        {
            delta.Changes.Add(new BookOrderChange
            {
                Side = (Side)order.Side,
                OrderId = order.Number,
                PriceUsdPerGwh = order.Price,
                QuantityKwh = order.Quantity,
                Behind = order.Behind,
            });
        }

        AddTrades(delta.Trades, changes);
        return Of(new StreamBookOrdersResponse { Delta = delta });
    }

    private static byte[] Of(IMessage message)
    {
        var framed = new byte[GrpcFrame.Bytes + message.CalculateSize()];
        GrpcFrame.Write(framed);
        message.WriteTo(framed.AsSpan(GrpcFrame.Bytes));
        return framed;
    }

    private static Google.Protobuf.WellKnownTypes.Timestamp? TimeOf(BookFeed book) => book.Sequence == 0 ? null : Wire.ToTimestamp(book.Time);

    private static void AddTrades(Google.Protobuf.Collections.RepeatedField<PublicTrade> trades, IReadOnlyList<BookChange> changes)
    {
        foreach (var change in changes)
        {
            foreach (var trade in change.Trades)
            {
                trades.Add(TradeWire.Of(trade, change.Time));
            }
        }
    }

    private BookOrdersSnapshot Part(BookFeed book) => new()
    {
        InstrumentId = instrument,
        Epoch = Epoch,
        Sequence = book.Sequence,
        Phase = (InstrumentState)book.State,
        EventTime = TimeOf(book),
        LastTradePriceUsdPerGwh = book.LastPrice,
    };
}
