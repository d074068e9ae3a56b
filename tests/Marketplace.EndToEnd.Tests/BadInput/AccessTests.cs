using Google.Protobuf;
using Marketplace.Server.Access;
using static Marketplace.EndToEnd.Tests.Hosting.SmallMarket;
using DomainRole = Marketplace.Domain.Participants.Role;

namespace Marketplace.EndToEnd.Tests.BadInput;

/// <summary>All roles on all RPCs, all keys that are none, and other participants' objects.</summary>
public sealed class AccessTests(SmallMarket market) : IClassFixture<SmallMarket>
{
    private static readonly byte[][] s_nothing = [[]];

    [Fact]
    public async Task Every_role_is_let_in_where_the_table_says_and_nowhere_else()
    {
        var wrong = new List<string>();
        foreach (var role in Enum.GetValues<Role>().Where(role => role != Role.Unspecified))
        {
            var line = Line.To(market.Server, (await market.NewKey("mm", role)).Secret);
            foreach (var rpc in Rpcs.All)
            {
                var refused = await Rpcs.Call(line, rpc, s_nothing);
                var denied = refused is not null && Refused.ReasonOf(refused) == RejectReason.PermissionDenied;
                var allowed = AccessTable.RowOf(Rpcs.NameOf(rpc))!.Roles.Contains((DomainRole)role);
                if (denied == allowed || (refused is not null && Refused.ReasonOf(refused) == RejectReason.Unspecified))
                {
                    wrong.Add($"{role} {Rpcs.NameOf(rpc)}: {refused?.Status.ToString() ?? "answered"}");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        await market.AddsUp();
    }

    [Fact]
    public async Task No_key_a_wrong_one_a_revoked_one_and_an_expired_one_open_nothing()
    {
        var (revoked, revokedSecret) = await market.NewKey("buy", Role.Buyer);
        await market.Operator.Admin.RevokeKeyAsync(new() { RequestId = NewId(), KeyId = revoked });
        var now = (await market.Operator.Catalog.GetVenueAsync(new())).Venue.Now.ToDateTime();
        var (_, expiredSecret) = await market.NewKey("buy", Role.Buyer, WireTime.FromDateTime(now.AddSeconds(1)));
        await market.Advance(TimeSpan.FromSeconds(1));
        var last = revokedSecret[^1] == '0' ? '1' : '0';
        var keys = new (string? Key, RejectReason Reason)[]
        {
            (null, RejectReason.Unauthenticated),
            ("", RejectReason.Unauthenticated),
            ("nonsense", RejectReason.Unauthenticated),
            (new('x', 4_000), RejectReason.Unauthenticated),
            (revokedSecret[..^1] + last, RejectReason.Unauthenticated),
            (revokedSecret, RejectReason.KeyRevoked),
            (expiredSecret, RejectReason.KeyExpired),
        };
        var before = await market.Auditor.Audit.GetTotalsAsync(new());
        foreach (var (key, reason) in keys)
        {
            var line = Line.To(market.Server, key);
            foreach (var rpc in Rpcs.All)
            {
                var refused = await Rpcs.Call(line, rpc, s_nothing);
                Assert.Equal(StatusCode.Unauthenticated, refused?.StatusCode);
                Assert.Equal(reason, Refused.ReasonOf(refused!));
            }
        }

        Assert.Equal(before.Cash, (await market.Auditor.Audit.GetTotalsAsync(new())).Cash);
    }

    [Theory]
    [InlineData("gwh.marketplace.v1.TradingService", "PlaceOrderTwice")]
    [InlineData("gwh.marketplace.v1.TradingServices", "PlaceOrder")]
    [InlineData("TradingService", "PlaceOrder")]
    public async Task A_method_the_venue_does_not_have_is_unimplemented(string service, string method)
    {
        var marshaller = Marshallers.Create<byte[]>(static bytes => bytes, static bytes => bytes);
        var unknown = new Method<byte[], byte[]>(MethodType.Unary, service, method, marshaller, marshaller);

        var refused = await Assert.ThrowsAsync<RpcException>(() => market.Buyer.Invoker.AsyncUnaryCall(unknown, null, new(), []).ResponseAsync);

        Assert.Equal(StatusCode.Unimplemented, refused.StatusCode);
    }

    [Fact]
    public async Task What_is_no_call_of_gRPC_is_not_found()
    {
        using var http = new HttpClient { DefaultRequestVersion = new(2, 0), DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var response = await http.GetAsync(market.Server.Address, TestContext.Current.CancellationToken);

        Assert.Equal(System.Net.HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task What_is_anothers_looks_as_if_it_did_not_exist()
    {
        await market.Supplier.Trading.PlaceOrderAsync(Limit(Quarter, Side.Ask, 2_000_000, 10));
        var filled = Limit(Quarter, Side.Bid, 2_000_000, 10);
        var trade = $"{Quarter}:{(await market.Buyer.Trading.PlaceOrderAsync(filled)).Order.BookSequence}";
        var resting = Limit(Hour, Side.Bid, 1_000_000, 10);
        await market.Buyer.Trading.PlaceOrderAsync(resting);
        var stranger = market.Maker;
        var supplier = await market.Enter("sup2", Role.Supplier);

        await Same(id => stranger.Accounts.GetAccountAsync(new() { ParticipantId = id }).ResponseAsync, "buy", "nobody");
        await Same(id => stranger.Accounts.ListStatementEntriesAsync(new() { ParticipantId = id }).ResponseAsync, "buy", "nobody");
        await Same(id => First(stranger.Accounts.StreamAccount(new() { ParticipantId = id })), "buy", "nobody");
        await Same(id => stranger.Trading.GetOrderAsync(new() { ParticipantId = id, ClientOrderId = resting.ClientOrderId }).ResponseAsync, "buy", "nobody");
        await Same(id => stranger.Trading.GetOrderAsync(new() { ClientOrderId = id }).ResponseAsync, resting.ClientOrderId, "no-order");
        await Same(id => stranger.Trading.ListOpenOrdersAsync(new() { ParticipantId = id }).ResponseAsync, "buy", "nobody");
        await Same(id => stranger.Trading.CancelOrderAsync(new() { RequestId = NewId(), ClientOrderId = id }).ResponseAsync, resting.ClientOrderId, "no-order");
        await Same(id => stranger.Trading.ReplaceOrderAsync(new() { RequestId = NewId(), ClientOrderId = id, QuantityKwh = 5 }).ResponseAsync, resting.ClientOrderId, "no-order");
        await Same(id => stranger.Trading.ReduceOrderAsync(new() { RequestId = NewId(), ClientOrderId = id, QuantityKwh = 5 }).ResponseAsync, resting.ClientOrderId, "no-order");
        await Same(id => stranger.Audit.GetOutcomeAsync(new() { ParticipantId = id, ClientOrderId = resting.ClientOrderId }).ResponseAsync, "buy", "nobody");
        await Same(id => stranger.Settlement.GetTradeAsync(new() { TradeId = id }).ResponseAsync, trade, $"{Quarter}:999999");
        await Same(id => stranger.Settlement.SettleTradeAsync(new() { RequestId = NewId(), TradeId = id }).ResponseAsync, trade, $"{Quarter}:999999");
        await Same(id => First(stranger.Settlement.WatchTrade(new() { TradeId = id })), trade, $"{Quarter}:999999");
        await Same(id => supplier.Capacity.GetContractAsync(new() { ContractId = id }).ResponseAsync, Contract, "sup:none");
        await Same(id => supplier.Capacity.ListContractsAsync(new() { ParticipantId = id }).ResponseAsync, "sup", "nobody");
        await Same(id => supplier.Capacity.IssueTokensAsync(new() { RequestId = NewId(), ContractId = id, InstrumentId = Hour, QuantityKwh = 1 }).ResponseAsync, Contract, "sup:none");
        await Same(id => supplier.Capacity.WithdrawCapacityAsync(new() { RequestId = NewId(), ContractId = id, QuantityKwh = 1 }).ResponseAsync, Contract, "sup:none");
        await Same(id => supplier.Capacity.WithdrawTokensAsync(new() { RequestId = NewId(), ContractId = id, InstrumentId = Hour, QuantityKwh = 1 }).ResponseAsync, Contract, "sup:none");
        Assert.Equal(OrderStatus.Open, (await market.Buyer.Trading.GetOrderAsync(new() { ClientOrderId = resting.ClientOrderId })).Order.Status);
        await market.AddsUp();
    }

    [Fact]
    public async Task A_call_that_its_caller_gives_up_on_ends_as_cancelled_and_one_that_is_late_as_late()
    {
        using var gaveUp = new CancellationTokenSource();
        using var stream = market.Buyer.Accounts.StreamAccount(new(), cancellationToken: gaveUp.Token);
        Assert.True(await stream.ResponseStream.MoveNext(CancellationToken.None));
        await gaveUp.CancelAsync();
        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => stream.ResponseStream.MoveNext(CancellationToken.None))).StatusCode);
        var late = await Assert.ThrowsAsync<RpcException>(() => market.Buyer.Catalog.GetVenueAsync(new(), deadline: DateTime.UtcNow.AddSeconds(-1)).ResponseAsync);
        Assert.Equal(StatusCode.DeadlineExceeded, late.StatusCode);
        Assert.DoesNotContain("Unexpected failure", market.Server.Said, StringComparison.Ordinal);
    }

    private static async Task First<T>(AsyncServerStreamingCall<T> call)
    {
        using (call)
        {
            await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Both calls must be refused with the same status, to the last byte.</summary>
    private static async Task Same(Func<string, Task> call, string anothers, string unknown)
    {
        var first = await Assert.ThrowsAsync<RpcException>(() => call(anothers));
        var second = await Assert.ThrowsAsync<RpcException>(() => call(unknown));
        Assert.Equal(StatusCode.NotFound, first.StatusCode);
        Assert.Equal(second.GetRpcStatus()!.ToByteString(), first.GetRpcStatus()!.ToByteString());
    }
}
