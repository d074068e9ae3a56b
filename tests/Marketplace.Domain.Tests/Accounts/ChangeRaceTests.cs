using Marketplace.Domain.Accounts;
using Marketplace.Domain.Messages;
using Marketplace.Domain.Refusals;
using Marketplace.Domain.Tests.Support;

namespace Marketplace.Domain.Tests.Accounts;

/// <summary>A participant's change and a fill are under way at the same time.</summary>
public sealed class ChangeRaceTests
{
    private static readonly string Book = Streams.Book(TestInstruments.Hour.Id);

    private static TestVenue BidOf5At100() =>
        TestVenueWithTokens().After(venue => venue.Submit("ann", Requests.Bid("a1", 5, 100)));

    [Fact]
    public void A_replace_that_a_whole_fill_overtakes_gives_its_extra_hold_back_once()
    {
        var venue = BidOf5At100();
        venue.Enter("ann", Requests.Replace("a1", "r1", 8, 110));
        Assert.Equal(880, venue.Account("ann").CashHeld);

        Overtake(venue, "bob", Requests.Ask("b1", 5, 100));

        Assert.Equal(RejectReason.OrderNotOpen, venue.AnswerTo("ann", Requests.Replace("a1", "r1", 8, 110)).Refused);
        Assert.Equal((0, 500), (venue.Account("ann").CashHeld, venue.Account("ann").CashAvailable));
        Assert.Equal(5, venue.Account("ann").Tokens[TestInstruments.Hour.Id].Available);
    }

    [Fact]
    public void A_replace_of_an_ask_that_a_whole_fill_overtakes_gives_its_extra_tokens_back_once()
    {
        var venue = TestVenueWithTokens().After(venue => venue.Submit("bob", Requests.Ask("b1", 5, 100)));
        venue.Enter("bob", Requests.Replace("b1", "r1", 7, 100));

        Overtake(venue, "ann", Requests.Bid("a1", 5, 100));

        Assert.Equal(new TokenBalance(5, 0, 0), venue.Account("bob").Tokens[TestInstruments.Hour.Id]);
    }

    [Fact]
    public void A_replace_that_a_fill_leaves_short_is_refused_and_the_order_stays_as_it_is()
    {
        var venue = BidOf5At100();
        venue.Enter("ann", Requests.Replace("a1", "r1", 2, 100));

        Overtake(venue, "bob", Requests.Ask("b1", 3, 100));

        Assert.Equal(RejectReason.OvertakenByFill, venue.AnswerTo("ann", Requests.Replace("a1", "r1", 2, 100)).Refused);
        Assert.Equal(2, venue.Account("ann").FindOpen("a1")!.Value.Open);
        Assert.Equal(200, venue.Account("ann").CashHeld);
    }

    [Fact]
    public void A_replace_that_a_part_fill_overtakes_counts_the_fill()
    {
        var venue = BidOf5At100();
        venue.Enter("ann", Requests.Replace("a1", "r1", 8, 110));

        Overtake(venue, "bob", Requests.Ask("b1", 3, 100));

        var order = venue.Account("ann").FindOpen("a1")!.Value;
        Assert.Equal((5, 3, 8), (order.Open, order.Filled, order.Terms.Quantity));
        Assert.Equal(550, venue.Account("ann").CashHeld);
        Assert.Equal(150, venue.Account("ann").CashAvailable);
    }

    [Fact]
    public void A_cancel_that_a_whole_fill_overtakes_says_the_order_is_not_open()
    {
        var venue = BidOf5At100();
        venue.Enter("ann", Requests.Cancel("a1", "r1"));

        Overtake(venue, "bob", Requests.Ask("b1", 5, 100));

        Assert.Equal(RejectReason.OrderNotOpen, venue.AnswerTo("ann", Requests.Cancel("a1", "r1")).Refused);
        Assert.Equal(0, venue.Account("ann").CashHeld);
    }

