using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Marketplace.EndToEnd.Tests.BadInput;

/// <summary>Every field of every RPC, made wrong in every way: a typed error and no effect, or an answer; never UNKNOWN, never INTERNAL.</summary>
public sealed class FieldTests(SmallMarket market, ITestOutputHelper output) : IClassFixture<SmallMarket>
{
    private const int MostAttempts = 8;
    private static readonly StatusCode[] s_refusals =
        [StatusCode.InvalidArgument, StatusCode.NotFound, StatusCode.AlreadyExists, StatusCode.FailedPrecondition, StatusCode.ResourceExhausted];

    private readonly List<string> _wrong = [];
    private int _refused, _answered;

    [Fact]
    public async Task A_wrong_field_is_refused_with_a_reason_and_has_no_effect()
    {
        var good = new GoodRequests(market);
        foreach (var rpc in Rpcs.All)
        {
            await Try(rpc, good);
        }

        output.WriteLine($"{Rpcs.All.Count} RPCs, {_refused} wrong requests refused, {_answered} answered");
        Assert.True(_wrong.Count == 0, string.Join('\n', _wrong));
        Assert.True(_refused > _answered);
    }

    [Fact]
    public async Task Bytes_that_are_no_message_are_refused_as_such()
    {
        foreach (var rpc in Rpcs.All)
        {
            var (line, _) = await new GoodRequests(market).Of(Rpcs.NameOf(rpc));
            foreach (var bytes in new byte[][] { [0xFF, 0xFF, 0xFF], [0x0A, 0x7F, 0x41], [0x0B, 0x0B, 0x0B] })
            {
                var refused = await Rpcs.Call(line, rpc, bytes);
                Assert.True(refused?.StatusCode == StatusCode.InvalidArgument, $"{Rpcs.NameOf(rpc)}: {refused?.Status}");
                Assert.Equal(RejectReason.InvalidArgument, Refused.ReasonOf(refused!));
            }
        }
    }

    [Fact]
    public async Task A_message_that_is_too_large_is_refused_and_nothing_else_suffers()
    {
        foreach (var rpc in Rpcs.All)
        {
            var (line, _) = await new GoodRequests(market).Of(Rpcs.NameOf(rpc));
            var refused = await Rpcs.Call(line, rpc, new byte[(256 * 1024) + 1]);
            Assert.True(refused?.StatusCode == StatusCode.ResourceExhausted, $"{Rpcs.NameOf(rpc)}: {refused?.Status}");
        }

        await market.AddsUp();
    }

    [Fact]
    public async Task A_batch_over_its_limit_is_refused_as_a_whole()
    {
        var batch = new PlaceOrdersRequest { Orders = { Enumerable.Range(0, 1_001).Select(_ => SmallMarket.Limit(SmallMarket.Hour, Side.Bid, 1_000_000, 1)) } };
        await Refused.With(RejectReason.InvalidArgument, market.Buyer.Trading.PlaceOrdersAsync(batch));
        await Refused.With(RejectReason.NotFound, market.Buyer.Trading.GetOrderAsync(new() { ClientOrderId = batch.Orders[0].ClientOrderId }));
    }

    [Fact]
    public async Task What_is_finer_than_a_microsecond_is_cut_off()
    {
        var order = SmallMarket.Limit(SmallMarket.Hour, Side.Bid, 1_000_000, 1);
        order.TimeInForce = TimeInForce.Gtd;
        order.ExpireTime = SmallMarket.At("2027-02-01");
        order.ExpireTime.Nanos = 1_999;
        var placed = (await market.Buyer.Trading.PlaceOrderAsync(order)).Order;
        Assert.Equal(1_000, placed.ExpireTime.Nanos);
    }

    private async Task Try(MethodDescriptor rpc, GoodRequests good)
    {
        var name = Rpcs.NameOf(rpc);
        var (line, messages) = await good.Of(name);
        var first = await Rpcs.Call(line, rpc, Bytes(messages));
        if (first is not null)
        {
            _wrong.Add($"{name}: the good request is refused: {first.Status}");
            return;
        }

        (line, messages) = await good.Of(name);
        foreach (var spoil in Spoils.Of(messages[^1]).ToArray())
        {
            var spoiled = messages.Select(message => message.Descriptor.Parser.ParseFrom(message.ToByteArray())).ToArray();
            spoil.Do(spoiled[^1]);
            if (await Send(line, rpc, spoil, Bytes(spoiled)))
            {
                // It was answered: what the good request relied on may be gone, and its id is taken.
                (line, messages) = await good.Of(name);
            }
        }
    }

    /// <summary>Sends a spoiled request; whether it was answered. A refusal must leave the state hash as it was; receipts that other work still records do not come for ever.</summary>
    private async Task<bool> Send(Line line, MethodDescriptor rpc, Spoil spoil, byte[][] messages)
    {
        var what = $"{Rpcs.NameOf(rpc)}, {spoil.What}";
        var before = await Hash();
        for (var attempt = 1; attempt <= MostAttempts; attempt++)
        {
            var refused = await Rpcs.Call(line, rpc, messages);
            if (refused is null)
            {
                _answered++;
                return true;
            }

            if (!s_refusals.Contains(refused.StatusCode) || Refused.ReasonOf(refused) == RejectReason.Unspecified)
            {
                _wrong.Add($"{what}: {refused.Status}");
                return false;
            }

            var after = await Hash();
            if (before == after)
            {
                _refused++;
                return false;
            }

            before = after;
        }

        _wrong.Add($"{what}: refused, and the state hash is another each time");
        return false;
    }

    private async Task<string> Hash() => (await market.Auditor.Audit.GetStateHashAsync(new())).StateSha256;

    private static byte[][] Bytes(IMessage[] messages) => [.. messages.Select(message => message.ToByteArray())];
}
