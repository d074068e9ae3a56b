using CsCheck;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Instruments;
using Marketplace.Domain.Messages;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Tests.Support;

namespace Marketplace.Domain.Tests.Accounts;

/// <summary>What is read back from the log is what was said at the time.</summary>
public sealed class OrderHistoryTests
{
    private static readonly string[] Names = ["ann", "bob", "cat"];

    private readonly record struct Step(int Kind, int Who, int Order, int Kwh, int Price);

    [Fact]
    public void Any_order_folded_from_the_log_is_the_order_its_owner_was_shown() =>
        Gen.Select(Gen.Int[0, 99], Gen.Int[0, 2], Gen.Int[0, 5], Gen.Int[1, 9], Gen.Int[98, 102], (kind, who, order, kwh, price) => new Step(kind, who, order, kwh, price))
            .Array[1, 60].Sample(Play, iter: 100);

    private static void Play(Step[] steps)
    {
        var venue = TestVenue.With(20_000, Names);
        Array.ForEach(Names, name => venue.Credit(name, TestInstruments.Hour, 100));
        var shown = new Dictionary<(string Participant, long Number), OrderView>();
        for (var at = 0; at < steps.Length; at++)
        {
            Take(venue, steps[at], at);
            Note(venue, shown);
        }

        while (DeliverOne(venue, 0))
        {
            Note(venue, shown);
        }

        foreach (var ((participant, number), view) in shown)
        {
            Assert.Equal(view, OrderHistory.Fold(number, Records(venue, participant, 1, long.MaxValue)));
        }

        foreach (var ((participant, key), (refused, order)) in venue.Answers)
        {
            Assert.True(venue.Account(participant).Remembers(key, out var remembered));
            Assert.Equal(refused, remembered.Refused);
            if (order is not null)
            {
                Assert.Equal(order, OrderHistory.Fold(order.Number, Records(venue, participant, 1, remembered.OutcomeVersion)));
            }
        }
    }

    private static void Take(TestVenue venue, in Step step, int at)
    {
        var who = Names[step.Who];
        var order = $"o{step.Order}";
        switch (step.Kind)
        {
            case < 40:
                venue.Enter(who, (step.Kind % 2 == 0 ? Requests.Bid(order, step.Kwh, step.Price) : Requests.Ask(order, step.Kwh, step.Price)) with { SelfTrade = (SelfTradeMode)((step.Kind % 3) + 1) });
                break;
            case < 47:
                venue.Enter(who, Requests.Cancel(order, $"r{at}"));
                break;
            case < 54:
                venue.Enter(who, Requests.Reduce(order, $"r{at}", step.Kwh));
                break;
            case < 65:
                venue.Enter(who, Requests.Replace(order, $"r{at}", step.Kwh, step.Price));
                break;
            default:
                DeliverOne(venue, step.Kind);
                break;
        }
    }

    private static bool DeliverOne(TestVenue venue, int which)
    {
        var waiting = venue.Machines.SelectMany(machine => machine.Live.Outbox.Channels.Where(channel => channel.Count > 0).Select(channel => (machine.Live.Stream, channel.Target))).ToArray();
        return waiting.Length > 0 && venue.Deliver(waiting[which % waiting.Length].Stream, waiting[which % waiting.Length].Target);
    }

    private static void Note(TestVenue venue, Dictionary<(string Participant, long Number), OrderView> shown)
    {
        foreach (var account in venue.Machines.Select(machine => machine.Live).OfType<Account>())
        {
            foreach (var order in account.Changes.Orders)
            {
                shown[(account.ParticipantId, order.Terms.Order)] = order.View();
            }
        }
    }

    private static IEnumerable<(long Version, Record Record)> Records(TestVenue venue, string participant, long from, long to) =>
        venue.Watched(Streams.Account(participant)).Records.Select((record, index) => (Version: index + 1L, record)).Where(entry => entry.Version >= from && entry.Version <= to);
}
