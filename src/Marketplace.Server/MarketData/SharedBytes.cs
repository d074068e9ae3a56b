using Google.Protobuf;
using Grpc.Core;
using Gwh.Marketplace.V1;

namespace Marketplace.Server.MarketData;

/// <summary>
/// The market data service as the contract has it, but for its streams of books: they are written as bytes that were made once and are shared by all readers, where the
/// generated service would make them again for each, and go into the response's body as they are (<see cref="BookStream"/>). The messages on the wire are the contract's.
/// </summary>
internal static class SharedBytes
{
    private const string Service = "gwh.marketplace.v1.MarketDataService";

    private static readonly Marshaller<byte[]> Bytes = new(
        static _ => throw new NotSupportedException("Written into the response's body, past gRPC's writer."), static _ => throw new NotSupportedException("Only written, never read."));

    /// <summary>The contract's service: reflection tells it.</summary>
    public static Google.Protobuf.Reflection.ServiceDescriptor Descriptor => MarketDataService.Descriptor;

    private static Marshaller<T> Of<T>()
        where T : class, IMessage<T>, IBufferMessage, new()
    {
        var parser = new MessageParser<T>(static () => new());
        return new(
            static (message, context) =>
            {
                context.SetPayloadLength(message.CalculateSize());
                message.WriteTo(context.GetBufferWriter());
                context.Complete();
            },
            context => parser.ParseFrom(context.PayloadAsReadOnlySequence()));
    }

    /// <summary>What the service is derived from.</summary>
    [BindServiceMethod(typeof(Base), nameof(BindService))]
    internal abstract class Base
    {
        /// <summary>Binds the methods of a service; told by gRPC at start.</summary>
        public static void BindService(ServiceBinderBase binder, Base? service)
        {
            Unary<GetOrderBookRequest, GetOrderBookResponse>(binder, nameof(GetOrderBook), service is null ? null : service.GetOrderBook);
            Stream(binder, nameof(StreamOrderBook), Of<StreamOrderBookRequest>(), Bytes, service is null ? null : service.StreamOrderBook);
            Stream(binder, nameof(StreamBookOrders), Of<StreamBookOrdersRequest>(), Bytes, service is null ? null : service.StreamBookOrders);
            Stream(binder, nameof(StreamTrades), Of<StreamTradesRequest>(), Of<StreamTradesResponse>(), service is null ? null : service.StreamTrades);
            Unary<ListTradesRequest, ListTradesResponse>(binder, nameof(ListTrades), service is null ? null : service.ListTrades);
            Unary<ListCandlesRequest, ListCandlesResponse>(binder, nameof(ListCandles), service is null ? null : service.ListCandles);
            Stream(binder, nameof(StreamCandles), Of<StreamCandlesRequest>(), Of<StreamCandlesResponse>(), service is null ? null : service.StreamCandles);
            Unary<ListTickersRequest, ListTickersResponse>(binder, nameof(ListTickers), service is null ? null : service.ListTickers);
            Stream(binder, nameof(StreamTickers), Of<StreamTickersRequest>(), Of<StreamTickersResponse>(), service is null ? null : service.StreamTickers);
        }

        public abstract Task<GetOrderBookResponse> GetOrderBook(GetOrderBookRequest request, ServerCallContext context);

        public abstract Task StreamOrderBook(StreamOrderBookRequest request, IServerStreamWriter<byte[]> responseStream, ServerCallContext context);

        public abstract Task StreamBookOrders(StreamBookOrdersRequest request, IServerStreamWriter<byte[]> responseStream, ServerCallContext context);

        public abstract Task StreamTrades(StreamTradesRequest request, IServerStreamWriter<StreamTradesResponse> responseStream, ServerCallContext context);

        public abstract Task<ListTradesResponse> ListTrades(ListTradesRequest request, ServerCallContext context);

        public abstract Task<ListCandlesResponse> ListCandles(ListCandlesRequest request, ServerCallContext context);

        public abstract Task StreamCandles(StreamCandlesRequest request, IServerStreamWriter<StreamCandlesResponse> responseStream, ServerCallContext context);

        public abstract Task<ListTickersResponse> ListTickers(ListTickersRequest request, ServerCallContext context);

        public abstract Task StreamTickers(StreamTickersRequest request, IServerStreamWriter<StreamTickersResponse> responseStream, ServerCallContext context);

        private static void Unary<TRequest, TResponse>(ServiceBinderBase binder, string name, UnaryServerMethod<TRequest, TResponse>? run)
            where TRequest : class, IMessage<TRequest>, IBufferMessage, new()
            where TResponse : class, IMessage<TResponse>, IBufferMessage, new() =>
            binder.AddMethod(new(MethodType.Unary, Service, name, Of<TRequest>(), Of<TResponse>()), run);

        private static void Stream<TRequest, TResponse>(
            ServiceBinderBase binder, string name, Marshaller<TRequest> request, Marshaller<TResponse> response, ServerStreamingServerMethod<TRequest, TResponse>? run)
            where TRequest : class
            where TResponse : class =>
            binder.AddMethod(new(MethodType.ServerStreaming, Service, name, request, response), run);
    }
}