    [Fact]
    public void Changes_under_way_together_are_answered_in_the_order_sent_and_hold_only_what_is_open()
    {
        var venue = BidOf5At100();
        venue.Enter("ann", Requests.Replace("a1", "r1", 6, 100));
        venue.Enter("ann", Requests.Replace("a1", "r2", 2, 120));
        venue.Enter("ann", Requests.Cancel("a1", "r3"));
        venue.Enter("ann", Requests.Replace("a1", "r4", 1, 130));

        venue.DeliverAll();

        Assert.Equal(RejectReason.None, venue.AnswerTo("ann", Requests.Replace("a1", "r1", 6, 100)).Refused);
        Assert.Equal(RejectReason.None, venue.AnswerTo("ann", Requests.Replace("a1", "r2", 2, 120)).Refused);
        Assert.Equal(RejectReason.None, venue.AnswerTo("ann", Requests.Cancel("a1", "r3")).Refused);
        Assert.Equal(RejectReason.OrderNotOpen, venue.AnswerTo("ann", Requests.Replace("a1", "r4", 1, 130)).Refused);
        Assert.Equal((1000, 0), (venue.Account("ann").CashAvailable, venue.Account("ann").CashHeld));
    }

    [Fact]
    public void An_order_that_expires_while_a_replace_is_under_way_releases_both_holds()
    {
        var venue = TestVenueWithTokens();
        venue.Submit("ann", Requests.Bid("a1", 5, 100) with { TimeInForce = Domain.Orders.TimeInForce.GoodTillDate, ExpiresAtMicros = venue.Now.Plus(1_000_000).Micros });
        venue.Enter("ann", Requests.Replace("a1", "r1", 8, 110));
        venue.Now = venue.Now.Plus(1_000_000);
        venue.Turn(Book, _ => true);

        venue.DeliverAll();

        Assert.Equal((1000, 0), (venue.Account("ann").CashAvailable, venue.Account("ann").CashHeld));
    }

    [Fact]
    public void A_machine_restarted_between_a_replace_and_its_answer_ends_the_same()
    {
        var venue = BidOf5At100();
        venue.Enter("ann", Requests.Replace("a1", "r1", 8, 110));
        venue.Watched(Streams.Account("ann")).RestartFromSnapshot();

        Overtake(venue, "bob", Requests.Ask("b1", 5, 100));

        Assert.Equal((500, 0), (venue.Account("ann").CashAvailable, venue.Account("ann").CashHeld));
    }

    [Fact]
    public void A_request_and_a_report_in_one_turn_replay_in_the_order_they_came()
    {
        var venue = BidOf5At100();
        venue.Enter("bob", Requests.Ask("b1", 5, 100));
        venue.Deliver(Streams.Account("bob"), Book);
        var channel = venue.Book(TestInstruments.Hour).Outbox.To(Streams.Account("ann"));

        venue.Turn(Streams.Account("ann"), account =>
        {
            var entered = ((Account)account).Submit(Requests.Replace("a1", "r1", 8, 110));
            account.Receive(new Parcel(Book, channel.AcknowledgedUpTo + 1, channel.After(0, 10), 1, 1, venue.Now, false));
            return entered;
        });
        venue.DeliverAll();

        Assert.Equal((500, 0), (venue.Account("ann").CashAvailable, venue.Account("ann").CashHeld));
    }

    private static TestVenue TestVenueWithTokens() => TestVenue.With(1000, "ann", "bob").Credit("bob", TestInstruments.Hour, 10);

    /// <summary>A request that reaches the book before what is already under way there.</summary>
    private static void Overtake(TestVenue venue, string participant, OrderRequest request)
    {
        venue.Enter(participant, request);
        venue.Deliver(Streams.Account(participant), Book);
        venue.DeliverAll();
    }
}

/// <summary>Chains what happens to a venue.</summary>
internal static class TestVenueChain
{
    public static TestVenue After(this TestVenue venue, Action<TestVenue> happens)
    {
        happens(venue);
        return venue;
    }
}
