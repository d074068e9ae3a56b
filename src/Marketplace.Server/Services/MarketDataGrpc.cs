using System.Threading.Channels;
using Grpc.Core;
using Gwh.Marketplace.V1;
using Marketplace.Domain.Orders;
using Marketplace.Grains.Orders;

namespace Marketplace.Server.Services;

/// <summary>The public side of every book: as it is, as it changes, and its trades.</summary>
internal sealed class MarketDataGrpc(Doors doors, BookFeeds feeds, BookHistory history) : MarketDataService.MarketDataServiceBase
{
    private const int DefaultDepth = 10;
    private const int TradeQueue = 10_000;
    private const int TradesPerMessage = 1_000;

    /// <summary>A trade as the market sees it.</summary>
    public static PublicTrade ToWire(in TradePrint trade, VenueTime time) => new()
    {
        Sequence = trade.Sequence,
        PriceUsdPerGwh = trade.Price,
        QuantityKwh = trade.Quantity,
        TakerSide = (Gwh.Marketplace.V1.Side)trade.TakerSide,
        TakerOrderId = trade.TakerOrder,
        MakerOrderId = trade.MakerOrder,
        EventTime = Wire.ToTimestamp(time),
    };

    public override async Task<GetOrderBookResponse> GetOrderBook(GetOrderBookRequest request, ServerCallContext context)
    {
        doors.Instrument(request.InstrumentId);
        var depth = Depth(request.Depth, DefaultDepth);
        var view = await doors.Book(request.InstrumentId).Read(Math.Max(depth, BookChecksum.Levels)) ?? throw Reason.NotFound.ToException("instrument_id");
        var book = new OrderBookSnapshot
        {
            InstrumentId = request.InstrumentId,
            Epoch = BookSubscription.Epoch,
            Sequence = view.Sequence,
            Phase = (InstrumentState)view.State,
            Bids = { view.Bids.Take(depth).Select(ToLevel) },
            Asks = { view.Asks.Take(depth).Select(ToLevel) },
            Checksum = BookChecksum.Of(view.Bids.Take(depth).Select(ToPair), view.Asks.Take(depth).Select(ToPair)),
            EventTime = Wire.ToTimestamp(view.Time),
            LastTradePriceUsdPerGwh = view.LastPrice,
        };
        return new() { Book = book };
    }

    public override async Task StreamOrderBook(StreamOrderBookRequest request, IServerStreamWriter<StreamOrderBookResponse> responseStream, ServerCallContext context)
    {
        if (request.InstrumentIds.Count is 0 or > CatalogGrpc.MaxStreamInstruments || request.InstrumentIds.Distinct().Count() != request.InstrumentIds.Count)
        {
            throw Reason.InvalidArgument.ToException("instrument_ids");
        }

        if (request.Resume.Select(point => point.InstrumentId).Distinct().Count() != request.Resume.Count || request.Resume.Any(point => !request.InstrumentIds.Contains(point.InstrumentId)))
        {
            throw Reason.InvalidArgument.ToException("resume");
        }

        var depth = Depth(request.Depth, 0);
        var cancellation = StreamWatch.Live.TokenOf(context);
        var books = new List<BookSubscription>();
        try
        {
            foreach (var instrument in request.InstrumentIds)
            {
                doors.Instrument(instrument, "instrument_ids");
                var feed = feeds.Of(instrument);
                if (!await feed.Open(doors.Book(instrument)))
                {
                    throw Reason.NotFound.ToException("instrument_ids");
                }

                var (subscription, first) = BookSubscription.Open(instrument, feed, depth, request.Conflate, request.Resume.FirstOrDefault(point => point.InstrumentId == instrument));
                books.Add(subscription);
                foreach (var message in first)
                {
                    await responseStream.WriteAsync(message, cancellation);
                }
            }

            await Follow(books, responseStream, cancellation);
        }
        finally
        {
            books.ForEach(book => book.Dispose());
        }
    }

    public override async Task StreamTrades(StreamTradesRequest request, IServerStreamWriter<StreamTradesResponse> responseStream, ServerCallContext context)
    {
        doors.Instrument(request.InstrumentId);
        if (request.FromSequence < 0)
        {
            throw Reason.InvalidArgument.ToException("from_sequence");
        }

        var cancellation = StreamWatch.Live.TokenOf(context);
        var feed = feeds.Of(request.InstrumentId);
        await feed.Open(doors.Book(request.InstrumentId));
        while (true)
        {
            using var reader = feed.Subscribe(TradeQueue);
            var at = feed.At(book => book.Sequence);
            long sent = 0;
            if (request.FromSequence > 0)
            {
                sent = await Replay(request, at, responseStream, cancellation);
            }

            (request.FromSequence, sent) = await Live(request.InstrumentId, reader.Changes, () => reader.Overrun, at, sent, responseStream, cancellation);
        }
    }

