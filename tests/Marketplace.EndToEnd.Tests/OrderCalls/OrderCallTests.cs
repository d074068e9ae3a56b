using System.Diagnostics;
using System.IO.Compression;
using Google.Protobuf;
using static Marketplace.EndToEnd.Tests.Hosting.SmallMarket;

namespace Marketplace.EndToEnd.Tests.OrderCalls;

/// <summary>Calls of one order are served from bytes, or by gRPC's library where those are not as usual: nobody can tell which.</summary>
public sealed class OrderCallTests(SmallMarket market) : IClassFixture<SmallMarket>
{
    // A field that no message of the contract has: such a request is the library's.
    private static readonly byte[] s_unknownField = [0xC0, 0x3E, 1];

    private async Task<Dictionary<string, string?>> Keys()
    {
        var (revoked, secret) = await market.NewKey("buy", Role.Buyer);
        await market.Operator.Admin.RevokeKeyAsync(new() { RequestId = NewId(), KeyId = revoked });
        return new()
        {
            ["buyer"] = market.KeyOf("buy"),
            ["auditor"] = market.KeyOf("aud"),
            ["revoked"] = secret,
            ["unknown key"] = "gwh_unknown",
            ["no key"] = null,
        };
    }

    [Fact]
    public async Task An_answer_is_the_same_to_the_byte_whoever_reads_the_request()
    {
        using var calls = new RawCall(market.Server.Address);
        var (open, stop, other) = (Limit(Hour, Side.Bid, 1_500_000, 9), Limit(Quarter, Side.Bid, 1_700_000, 9), Limit(Hour, Side.Bid, 1_400_000, 5));
        (stop.Type, stop.StopPriceUsdPerGwh, stop.TimeInForce, stop.ExpireTime) = (OrderType.StopLimit, 2_200_000, TimeInForce.Gtd, At("2027-02-01"));
        (other.PostOnly, other.DisplayKwh, other.SelfTradePrevention) = (true, 2, SelfTradePrevention.DecrementAndCancel);
        var (sup, taken) = (Limit(Hour, Side.Ask, 2_000_000, 4), Limit(Hour, Side.Bid, 2_000_000, 4));
        await market.Supplier.Trading.PlaceOrderAsync(sup);
        IMessage[] done =
        [
            open, stop, other, taken,
            new ReduceOrderRequest { RequestId = NewId(), ClientOrderId = open.ClientOrderId, QuantityKwh = 2 },
            new ReplaceOrderRequest { RequestId = NewId(), ClientOrderId = open.ClientOrderId, PriceUsdPerGwh = 1_501_000, QuantityKwh = 6 },
            new CancelOrderRequest { RequestId = NewId(), ClientOrderId = open.ClientOrderId },
            new CancelOrderRequest { RequestId = NewId(), ClientOrderId = stop.ClientOrderId },
        ];
        foreach (var request in done)
        {
            // Done as usual, told again by the library, and told again as usual.
            var (usual, odd) = await Both(calls, request, market.KeyOf("buy"));
            var (again, _) = await Both(calls, request, market.KeyOf("buy"));

            Assert.Equal("0", usual.Status);
            Assert.Equal(odd, usual with { Body = odd.Body });
            Assert.Equal(odd, again with { Body = odd.Body });
            Assert.Equal(odd.Body, usual.Body);
            Assert.Equal(odd.Body, again.Body);
            Assert.True(usual.Body.Length > 5);
        }

        await market.AddsUp();
    }

