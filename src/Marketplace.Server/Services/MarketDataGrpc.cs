using Google.Protobuf.Collections;
using Grpc.Core;
using Gwh.Marketplace.V1;
using Marketplace.Grains.Orders;
using Marketplace.Server.MarketData;
using BookChecksum = Marketplace.Server.Services.BookChecksum;
using Candle = Marketplace.Grains.Orders.Candle;

namespace Marketplace.Server.Services;

/// <summary>The public side of every book: as it is, as it changes, its trades, candles and tickers.</summary>
internal sealed class MarketDataGrpc(Doors doors, BookHub hub, StreamPulse pulse, TradeStreams trades, CandleStreams candles, TickerBoard board, TickerStreams tickers)
    : SharedBytes.Base
{
    private const int DefaultDepth = 10;

    public override async Task<GetOrderBookResponse> GetOrderBook(GetOrderBookRequest request, ServerCallContext context)
    {
        doors.Instrument(request.InstrumentId);
        var depth = Depth(request.Depth, DefaultDepth);
        var view = await doors.Book(request.InstrumentId).Read(depth) ?? throw Reason.NotFound.ToException("instrument_id");
        var book = new OrderBookSnapshot
        {
            InstrumentId = request.InstrumentId,
            Epoch = BookWire.Epoch,
            Sequence = view.Sequence,
            Phase = (InstrumentState)view.State,
            Bids = { view.Bids.Select(ToLevel) },
            Asks = { view.Asks.Select(ToLevel) },
            Checksum = BookChecksum.Of(view.Bids, view.Asks),
            EventTime = view.Sequence == 0 ? null : Wire.ToTimestamp(view.Time),
            LastTradePriceUsdPerGwh = view.LastPrice,
        };
        return new() { Book = book };
    }

    public override Task StreamOrderBook(StreamOrderBookRequest request, IServerStreamWriter<byte[]> responseStream, ServerCallContext context)
    {
        var depth = Depth(request.Depth, CatalogGrpc.MaxDepth);
        return StreamBooks(
            request.InstrumentIds, request.Resume, request.Conflate, static _ => Task.FromResult(true), channel => channel.EnterLevels(depth), context);
    }

    public override Task StreamBookOrders(StreamBookOrdersRequest request, IServerStreamWriter<byte[]> responseStream, ServerCallContext context) =>
        StreamBooks(
            request.InstrumentIds, request.Resume, request.Conflate, static channel => channel.Book.OpenOrders(), static channel => channel.EnterOrders(), context);

    public override async Task StreamTrades(StreamTradesRequest request, IServerStreamWriter<StreamTradesResponse> responseStream, ServerCallContext context)
    {
        doors.Instrument(request.InstrumentId);
        if (request.FromSequence < 0)
        {
            throw Reason.InvalidArgument.ToException("from_sequence");
        }

        using var book = await Open(request.InstrumentId, "instrument_id");
        await trades.Run(request, book.Value, responseStream, StreamWatch.Live.TokenOf(context));
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
        var page = await Task.Run(() => trades.From(request.InstrumentId, Math.Max(request.FromSequence, behind + 1))
            .TakeWhile(trade => request.ToSequence == 0 || trade.Sequence <= request.ToSequence)
            .Where(trade => Within(trade, from, to)).Take(size + 1).ToList());
        var next = Cut(page, size) ? PageToken.Encode($"{page[^1].Sequence}.0") : "";
        return new() { Trades = { page }, NextPageToken = next };
    }

    public override async Task<ListCandlesResponse> ListCandles(ListCandlesRequest request, ServerCallContext context)
    {
        doors.Instrument(request.InstrumentId);
        var interval = CandleStreams.MicrosOf(request.Interval);
        var size = Wire.PageSize(request.PageSize);
        var from = Wire.ToMicros(request.FromTime, "from_time");
        var to = Wire.ToMicros(request.ToTime, "to_time");
        var (behind, _) = PageToken.DecodePair(request.PageToken);
        await doors.Book(request.InstrumentId).Read(0);
        var page = await Task.Run(() => candles.From(request.InstrumentId, interval, Math.Max(from, behind))
            .TakeWhile(candle => to == 0 || candle.StartMicros < to).Take(size + 1).ToList());

        // The token is where the next page may begin: the first microsecond behind the last candle's start.
        var next = Cut(page, size) ? PageToken.Encode($"{page[^1].StartMicros + 1}.0") : "";
        return new() { Candles = { page.Select(CandleStreams.ToWire) }, NextPageToken = next };
    }

    public override async Task StreamCandles(StreamCandlesRequest request, IServerStreamWriter<StreamCandlesResponse> responseStream, ServerCallContext context)
    {
        doors.Instrument(request.InstrumentId);
        var interval = CandleStreams.MicrosOf(request.Interval);
        var from = Wire.ToMicros(request.FromTime, "from_time");
        var begin = from > 0 ? from : Candle.StartOf(doors.Venue.Clock.Now, interval);
        using var book = await Open(request.InstrumentId, "instrument_id");
        await candles.Run(request.InstrumentId, interval, begin, book.Value, responseStream, StreamWatch.Live.TokenOf(context));
    }

    public override async Task<ListTickersResponse> ListTickers(ListTickersRequest request, ServerCallContext context)
    {
        var (page, next) = Wire.Page(doors.Catalog.Instruments.Values, request.PageSize, request.PageToken, instrument => instrument.Id);
        var lines = await board.Lines([.. page.Select(instrument => instrument.Id)], context.CancellationToken);
        var read = await Task.Run(() => lines.ConvertAll(line => board.Read(line).Ticker), context.CancellationToken);
        return new() { Tickers = { read }, NextPageToken = next };
    }

    public override Task StreamTickers(StreamTickersRequest request, IServerStreamWriter<StreamTickersResponse> responseStream, ServerCallContext context)
    {
        RequireSome(request.InstrumentIds, least: 0);
        foreach (var instrument in request.InstrumentIds)
        {
            doors.Instrument(instrument, "instrument_ids");
        }

        return tickers.Run([.. request.InstrumentIds.Order(StringComparer.Ordinal)], responseStream, StreamWatch.Live.TokenOf(context));
    }

    private async Task StreamBooks(
        RepeatedField<string> instruments, RepeatedField<OrderBookResumePoint> resume, bool conflate, Func<BookChannel, Task<bool>> open, Func<BookChannel, BookForm> enter,
        ServerCallContext context)
    {
        RequireSome(instruments, least: 1);
        if (resume.Select(point => point.InstrumentId).Distinct().Count() != resume.Count || resume.Any(point => !instruments.Contains(point.InstrumentId)))
        {
            throw Reason.InvalidArgument.ToException("resume");
        }

        foreach (var instrument in instruments)
        {
            doors.Instrument(instrument, "instrument_ids");
        }

        var http = context.GetHttpContext();
        var books = new List<Lingering<BookChannel>.Held>();
        try
        {
            using var stream = new BookStream(pulse, http.Response.BodyWriter, http.Connection.Id, StreamWatch.Live.TokenOf(context));
            foreach (var instrument in instruments)
            {
                books.Add(await Open(instrument, "instrument_ids"));
                var channel = books[^1].Value;
                if (!await open(channel))
                {
                    throw Reason.StreamLimit.ToException("instrument_ids", TimeSpan.FromMinutes(1));
                }

                var (reader, first) = BookReader.Open(channel, enter, stream, conflate, resume.FirstOrDefault(point => point.InstrumentId == instrument));

                // What is written before the response has begun would be copied once more.
                await http.Response.StartAsync(context.CancellationToken);
                await stream.Begin(reader, first);
            }

            await stream.Run();
        }
        finally
        {
            books.ForEach(book => book.Dispose());
        }
    }

    private async ValueTask<Lingering<BookChannel>.Held> Open(string instrument, string field) =>
        await hub.Open(instrument, doors.Book(instrument)) ?? throw Reason.NotFound.ToException(field);

    private static void RequireSome(RepeatedField<string> instruments, int least)
    {
        if (instruments.Count < least || instruments.Count > CatalogGrpc.MaxStreamInstruments || instruments.Distinct().Count() != instruments.Count)
        {
            throw Reason.InvalidArgument.ToException("instrument_ids");
        }
    }

    /// <summary>Cuts what was read beyond a page; whether there was something.</summary>
    private static bool Cut<T>(List<T> page, int size)
    {
        if (page.Count <= size)
        {
            return false;
        }

        page.RemoveAt(size);
        return true;
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
}
