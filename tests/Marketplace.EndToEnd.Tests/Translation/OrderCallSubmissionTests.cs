using CsCheck;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Orders;
using Marketplace.EndToEnd.Tests.OrderCalls;
using Marketplace.Server.Translation;

namespace Marketplace.EndToEnd.Tests.Translation;

/// <summary>The answer to a call of one order is bytes made by hand: they must be those of the contract's message.</summary>
public sealed class OrderCallSubmissionTests
{
    private static readonly IList<FieldDescriptor> s_fields = Order.Descriptor.Fields.InDeclarationOrder();
    private static readonly OrderRequest s_request = new() { Kind = CommandKind.Place, ClientOrderId = "one", RequestId = "" };

    [Fact]
    public void The_bytes_are_those_of_the_generated_message_call_after_call()
    {
        var submission = new OrderCallSubmission();
        var told = new HashSet<string>();
        var nothing = new Order();
        Gen.OneOf(Outcomes.Taken, Outcomes.Refused.Where(outcome => outcome.Refusal.Reason != Marketplace.Domain.Refusals.RejectReason.None)).Sample(
            outcome =>
            {
                submission.Ask(s_request);
                submission.Take(0, outcome);

                Assert.Equal(outcome.Refusal, submission.Refusal);
                if (outcome.Order is not { } order)
                {
                    Assert.True(submission.Frame.IsEmpty);
                    return;
                }

                var expected = order.ToWire();
                Assert.Equal(RawCall.Framed(new PlaceOrderResponse { Order = expected }.ToByteArray()), submission.Frame.ToArray());
                told.UnionWith(s_fields.Where(field => !Equals(field.Accessor.GetValue(expected), field.Accessor.GetValue(nothing))).Select(field => field.Name));
            },
            iter: 2_000,
            threads: 1);

        Assert.Equal(s_fields.Select(field => field.Name).Order(), told.Order());
    }
}