    [Fact]
    public async Task A_refusal_is_the_same_whoever_reads_the_request()
    {
        using var calls = new RawCall(market.Server.Address);
        var (bad, dear, unknown, empty) = (Limit(Hour, Side.Bid, 1_500_000, 9), Limit(Hour, Side.Bid, 3_000_000_000, 1_000_000), Limit("none", Side.Bid, 1, 1), new PlaceOrderRequest());
        bad.QuantityKwh = -1;
        var (asked, crossing, unfilled) = (Limit(Hour, Side.Ask, 2_000_000, 1), Limit(Hour, Side.Bid, 2_000_000, 1), Limit(Hour, Side.Bid, 1_900_000, 1));
        (crossing.PostOnly, unfilled.TimeInForce) = (true, TimeInForce.Fok);
        await market.Supplier.Trading.PlaceOrderAsync(asked);
        var keys = await Keys();
        IMessage[] refused =
        [
            bad, dear, unknown, empty, crossing, unfilled,
            new CancelOrderRequest { RequestId = NewId(), ClientOrderId = "never" }, new CancelOrderRequest(),
            new ReplaceOrderRequest { RequestId = NewId(), ClientOrderId = "never", PriceUsdPerGwh = 1, QuantityKwh = 1 }, new ReplaceOrderRequest(),
            new ReduceOrderRequest { RequestId = NewId(), ClientOrderId = "never", QuantityKwh = 1 }, new ReduceOrderRequest(),
            new CancelOrderRequest { RequestId = NewId(), ClientOrderId = "never", ValidUntil = At("2026-01-01") },
        ];
        foreach (var request in refused)
        {
            foreach (var (who, key) in keys)
            {
                var (usual, odd) = await Both(calls, request, key);

                Assert.True(usual.Status is not (null or "0" or "2" or "13"), $"{who}: {request} {usual}");
                Assert.Equal((odd.Headers, odd.Trailers), (usual.Headers, usual.Trailers));
                Assert.Empty(usual.Body);
                Assert.Empty(odd.Body);
            }
        }
    }

    [Fact]
    public async Task Orders_and_replaces_count_as_orders_and_cancels_and_reduces_as_cancels()
    {
        IMessage place = new PlaceOrderRequest(), replace = new ReplaceOrderRequest(), cancel = new CancelOrderRequest(), reduce = new ReduceOrderRequest();
        foreach (var (first, second, shared) in new[] { (place, replace, true), (replace, place, true), (cancel, reduce, true), (reduce, cancel, true), (place, cancel, false), (replace, reduce, false) })
        {
            Assert.Equal((first, second, shared), (first, second, await AreOneAllowance(first, second)));
        }
    }

    /// <summary>Whether a participant that has sent as many of one kind as it may can send none of another.</summary>
    private async Task<bool> AreOneAllowance(IMessage first, IMessage second)
    {
        using var calls = new RawCall(market.Server.Address);
        while (true)
        {
            var participant = NewId("slow");
            await market.Enter(participant, Role.Trader);
            await market.Operator.Admin.SetParticipantLimitsAsync(new()
            {
                RequestId = NewId(),
                ParticipantId = participant,
                Limits = new() { OrdersPerSecond = 1, MaxOpenOrders = 10, MaxStreams = 1 },
            });
            async Task<bool> IsTooOften(IMessage request) =>
                (await calls.Call(MethodOf(request), market.KeyOf(participant), [RawCall.Framed(request.ToByteArray())])).Headers.Contains("grpc-message: RATE_LIMIT", StringComparison.Ordinal);

            var clock = Stopwatch.StartNew();
            var isTooOften = (await IsTooOften(first) | await IsTooOften(first)) && await IsTooOften(second);
            if (clock.Elapsed < TimeSpan.FromSeconds(0.9))
            {
                return isTooOften;
            }

            // What it may send was more again before it was asked.
        }
    }

    [Fact]
    public async Task A_request_may_come_in_parts_compressed_long_or_with_a_deadline()
    {
        using var calls = new RawCall(market.Server.Address);
        async Task Answered(PlaceOrderRequest order, byte[][] parts, params (string, string)[] headers)
        {
            var answer = await calls.Call("PlaceOrder", market.KeyOf("buy"), parts, headers);

            Assert.Equal("0", answer.Status);
            Assert.Equal(order.ClientOrderId, PlaceOrderResponse.Parser.ParseFrom(answer.Body.AsSpan(5)).Order.ClientOrderId);
        }

        var (longer, parts, zipped, timed, named) = (Limit(Hour, Side.Bid, 1_500_000, 1), Limit(Hour, Side.Bid, 1_500_000, 1), Limit(Hour, Side.Bid, 1_500_000, 1), Limit(Hour, Side.Bid, 1_500_000, 1), Limit(Hour, Side.Bid, 1_500_000, 1));
        await Answered(parts, [.. RawCall.Framed(parts.ToByteArray()).Select(one => new[] { one })]);
        await Answered(zipped, [RawCall.Framed(Zipped(zipped.ToByteArray()), compressed: true)], ("grpc-encoding", "gzip"));
        await Answered(timed, [RawCall.Framed(timed.ToByteArray())], ("grpc-timeout", "30S"));
        await Answered(longer, [.. RawCall.Framed([.. longer.ToByteArray(), .. Unknown(10_000)]).Chunk(1_000)]);
        using var proto = new RawCall(market.Server.Address, "application/grpc+proto");
        Assert.Equal("0", (await proto.Call("PlaceOrder", market.KeyOf("buy"), [RawCall.Framed(timed.ToByteArray())])).Status);
        await Answered(named, [RawCall.Framed(named.ToByteArray())], ("grpc-encoding", "identity"), ("grpc-accept-encoding", "gzip"));
        await market.AddsUp();
    }

