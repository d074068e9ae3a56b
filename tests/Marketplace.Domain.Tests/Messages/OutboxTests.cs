using Marketplace.Domain.Accounts;
using Marketplace.Domain.Messages;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Refusals;

namespace Marketplace.Domain.Tests.Messages;

public sealed class OutboxTests
{
    private static DepositPosted Message(long micros) => new("bank", micros);

    private static Outbox Of(params long[] micros)
    {
        var outbox = new Outbox();
        Array.ForEach(micros, one => outbox.Post("account/ann", Message(one)));
        return outbox;
    }

    [Fact]
    public void Messages_are_numbered_from_1_for_each_target_apart()
    {
        var outbox = new Outbox();

        Assert.Equal([1, 2, 1], new[] { outbox.Post("a", Message(1)), outbox.Post("a", Message(2)), outbox.Post("b", Message(3)) });
        Assert.Equal(3, outbox.Count);
    }

    [Fact]
    public void What_is_acknowledged_is_forgotten_and_numbers_go_on()
    {
        var outbox = Of(10, 20, 30);

        outbox.Acknowledge("account/ann", 2);

        Assert.Equal([30], Micros(outbox.To("account/ann").After(0, 10)));
        Assert.Equal(1, outbox.Count);
        Assert.Equal(4, outbox.Post("account/ann", Message(40)));
    }

    [Fact]
    public void Only_channels_with_something_not_acknowledged_are_looked_after()
    {
        var outbox = Of(10, 20);
        outbox.Post("account/bob", Message(30));

        outbox.Acknowledge("account/ann", 1);
        outbox.Acknowledge("account/bob", 1);

        Assert.Equal(["account/ann"], outbox.Unacknowledged.Select(channel => channel.Target));
        outbox.Acknowledge("account/ann", 2);
        Assert.Empty(outbox.Unacknowledged);
        outbox.Post("account/bob", Message(40));
        Assert.Equal(["account/bob"], outbox.Unacknowledged.Select(channel => channel.Target));
    }

    [Fact]
    public void An_acknowledgement_comes_once_or_more_often_to_the_same_effect()
    {
        var outbox = Of(10, 20);

        outbox.Acknowledge("account/ann", 1);
        outbox.Acknowledge("account/ann", 1);

        Assert.Equal((1, 1), (outbox.Count, outbox.To("account/ann").AcknowledgedUpTo));
    }

    [Fact]
    public void Channels_posted_to_are_taken_once_in_the_order_of_their_first_message()
    {
        var outbox = new Outbox();
        foreach (var target in new[] { "b", "a", "b" })
        {
            outbox.Post(target, Message(10));
        }

        Assert.Equal(["b", "a"], outbox.TakeFresh().Select(channel => channel.Target));
        Assert.Empty(outbox.TakeFresh());
        outbox.Post("a", Message(10));
        Assert.Equal(["a"], outbox.TakeFresh().Select(channel => channel.Target));
    }

    [Fact]
    public void What_was_never_posted_is_never_acknowledged() =>
        Assert.Throws<InvariantBrokenException>(() => Of(10).Acknowledge("account/ann", 2));

    [Fact]
    public void A_parcel_takes_up_behind_a_number_and_carries_at_most_so_many()
    {
        var channel = Of(10, 20, 30, 40).To("account/ann");

        Assert.Equal([20, 30], Micros(channel.After(1, 2)));
        Assert.Equal([10, 20, 30, 40], Micros(channel.After(0, 10)));
        Assert.Empty(channel.After(4, 10));
    }

    [Fact]
    public void A_parcel_weighs_at_most_so_much_unless_one_message_alone_is_heavier()
    {
        var outbox = new Outbox();
        foreach (var orders in new[] { 3, 2, 9, 1 })
        {
            outbox.Post("book/x", new OrderCommands("firm", new OrderCommand[orders]));
        }

        var channel = outbox.To("book/x");

        Assert.Equal([3, 2], channel.After(0, 5).Select(message => message.Weight));
        Assert.Equal([2], channel.After(1, 5).Select(message => message.Weight));
        Assert.Equal([9], channel.After(2, 5).Select(message => message.Weight));
        Assert.Equal([9, 1], channel.After(2, 10).Select(message => message.Weight));
    }

    [Fact]
    public void Receipts_wait_for_the_next_record_and_are_taken_once()
    {
        var outbox = Of(10, 20);
        var channel = outbox.To("account/ann");

        outbox.Received(channel, 2);
        outbox.Received(channel, 1);

        Assert.Equal((2, 0), (channel.ReceivedUpTo, channel.AcknowledgedUpTo));
        Assert.True(outbox.HasReceived);
        Assert.Equal([channel], outbox.TakeReceived());
        Assert.False(outbox.HasReceived);
        Assert.Throws<InvariantBrokenException>(() => outbox.Received(channel, 3));
    }

    private static IEnumerable<long> Micros(Message[] messages) => messages.Cast<DepositPosted>().Select(message => message.Micros);
}
