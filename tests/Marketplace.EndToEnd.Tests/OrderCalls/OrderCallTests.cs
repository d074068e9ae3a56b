using System.IO.Compression;
using Google.Protobuf;
using static Marketplace.EndToEnd.Tests.Hosting.SmallMarket;

namespace Marketplace.EndToEnd.Tests.OrderCalls;

/// <summary>Calls of one order are served from bytes, or by gRPC's library where those are not as usual: nobody can tell which.</summary>
public sealed class OrderCallTests(SmallMarket market) : IClassFixture<SmallMarket>
{
    // A field that no message of the contract has: such a request is the library's.
    private static readonly byte[] s_unknownField = [0xC0, 0x3E, 1];

    private Dictionary<string, string?> Keys => new()
    {
        ["buyer"] = market.KeyOf("buy"),
        ["auditor"] = market.KeyOf("aud"),
        ["unknown key"] = "gwh_unknown",
        ["no key"] = null,
    };

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
            // Each is done by the first of the two, and told again to the second.
            var (usual, odd) = await Both(calls, request, market.KeyOf("buy"));

            Assert.Equal("0", usual.Status);
            Assert.Equal(odd, usual with { Body = odd.Body });
            Assert.Equal(odd.Body, usual.Body);
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
        IMessage[] refused =
        [
            bad, dear, unknown, empty,
            new CancelOrderRequest { RequestId = NewId(), ClientOrderId = "never" }, new CancelOrderRequest(),
            new ReplaceOrderRequest { RequestId = NewId(), ClientOrderId = "never", PriceUsdPerGwh = 1, QuantityKwh = 1 }, new ReplaceOrderRequest(),
            new ReduceOrderRequest { RequestId = NewId(), ClientOrderId = "never", QuantityKwh = 1 }, new ReduceOrderRequest(),
            new CancelOrderRequest { RequestId = NewId(), ClientOrderId = "never", ValidUntil = At("2026-01-01") },
        ];
        foreach (var request in refused)
        {
            foreach (var (who, key) in Keys)
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
    public async Task A_request_counts_as_it_does_elsewhere_against_what_its_participant_may_send()
    {
        using var calls = new RawCall(market.Server.Address);
        await market.Enter("slow", Role.Trader);
        await market.Operator.Admin.SetParticipantLimitsAsync(new()
        {
            RequestId = NewId(),
            ParticipantId = "slow",
            Limits = new() { OrdersPerSecond = 1, MaxOpenOrders = 10, MaxStreams = 1 },
        });
        var order = Limit(Hour, Side.Bid, 1_500_000, 1);
        RawAnswer answer;
        do
        {
            answer = await calls.Call("PlaceOrder", market.KeyOf("slow"), [RawCall.Framed(order.ToByteArray())]);
        }
        while (!answer.Headers.Contains("RATE", StringComparison.Ordinal));

        Assert.Equal(((int)StatusCode.ResourceExhausted).ToString(), answer.Status);
    }

    [Fact]
    public async Task A_request_may_come_in_parts_compressed_or_with_a_deadline()
    {
        using var calls = new RawCall(market.Server.Address);
        async Task Answered(PlaceOrderRequest order, byte[][] parts, params (string, string)[] headers)
        {
            var answer = await calls.Call("PlaceOrder", market.KeyOf("buy"), parts, headers);

            Assert.Equal("0", answer.Status);
            Assert.Equal(order.ClientOrderId, PlaceOrderResponse.Parser.ParseFrom(answer.Body.AsSpan(5)).Order.ClientOrderId);
        }

        var (parts, zipped, timed, named) = (Limit(Hour, Side.Bid, 1_500_000, 1), Limit(Hour, Side.Bid, 1_500_000, 1), Limit(Hour, Side.Bid, 1_500_000, 1), Limit(Hour, Side.Bid, 1_500_000, 1));
        await Answered(parts, [.. RawCall.Framed(parts.ToByteArray()).Select(one => new[] { one })]);
        await Answered(zipped, [RawCall.Framed(Zipped(zipped.ToByteArray()), compressed: true)], ("grpc-encoding", "gzip"));
        await Answered(timed, [RawCall.Framed(timed.ToByteArray())], ("grpc-timeout", "30S"));
        await Answered(named, [RawCall.Framed(named.ToByteArray())], ("grpc-encoding", "identity"), ("grpc-accept-encoding", "gzip"));
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
            ["too long, in parts"] = [.. Enumerable.Range(0, 70).Select(_ => new byte[4_000])],
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
        var method = request.Descriptor.Name[..^"Request".Length];
        var bytes = request.ToByteArray();
        return (await calls.Call(method, key, [RawCall.Framed(bytes)]), await calls.Call(method, key, [RawCall.Framed([.. bytes, .. s_unknownField])]));
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
