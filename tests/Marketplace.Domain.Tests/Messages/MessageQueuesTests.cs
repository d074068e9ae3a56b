using CsCheck;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Messages;

namespace Marketplace.Domain.Tests.Messages;

/// <summary>The queues of an outbox's channels share one array: each is to be as if it had its own.</summary>
public sealed class MessageQueuesTests
{
    private const int Targets = 5;

    [Fact]
    public void Channels_that_post_and_are_acknowledged_in_any_order_each_keep_their_own_messages() =>
        Gen.Select(Gen.Int[0, Targets - 1], Gen.Int[0, 6]).Array[0, 200].Sample(steps =>
        {
            var outbox = new Outbox();
            var expected = Enumerable.Range(0, Targets).Select(_ => new Queue<long>()).ToArray();
            long number = 0;
            foreach (var (target, what) in steps)
            {
                var channel = outbox.To(Name(target));
                if (what < 4)
                {
                    expected[target].Enqueue(++number);
                    outbox.Post(channel, new DepositPosted("bank", number));
                }
                else
                {
                    for (var count = Math.Min(what - 3, expected[target].Count); count > 0; count--)
                    {
                        expected[target].Dequeue();
                        outbox.Acknowledge(channel.Target, channel.AcknowledgedUpTo + 1);
                    }
                }

                Assert.All(Enumerable.Range(0, Targets), one => Assert.Equal(expected[one], Waiting(outbox.To(Name(one)))));
                Assert.Equal(expected.Sum(queue => queue.Count), outbox.Count);
            }
        });

    [Fact]
    public void An_outbox_that_was_long_and_is_empty_begins_anew()
    {
        const int Many = 5_000;
        var outbox = new Outbox();
        for (var number = 1; number <= Many; number++)
        {
            outbox.Post(Name(number % Targets), new DepositPosted("bank", number));
        }

        for (var target = 0; target < Targets; target++)
        {
            outbox.Acknowledge(Name(target), outbox.To(Name(target)).LastPosted);
        }

        outbox.Post(Name(3), new DepositPosted("bank", 7));
        outbox.Post(Name(1), new DepositPosted("bank", 8));
        outbox.Post(Name(3), new DepositPosted("bank", 9));

        Assert.Equal([7, 9], Waiting(outbox.To(Name(3))));
        Assert.Equal([8], Waiting(outbox.To(Name(1))));
        Assert.Equal(3, outbox.Count);
    }

    private static string Name(int target) => $"account/{target}";

    private static IEnumerable<long> Waiting(Outbox.Channel channel) => channel.After(0, int.MaxValue).Cast<DepositPosted>().Select(posted => posted.Micros);
}
