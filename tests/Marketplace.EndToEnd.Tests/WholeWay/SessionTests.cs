using Google.Protobuf;
using static Marketplace.EndToEnd.Tests.Hosting.SmallMarket;

namespace Marketplace.EndToEnd.Tests.WholeWay;

/// <summary>Sessions that are watched over: broken, silent, resumed, ended, and over a crash of the venue. The manual clock says when.</summary>
public sealed class SessionTests(SmallMarket market) : IClassFixture<SmallMarket>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_broken_session_loses_its_orders_behind_its_grace_and_a_resumed_one_keeps_them()
    {
        var line = await Trader("grace");
        var (lost, kept, own) = (Limit(Hour, Side.Bid, 900_000, 1), Limit(Hour, Side.Bid, 900_000, 2), Limit(Hour, Side.Bid, 900_000, 3));
        await line.Trading.PlaceOrderAsync(own);
        using var breaking = new CancellationTokenSource();
        var first = await Open(line, Watched("s1", grace: 30), breaking.Token);
        var second = await Open(line, Watched("s2", grace: 30), breaking.Token);
        await Send(first, 1, lost);
        await Send(second, 1, kept);
        Assert.Equal("s1", (await line.Trading.GetOrderAsync(new() { ClientOrderId = lost.ClientOrderId })).Order.SessionId);

        await breaking.CancelAsync();
        using var resumed = await Open(line, Watched("s2", grace: 30), Cancellation);
        Assert.True(resumed.ResponseStream.Current.Opened.Resumed);
        Assert.Equal(3, await OpenOrders(line));
        while (await OpenOrders(line) == 3)
        {
            // The grace counts from when the venue has noticed the break.
            await market.Advance(TimeSpan.FromSeconds(31));
        }

        await Ended(line, lost);
        await market.Advance(TimeSpan.FromHours(1));
        Assert.Equal(2, await OpenOrders(line));
        await market.AddsUp();
    }

    [Fact]
    public async Task A_session_ended_by_its_client_loses_its_orders_at_once_and_one_without_cancel_on_disconnect_keeps_them()
    {
        var line = await Trader("ends");
        var (lost, kept) = (Limit(Hour, Side.Bid, 900_000, 1), Limit(Hour, Side.Bid, 900_000, 2));
        using var watched = await Open(line, Watched("s1", grace: 30), Cancellation);
        using var plain = await Open(line, new() { SessionId = "s2" }, Cancellation);
        await Send(watched, 1, lost);
        await Send(plain, 1, kept);

        await End(watched);
        await End(plain);

        await Eventually(line, 1);
        await Ended(line, lost);
        var report = await line.Trading.MassCancelOrdersAsync(new() { RequestId = NewId(), SessionId = "s2" });
        Assert.Equal(kept.ClientOrderId, report.Orders.Single().ClientOrderId);
        await market.AddsUp();
    }

    [Fact]
    public async Task A_silent_session_is_ended_with_its_orders_and_a_keep_alive_is_not_silence()
    {
        var line = await Trader("silent");
        using var session = await Open(line, new() { SessionId = "s1", CancelOnDisconnect = true, Grace = new() { Seconds = 3_600 }, DeadManTimeout = new() { Seconds = 60 } }, Cancellation);
        var order = Limit(Hour, Side.Bid, 900_000, 1);
        await Send(session, 1, order);
        for (var minute = 0; minute < 3; minute++)
        {
            await market.Advance(TimeSpan.FromSeconds(50));
            await session.RequestStream.WriteAsync(new() { KeepAlive = new() }, Cancellation);
            await Send(session, minute + 2, Limit(Hour, Side.Bid, 800_000, 1));
        }

        Assert.Equal(4, await OpenOrders(line));
        await market.Advance(TimeSpan.FromSeconds(61));

        await Refused.With(RejectReason.SessionLost, () => ToTheEnd(session.ResponseStream));
        await Eventually(line, 0);
        await Ended(line, order);
        await market.AddsUp();
    }

    [Fact]
    public async Task Whoever_opens_a_session_anew_has_it_and_the_former_connection_ends()
    {
        var line = await Trader("taken");
        using var former = await Open(line, Watched("s1", grace: 30), Cancellation);
        await Send(former, 1, Limit(Hour, Side.Bid, 900_000, 1));

        using var latter = await Open(line, Watched("s1", grace: 30), Cancellation);
        await Refused.With(RejectReason.SessionLost, () => ToTheEnd(former.ResponseStream));

        Assert.Equal(1, await OpenOrders(line));
        await Send(latter, 1, Limit(Hour, Side.Bid, 900_000, 1));
        Assert.Equal(2, await OpenOrders(line));
        Assert.Equal(0, (await market.Buyer.Trading.MassCancelOrdersAsync(new() { RequestId = NewId(), SessionId = "s1" })).CancelledOrders);
    }

    [Fact]
    public async Task After_a_crash_a_session_resumed_in_time_keeps_its_orders_and_another_loses_them()
    {
        var line = await Trader("crash");
        var (lost, kept) = (Limit(Hour, Side.Bid, 900_000, 1), Limit(Hour, Side.Bid, 900_000, 2));
        await Send(await Open(line, Watched("s1", grace: 30), Cancellation), 1, lost);
        await Send(await Open(line, Watched("s2", grace: 30), Cancellation), 1, kept);

        await market.KillAndRestart(Cancellation);
        line = market.LineOf("crash");
        Assert.Equal(2, await OpenOrders(line));
        using var resumed = await Open(line, Watched("s2", grace: 30), Cancellation);
        Assert.True(resumed.ResponseStream.Current.Opened.Resumed);
        await market.Advance(TimeSpan.FromSeconds(41));

        await Eventually(line, 1);
        await Ended(line, lost);
        await market.AddsUp();
    }

    [Fact]
    public async Task Limits_that_are_set_hold_for_a_session_that_was_open_before()
    {
        var line = await Trader("limited");
        using var session = await Open(line, new() { SessionId = "s1" }, Cancellation);
        await Send(session, 1, Limit(Hour, Side.Bid, 900_000, 1));
        await market.Operator.Admin.SetParticipantLimitsAsync(
            new() { RequestId = NewId(), ParticipantId = "limited", Limits = new() { OrdersPerSecond = 1, MaxOpenOrders = 10, MaxStreams = 1 } }, cancellationToken: Cancellation);

        var two = new SessionBatch { BatchNumber = 2 };
        two.Commands.Add([.. Enumerable.Range(0, 2).Select(_ => new SessionCommand { Place = Limit(Hour, Side.Bid, 900_000, 1) })]);
        await session.RequestStream.WriteAsync(new() { Batch = two }, Cancellation);

        await Refused.With(RejectReason.RateLimit, () => ToTheEnd(session.ResponseStream));
        Assert.Equal(1, await OpenOrders(line));
    }

    [Theory]
    [InlineData("s 1", true, 1, 0, RejectReason.MalformedId)]
    [InlineData("", true, 1, 0, RejectReason.IncompatibleTerms)]
    [InlineData("s1", false, 1, 0, RejectReason.IncompatibleTerms)]
    [InlineData("s1", true, -1, 0, RejectReason.TimeOutOfRange)]
    [InlineData("s1", true, 3_601, 0, RejectReason.TimeOutOfRange)]
    [InlineData("s1", true, long.MaxValue, 0, RejectReason.TimeOutOfRange)]
    [InlineData("s1", true, 1, -1, RejectReason.TimeOutOfRange)]
    [InlineData("s1", true, 1, 3_601, RejectReason.TimeOutOfRange)]
    public async Task A_session_that_cannot_be_is_refused(string session, bool cancels, long grace, long deadMan, RejectReason reason)
    {
        var open = new SessionOpen { SessionId = session, CancelOnDisconnect = cancels, Grace = new() { Seconds = grace }, DeadManTimeout = new() { Seconds = deadMan } };
        using var call = market.Buyer.Trading.OpenSession(cancellationToken: Cancellation);
        await call.RequestStream.WriteAsync(new() { Open = open }, Cancellation);

        await Refused.With(reason, () => ToTheEnd(call.ResponseStream));
    }

    [Fact]
    public async Task Messages_that_are_compressed_or_know_more_than_the_venue_mean_what_they_say_and_unreadable_ones_end_the_session()
    {
        var line = await Trader("odd");
        var method = new Method<byte[], OpenSessionResponse>(
            MethodType.DuplexStreaming,
            TradingService.Descriptor.FullName,
            "OpenSession",
            Marshallers.Create(static bytes => bytes, static bytes => bytes),
            Marshallers.Create(static response => response.ToByteArray(), OpenSessionResponse.Parser.ParseFrom));
        using var call = line.Invoker.AsyncDuplexStreamingCall(method, null, new CallOptions(new() { { "grpc-internal-encoding-request", "gzip" } }, cancellationToken: Cancellation));
        await call.RequestStream.WriteAsync(new OpenSessionRequest { Open = new() }.ToByteArray(), Cancellation);
        byte[] unknownField = [0xc2, 0x3e, 1, 7];
        for (var number = 1; number <= 2; number++)
        {
            var batch = new SessionBatch { BatchNumber = number, InstrumentId = Hour };
            batch.Commands.Add(new SessionCommand { Place = new() { ClientOrderId = $"odd{number}", Side = Side.Bid, Type = OrderType.Limit, PriceUsdPerGwh = 900_000, QuantityKwh = number } });
            byte[] message = new OpenSessionRequest { Batch = batch }.ToByteArray();
            await call.RequestStream.WriteAsync(number == 1 ? message : [.. message, .. unknownField], Cancellation);
            do
            {
                Assert.True(await call.ResponseStream.MoveNext(Cancellation));
            }
            while (call.ResponseStream.Current.BatchResult is null);
            var result = call.ResponseStream.Current.BatchResult;
            Assert.Equal((number, OrderStatus.Open, number), (result.BatchNumber, result.Results.Single().Status, result.Results.Single().OpenKwh));
        }

        await call.RequestStream.WriteAsync([0x12, 0x05, 0xff], Cancellation);
        await Refused.With(RejectReason.InvalidArgument, () => ToTheEnd(call.ResponseStream));
        Assert.Equal(2, await OpenOrders(line));
    }

    private async Task<Line> Trader(string participant)
    {
        var line = await market.Enter(participant, Role.Trader);
        await market.Fund(participant);
        return line;
    }

    private static SessionOpen Watched(string session, int grace) => new() { SessionId = session, CancelOnDisconnect = true, Grace = new() { Seconds = grace } };

    private static async Task<AsyncDuplexStreamingCall<OpenSessionRequest, OpenSessionResponse>> Open(Line line, SessionOpen open, CancellationToken cancellation)
    {
        var call = line.Trading.OpenSession(cancellationToken: cancellation);
        await call.RequestStream.WriteAsync(new() { Open = open }, cancellation);
        Assert.True(await call.ResponseStream.MoveNext(cancellation));
        Assert.NotNull(call.ResponseStream.Current.Opened);
        return call;
    }

    private static async Task Send(AsyncDuplexStreamingCall<OpenSessionRequest, OpenSessionResponse> session, long number, PlaceOrderRequest place)
    {
        await session.RequestStream.WriteAsync(new() { Batch = new() { BatchNumber = number, Commands = { new SessionCommand { Place = place } } } }, Cancellation);
        do
        {
            Assert.True(await session.ResponseStream.MoveNext(Cancellation));
        }
        while (session.ResponseStream.Current.BatchResult is null);
        Assert.Equal((number, OrderStatus.Open), (session.ResponseStream.Current.BatchResult.BatchNumber, session.ResponseStream.Current.BatchResult.Results.Single().Status));
    }

    private static async Task End(AsyncDuplexStreamingCall<OpenSessionRequest, OpenSessionResponse> session)
    {
        await session.RequestStream.CompleteAsync();
        await ToTheEnd(session.ResponseStream);
    }

    private static async Task ToTheEnd<T>(IAsyncStreamReader<T> stream)
    {
        while (await stream.MoveNext(Cancellation))
        {
        }
    }

    private static async Task<int> OpenOrders(Line line) => (await line.Trading.ListOpenOrdersAsync(new())).Orders.Count;

    /// <summary>Follows an account until it has so many open orders.</summary>
    private static async Task Eventually(Line line, int openOrders)
    {
        using var stream = line.Accounts.StreamAccount(new(), cancellationToken: Cancellation);
        while (await OpenOrders(line) != openOrders)
        {
            Assert.True(await stream.ResponseStream.MoveNext(Cancellation));
        }
    }

    private static async Task Ended(Line line, PlaceOrderRequest order)
    {
        var ended = (await line.Trading.GetOrderAsync(new() { ClientOrderId = order.ClientOrderId })).Order;
        Assert.Equal((OrderStatus.Cancelled, RejectReason.SessionLost), (ended.Status, ended.Reason));
    }
}