    public override async Task<ListTradesResponse> ListTrades(ListTradesRequest request, ServerCallContext context)
    {
        doors.Instrument(request.InstrumentId);
        if (request.FromSequence < 0 || request.ToSequence < 0)
        {
            throw Reason.InvalidArgument.ToException(request.FromSequence < 0 ? "from_sequence" : "to_sequence");
        }

        var size = Wire.PageSize(request.PageSize);
        var from = Wire.ToMicros(request.FromTime, "from_time");
        var to = Wire.ToMicros(request.ToTime, "to_time");
        var (behind, _) = PageToken.DecodePair(request.PageToken);
        await doors.Book(request.InstrumentId).Read(0);
        var trades = await Task.Run(() => Trades(request.InstrumentId, Math.Max(request.FromSequence, behind + 1))
            .TakeWhile(trade => request.ToSequence == 0 || trade.Sequence <= request.ToSequence)
            .Where(trade => Within(trade, from, to)).Take(size + 1).ToList());
        var next = "";
        if (trades.Count > size)
        {
            trades.RemoveAt(size);
            next = PageToken.Encode($"{trades[^1].Sequence}.0");
        }

        return new() { Trades = { trades }, NextPageToken = next };
    }

    private static async Task Follow(List<BookSubscription> books, IServerStreamWriter<StreamOrderBookResponse> responses, CancellationToken cancellation)
    {
        // Whoever has something waiting puts itself into this queue once; the one writer of the stream takes it from there.
        var ready = Channel.CreateBounded<BookSubscription>(books.Count);
        foreach (var book in books)
        {
            _ = Wait(book, ready.Writer, cancellation);
        }

        while (true)
        {
            using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            silence.CancelAfter(CatalogGrpc.Heartbeat);
            BookSubscription next;
            try
            {
                next = await ready.Reader.ReadAsync(silence.Token);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                foreach (var book in books)
                {
                    await responses.WriteAsync(book.Heartbeat(), cancellation);
                }

                continue;
            }

            foreach (var message in next.Owed())
            {
                await responses.WriteAsync(message, cancellation);
            }

            _ = Wait(next, ready.Writer, cancellation);
        }
    }

    private static async Task Wait(BookSubscription book, ChannelWriter<BookSubscription> ready, CancellationToken cancellation)
    {
        try
        {
            if (await book.Waiting(cancellation))
            {
                await ready.WriteAsync(book, cancellation);
            }
        }
        catch (OperationCanceledException)
        {
            // The stream ends.
        }
    }

    private async Task<long> Replay(StreamTradesRequest request, long upTo, IServerStreamWriter<StreamTradesResponse> responses, CancellationToken cancellation)
    {
        long sent = 0;
        foreach (var trades in Trades(request.InstrumentId, request.FromSequence).TakeWhile(trade => trade.Sequence <= upTo).Chunk(TradesPerMessage))
        {
            await responses.WriteAsync(new() { Trades = { trades }, PrevSequence = sent, UpToSequence = trades[^1].Sequence, Epoch = BookSubscription.Epoch }, cancellation);
            sent = trades[^1].Sequence;
        }

        return sent;
    }

    /// <summary>Trades as they happen, until the reader's queue runs over: then where to replay from, and what was sent last.</summary>
    private static async Task<(long From, long Sent)> Live(
        string instrument, ChannelReader<BookChange> changes, Func<bool> overrun, long at, long sent, IServerStreamWriter<StreamTradesResponse> responses, CancellationToken cancellation)
    {
        _ = instrument;
        while (!overrun())
        {
            using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            silence.CancelAfter(CatalogGrpc.Heartbeat);
            var response = new StreamTradesResponse { PrevSequence = sent, Epoch = BookSubscription.Epoch };
            try
            {
                await changes.WaitToReadAsync(silence.Token);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                response.UpToSequence = at;
                await responses.WriteAsync(response, cancellation);
                continue;
            }

            while (response.Trades.Count < TradesPerMessage && changes.TryRead(out var change))
            {
                if (change.Sequence > at)
                {
                    at = change.Sequence;
                    response.Trades.AddRange(change.Trades.Select(trade => ToWire(trade, change.Time)));
                }
            }

            if (response.Trades.Count > 0)
            {
                response.UpToSequence = at;
                sent = response.Trades[^1].Sequence;
                await responses.WriteAsync(response, cancellation);
            }
        }

        return (at + 1, sent);
    }

    private IEnumerable<PublicTrade> Trades(string instrument, long from)
    {
        foreach (var past in history.From(instrument, from))
        {
            if (past.Book is { Kind: BookEventKind.Traded } traded)
            {
                yield return ToWire(new TradePrint(past.Sequence, traded.Price, traded.Quantity, past.Command.Side, traded.Order, traded.Maker), past.Time);
            }
        }
    }

    private static bool Within(PublicTrade trade, long from, long to)
    {
        var micros = (trade.EventTime.Seconds * VenueTime.MicrosPerSecond) + (trade.EventTime.Nanos / 1000);
        return (from == 0 || micros >= from) && (to == 0 || micros < to);
    }

    private static int Depth(int asked, int unstated) => asked switch
    {
        0 => unstated,
        < 0 or > CatalogGrpc.MaxDepth => throw Reason.InvalidArgument.ToException("depth"),
        _ => asked,
    };

    private static PriceLevel ToLevel(LevelView level) => new() { PriceUsdPerGwh = level.Price, QuantityKwh = level.Quantity };

    private static KeyValuePair<long, long> ToPair(LevelView level) => new(level.Price, level.Quantity);
}