    [Fact]
    public async Task Many_calls_at_once_some_given_up_are_each_answered_with_their_own_order()
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, 400), new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (at, cancellation) =>
        {
            var order = Limit(Hour, Side.Bid, 1_000_000 + at, 1);
            using var givenUp = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var call = market.Maker.Trading.PlaceOrderAsync(order, cancellationToken: givenUp.Token);
            if (at % 5 == 0)
            {
                await givenUp.CancelAsync();
            }

            try
            {
                var placed = (await call).Order;
                Assert.Equal((order.ClientOrderId, order.PriceUsdPerGwh), (placed.ClientOrderId, placed.PriceUsdPerGwh));
            }
            catch (RpcException cancelled) when (cancelled.StatusCode == StatusCode.Cancelled && at % 5 == 0)
            {
                // Nothing is heard of it.
            }
        });
        await market.Maker.Trading.MassCancelOrdersAsync(new() { RequestId = NewId() });
        await market.AddsUp();
    }

    [Fact]
    public async Task What_is_no_request_is_refused_with_a_reason_and_changes_nothing()
    {
        using var calls = new RawCall(market.Server.Address);
        var order = Limit(Hour, Side.Bid, 1_500_000, 1);
        var framed = RawCall.Framed(order.ToByteArray());
        var odd = new Dictionary<string, byte[][]>
        {
            ["nothing"] = [],
            ["half a frame"] = [framed[..3]],
            ["half a message"] = [framed[..^4]],
            ["two messages"] = [framed, framed],
            ["more than the message"] = [[.. framed, 1, 2, 3]],
            ["too long, in parts"] = [RawCall.Framed(new byte[280_000])[..5], .. Enumerable.Range(0, 70).Select(_ => new byte[4_000])],
            ["compressed, without saying how"] = [RawCall.Framed(Zipped(order.ToByteArray()), compressed: true)],
            ["no message"] = [RawCall.Framed([0xFF, 0xFF, 0xFF])],
            ["a frame of another kind"] = [[2, .. framed[1..]]],
        };
        foreach (var (what, parts) in odd)
        {
            var answer = await calls.Call("PlaceOrder", market.KeyOf("buy"), parts);

            Assert.True(answer.Status is not (null or "0" or "2" or "13"), $"{what}: {answer}");
        }

        await Refused.With(RejectReason.NotFound, market.Buyer.Trading.GetOrderAsync(new() { ClientOrderId = order.ClientOrderId }));
        await market.AddsUp();
    }

    private static async Task<(RawAnswer Usual, RawAnswer Odd)> Both(RawCall calls, IMessage request, string? key)
    {
        var method = MethodOf(request);
        var bytes = request.ToByteArray();
        return (await calls.Call(method, key, [RawCall.Framed(bytes)]), await calls.Call(method, key, [RawCall.Framed([.. bytes, .. s_unknownField])]));
    }

    private static string MethodOf(IMessage request) => request.Descriptor.Name[..^"Request".Length];

    /// <summary>A field of so many bytes that no message of the contract has.</summary>
    private static byte[] Unknown(int bytes)
    {
        using var field = new MemoryStream();
        using var output = new CodedOutputStream(field);
        output.WriteTag(1_000, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(new byte[bytes]));
        output.Flush();
        return field.ToArray();
    }

    private static byte[] Zipped(byte[] bytes)
    {
        using var zipped = new MemoryStream();
        using (var zip = new GZipStream(zipped, CompressionLevel.Fastest))
        {
            zip.Write(bytes);
        }

        return zipped.ToArray();
    }
}
