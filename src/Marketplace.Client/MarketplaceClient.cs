using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Gwh.Marketplace.V1;
using Marketplace.Client.Accounts;
using Marketplace.Client.Books;
using Marketplace.Client.Calls;
using Marketplace.Client.Candles;
using Marketplace.Client.Orders;
using Marketplace.Client.Tickers;
using Marketplace.Client.Trades;

namespace Marketplace.Client;

/// <summary>
/// A client of the venue, for one key. Its stubs repeat a unary call with the same id while its outcome is unknown, give a write an id and valid_until where it
/// has none, and end in an answer or a <see cref="Errors.MarketplaceException"/>. Safe for several threads; make one and keep it.
/// </summary>
public sealed class MarketplaceClient : IDisposable
{
    /// <summary>Largest message taken in, bytes: 16 MiB.</summary>
    public const int MaxMessageBytes = 16 * 1024 * 1024;

    private readonly GrpcChannel _channel;
    private readonly MarketplaceClientOptions _options;
    private readonly VenueTime _time;

    /// <summary>A client of the venue at an address such as http://127.0.0.1:5080, with the secret of a key. Nothing is sent yet.</summary>
    public MarketplaceClient(string address, string key, MarketplaceClientOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        _options = options ?? new();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.Attempts, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.StreamAttempts, 1, nameof(options));
        _channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions
        {
            MaxReceiveMessageSize = MaxMessageBytes,
            DisposeHttpClient = true,
            HttpHandler = new SocketsHttpHandler
            {
                EnableMultipleHttp2Connections = true,
                KeepAlivePingDelay = TimeSpan.FromSeconds(20),
                KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
                ConnectTimeout = TimeSpan.FromSeconds(5),
            },
        });
        CallInvoker = _channel.Intercept(new KeyInterceptor(key));
        _time = new(_options, AskVenue);
        var repeating = CallInvoker.Intercept(new RepeatInterceptor(_options, _time));
        Catalog = new(repeating);
        Capacity = new(repeating);
        Trading = new(repeating);
        MarketData = new(repeating);
        Settlement = new(repeating);
        Account = new(repeating);
        Audit = new(repeating);
        Admin = new(repeating);
    }

    /// <summary>Calls with the key and nothing else: no repeats, no ids; errors are gRPC's. For stubs of one's own.</summary>
    public CallInvoker CallInvoker { get; }

    /// <summary>What can be traded.</summary>
    public CatalogService.CatalogServiceClient Catalog { get; }

    /// <summary>Capacity contracts.</summary>
    public CapacityService.CapacityServiceClient Capacity { get; }

    /// <summary>Order entry.</summary>
    public TradingService.TradingServiceClient Trading { get; }

    /// <summary>The public side of every book.</summary>
    public MarketDataService.MarketDataServiceClient MarketData { get; }

    /// <summary>Settlement of trades.</summary>
    public SettlementService.SettlementServiceClient Settlement { get; }

    /// <summary>Accounts.</summary>
    public AccountService.AccountServiceClient Account { get; }

    /// <summary>Everything that can be checked.</summary>
    public AuditService.AuditServiceClient Audit { get; }

    /// <summary>The operator's desk.</summary>
    public AdminService.AdminServiceClient Admin { get; }

    /// <summary>Enters an order; an empty client_order_id is filled in. The order as it is after its entry, with its effective terms.</summary>
    public async Task<Order> PlaceAsync(PlaceOrderRequest order, CancellationToken cancellationToken = default) =>
        (await Trading.PlaceOrderAsync(order, cancellationToken: cancellationToken).ConfigureAwait(false)).Order;

    /// <summary>Bids at a limit in USD per GWh for a quantity in kWh, good till cancelled.</summary>
    public Task<Order> BidAsync(string instrumentId, long quantityKwh, long priceUsdPerGwh, CancellationToken cancellationToken = default) =>
        PlaceAsync(Limit(Side.Bid, instrumentId, quantityKwh, priceUsdPerGwh), cancellationToken);

    /// <summary>Asks at a limit in USD per GWh for a quantity in kWh, good till cancelled.</summary>
    public Task<Order> AskAsync(string instrumentId, long quantityKwh, long priceUsdPerGwh, CancellationToken cancellationToken = default) =>
        PlaceAsync(Limit(Side.Ask, instrumentId, quantityKwh, priceUsdPerGwh), cancellationToken);

    /// <summary>Cancels what is open of an order.</summary>
    public async Task<Order> CancelAsync(string clientOrderId, CancellationToken cancellationToken = default) =>
        (await Trading.CancelOrderAsync(new() { ClientOrderId = clientOrderId }, cancellationToken: cancellationToken).ConfigureAwait(false)).Order;

    /// <summary>What a new order would do if it were sent now. Changes nothing; its <c>ready</c> does exactly that, or is refused with BOOK_MOVED.</summary>
    public async Task<PreviewOrderResponse> PreviewAsync(PlaceOrderRequest order, CancellationToken cancellationToken = default) =>
        await Trading.PreviewOrderAsync(new() { Order = order }, cancellationToken: cancellationToken).ConfigureAwait(false);

    /// <summary>Cancels all open orders, or those of a scope; an empty request_id is filled in. The report of what came of each.</summary>
    public async Task<MassCancelOrdersResponse> MassCancelAsync(MassCancelOrdersRequest? scope = null, CancellationToken cancellationToken = default) =>
        await Trading.MassCancelOrdersAsync(scope ?? new(), cancellationToken: cancellationToken).ConfigureAwait(false);

    /// <summary>Follows books as they change, healing itself. Depth is levels a side; 0 is all.</summary>
    public OrderBookStream WatchBooks(IReadOnlyList<string> instrumentIds, int depth = 0, bool conflate = false) =>
        new(Connect, new() { InstrumentIds = instrumentIds, Depth = depth, Conflate = conflate }, _options);

    /// <summary>Follows one book as it changes, healing itself. Depth is levels a side; 0 is all.</summary>
    public OrderBookStream WatchBook(string instrumentId, int depth = 0) => WatchBooks([instrumentId], depth);

    /// <summary>Follows books order by order, by public order numbers, healing itself.</summary>
    public BookOrdersStream WatchBookOrders(IReadOnlyList<string> instrumentIds, bool conflate = false) =>
        new(Connect, new() { InstrumentIds = instrumentIds, Conflate = conflate }, _options);

    /// <summary>Follows the candles of an instrument as they grow: those that start at or after a time, and without one from the one under way on.</summary>
    public CandleStream WatchCandles(string instrumentId, CandleInterval interval, DateTime? fromTime = null) =>
        new(Connect, new() { InstrumentId = instrumentId, Interval = interval, FromTime = fromTime is { } from ? Timestamp.FromDateTime(from) : null }, _options);

    /// <summary>Follows the tickers of instruments; with none named, of all there are.</summary>
    public TickerStream WatchTickers(params IReadOnlyList<string> instrumentIds) => new(Connect, instrumentIds, _options);

    /// <summary>Follows the trades of an instrument from a sequence on (0: from now on), missing none.</summary>
    public TradeStream WatchTrades(string instrumentId, long fromSequence = 0) => new(Connect, instrumentId, fromSequence, _options);

    /// <summary>Follows an account (empty: one's own) as it changes, healing itself.</summary>
    public AccountStream WatchAccount(string participantId = "") => new(Connect, participantId, _options);

    /// <summary>Opens a session for order entry.</summary>
    public Task<OrderSession> OpenSessionAsync(CancellationToken cancellationToken) => OpenSessionAsync(null, cancellationToken);

    /// <summary>Opens a session for order entry that keeps its id when it is opened again, and asks the venue to watch over it.</summary>
    public Task<OrderSession> OpenSessionAsync(OrderSessionOptions? session = null, CancellationToken cancellationToken = default) =>
        OrderSession.OpenAsync(new GrpcSessionLine(new(CallInvoker)), _time, _options, session ?? new(), cancellationToken);

    /// <summary>Closes the connection; calls under way end.</summary>
    public void Dispose() => _channel.Dispose();

    private static PlaceOrderRequest Limit(Side side, string instrumentId, long quantityKwh, long priceUsdPerGwh) => new()
    {
        InstrumentId = instrumentId,
        Side = side,
        Type = OrderType.Limit,
        QuantityKwh = quantityKwh,
        PriceUsdPerGwh = priceUsdPerGwh,
    };

    private async Task<Venue> AskVenue(CancellationToken cancellation) =>
        (await Catalog.GetVenueAsync(new(), cancellationToken: cancellation).ConfigureAwait(false)).Venue;

    private AsyncServerStreamingCall<StreamOrderBookResponse> Connect(StreamOrderBookRequest request, CancellationToken cancellation) =>
        MarketData.StreamOrderBook(request, cancellationToken: cancellation);

    private AsyncServerStreamingCall<StreamBookOrdersResponse> Connect(StreamBookOrdersRequest request, CancellationToken cancellation) =>
        MarketData.StreamBookOrders(request, cancellationToken: cancellation);

    private AsyncServerStreamingCall<StreamCandlesResponse> Connect(StreamCandlesRequest request, CancellationToken cancellation) =>
        MarketData.StreamCandles(request, cancellationToken: cancellation);

    private AsyncServerStreamingCall<StreamTickersResponse> Connect(StreamTickersRequest request, CancellationToken cancellation) =>
        MarketData.StreamTickers(request, cancellationToken: cancellation);

    private AsyncServerStreamingCall<StreamTradesResponse> Connect(StreamTradesRequest request, CancellationToken cancellation) =>
        MarketData.StreamTrades(request, cancellationToken: cancellation);

    private AsyncServerStreamingCall<StreamAccountResponse> Connect(StreamAccountRequest request, CancellationToken cancellation) =>
        Account.StreamAccount(request, cancellationToken: cancellation);
}
