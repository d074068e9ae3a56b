using System.Buffers.Binary;
using CsCheck;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Gwh.Marketplace.V1;
using Marketplace.Grains.Accounts;
using Marketplace.Server.Translation;
using Side = Marketplace.Domain.Orders.Side;

namespace Marketplace.EndToEnd.Tests.Translation;

/// <summary>A session's results are bytes made by hand: they must be those of the contract's messages.</summary>
public sealed class SessionResultWriterTests
{
    private static readonly IList<FieldDescriptor> Fields = CommandResult.Descriptor.Fields.InDeclarationOrder();
    private static readonly CommandResult Nothing = new();

    [Fact]
    public void The_bytes_are_those_of_the_generated_messages_batch_after_batch()
    {
        var writer = new SessionResultWriter();
        var told = new HashSet<string>();
        Gen.Select(Gen.Long[0, long.MaxValue], Gen.OneOf(Outcomes.Refused, Outcomes.Taken).Array[0, 150]).Sample(
            (batch, outcomes) =>
            {
                var expected = new OpenSessionResponse { BatchResult = new() { BatchNumber = batch, Results = { outcomes.Select(Message) } } };

                writer.Begin(outcomes.Length);
                foreach (var at in Enumerable.Range(0, outcomes.Length).OrderBy(at => (at * 7919) ^ batch))
                {
                    Assert.False(writer.Has(at));
                    writer.Add(at, outcomes[at]);
                    Assert.True(writer.Has(at));
                }

                var frame = writer.Frame(batch).Span;

                Assert.Equal(0, frame[0]);
                Assert.Equal((uint)(frame.Length - 5), BinaryPrimitives.ReadUInt32BigEndian(frame[1..]));
                Assert.Equal(expected, OpenSessionResponse.Parser.ParseFrom(frame[5..]));
                Assert.Equal(expected.ToByteArray(), frame[5..].ToArray());
                foreach (var result in expected.BatchResult.Results)
                {
                    told.UnionWith(Fields.Where(field => !Equals(field.Accessor.GetValue(result), field.Accessor.GetValue(Nothing))).Select(field => field.Name));
                }
            },
            iter: 300,
            threads: 1);

        Assert.Equal(Fields.Select(field => field.Name).Order(), told.Order());
    }

    private static CommandResult Message(OrderOutcome outcome)
    {
        var result = new CommandResult { Reason = (Gwh.Marketplace.V1.RejectReason)outcome.Refusal.Reason, Field = outcome.Refusal.Field ?? "" };
        if (outcome.Order is not { } order)
        {
            return result;
        }

        result.Status = (Gwh.Marketplace.V1.OrderStatus)order.Status;
        result.OrderReason = (Gwh.Marketplace.V1.RejectReason)order.Reason;
        result.OrderId = order.BookOrder;
        result.BookSequence = order.Sequence;
        result.Side = (Gwh.Marketplace.V1.Side)order.Terms.Side;
        result.PriceUsdPerGwh = order.Terms.Price;
        result.QuantityKwh = order.Terms.Quantity;
        result.OpenKwh = order.Open;
        result.FilledKwh = order.Filled;
        result.FilledNotionalMicros = order.FilledMicros;
        result.FeeMicros = order.FeeMicros;
        result.HoldMicros = order.Terms.Side == Side.Bid ? order.Hold : 0;
        result.TimeInForce = (Gwh.Marketplace.V1.TimeInForce)order.Terms.TimeInForce;
        result.SelfTradePrevention = (SelfTradePrevention)order.Terms.SelfTrade;
        result.MakerFeeBps = order.Terms.MakerBps;
        result.TakerFeeBps = order.Terms.TakerBps;
        result.ExpireTime = Wire.ToOptional(order.Terms.ExpiresAtMicros);
        result.EventTime = Wire.ToTimestamp(order.Time);
        result.StopPriceUsdPerGwh = order.Terms.StopPrice;
        result.DisplayKwh = order.Terms.DisplayKwh;
        return result;
    }
}
