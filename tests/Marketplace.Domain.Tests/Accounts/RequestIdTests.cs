using Marketplace.Domain.Accounts;
using Marketplace.Domain.Messages;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Refusals;
using Marketplace.Domain.Tests.Support;

namespace Marketplace.Domain.Tests.Accounts;

public sealed class RequestIdTests
{
    private static readonly string Ann = Streams.Account("ann");

    [Fact]
    public void The_same_id_and_payload_is_one_order_before_and_after_its_answer()
    {
        var venue = TestVenue.With(1_000, "ann");
        venue.Enter("ann", Requests.Bid("a1", 5, 100));

        var unanswered = venue.Enter("ann", Requests.Bid("a1", 5, 100));
        venue.DeliverAll();
        var answered = venue.Enter("ann", Requests.Bid("a1", 5, 100));

        Assert.Equal((Entry.Repeated, 0), (unanswered.Entry, unanswered.Remembered.OutcomeVersion));
        Assert.Equal(Entry.Repeated, answered.Entry);
        Assert.True(answered.Remembered.OutcomeVersion > answered.Remembered.Version);
        Assert.Single(venue.Account("ann").Orders);
        Assert.Equal(500, venue.Account("ann").CashHeld);
    }

    [Fact]
    public void The_same_id_with_another_payload_already_exists()
    {
        var venue = TestVenue.With(1_000, "ann");
        venue.Submit("ann", Requests.Bid("a1", 5, 100));
        venue.Submit("ann", Requests.Cancel("a1", "r1"));

        Assert.Equal(new Refusal(RejectReason.AlreadyExists, "client_order_id"), venue.Enter("ann", Requests.Bid("a1", 6, 100)).Refusal);
        Assert.Equal(new Refusal(RejectReason.AlreadyExists, "client_order_id"), venue.Enter("ann", Requests.Ask("a1", 5, 100)).Refusal);
        Assert.Equal(new Refusal(RejectReason.AlreadyExists, "request_id"), venue.Enter("ann", Requests.Cancel("a2", "r1")).Refusal);
        Assert.Equal(new Refusal(RejectReason.AlreadyExists, "request_id"), venue.Enter("ann", Requests.Reduce("a1", "r1", 1)).Refusal);
    }

    [Fact]
    public void Orders_and_other_requests_have_id_spaces_of_their_own()
    {
        var venue = TestVenue.With(1_000, "ann");
        venue.Submit("ann", Requests.Bid("x", 5, 100));

        Assert.Equal(Entry.Entered, venue.Submit("ann", Requests.Cancel("x", "x")).Entry);
    }

    [Fact]
    public void A_repeat_is_known_after_a_restart_from_records_and_from_a_snapshot()
    {
        var venue = TestVenue.With(1_000, "ann");
        venue.Submit("ann", Requests.Bid("a-much-longer-client-order-id-than-sixteen", 5, 100));

        venue.Watched(Ann).RestartFromSnapshot();
        Assert.Equal(Entry.Repeated, venue.Enter("ann", Requests.Bid("a-much-longer-client-order-id-than-sixteen", 5, 100)).Entry);
        venue.Watched(Ann).RestartFromGenesis();
        Assert.Equal(Entry.Repeated, venue.Enter("ann", Requests.Bid("a-much-longer-client-order-id-than-sixteen", 5, 100)).Entry);
        Assert.Equal(RejectReason.AlreadyExists, venue.Enter("ann", Requests.Bid("a-much-longer-client-order-id-than-sixteen", 5, 101)).Refusal.Reason);
    }

    [Fact]
    public void A_repeat_does_nothing_even_when_its_validity_has_passed()
    {
        var venue = TestVenue.With(1_000, "ann");
        var request = Requests.Bid("a1", 5, 100) with { ValidUntilMicros = venue.Now.Plus(1).Micros };
        venue.Submit("ann", request);
        venue.Now = venue.Now.Plus(2);

        Assert.Equal(Entry.Repeated, venue.Enter("ann", request).Entry);
    }

    [Fact]
    public void An_id_is_remembered_for_the_whole_window_and_free_behind_it()
    {
        var venue = TestVenue.With(1_000, "ann");
        var immediate = Requests.Bid("a1", 5, 100) with { TimeInForce = TimeInForce.ImmediateOrCancel };
        venue.Submit("ann", immediate);

        venue.Now = venue.Now.Plus(IdWindow.WindowMicros - 1);
        venue.Submit("ann", Requests.Bid("a2", 1, 1));
        Assert.Equal(Entry.Repeated, venue.Enter("ann", immediate).Entry);

        venue.Now = venue.Now.Plus(1);
        venue.Submit("ann", Requests.Bid("a3", 1, 1));
        Assert.Equal(Entry.Entered, venue.Submit("ann", immediate with { Quantity = 6 }).Entry);
    }

    [Fact]
    public void An_order_that_is_still_open_behind_the_window_keeps_its_id()
    {
        var venue = TestVenue.With(1_000, "ann");
        venue.Submit("ann", Requests.Bid("a1", 5, 100));
        venue.Now = venue.Now.Plus(IdWindow.WindowMicros + 1);
        venue.Submit("ann", Requests.Bid("a2", 1, 1));

        Assert.Equal(new Refusal(RejectReason.AlreadyExists, "client_order_id"), venue.Enter("ann", Requests.Bid("a1", 5, 100)).Refusal);
        Assert.Equal(Entry.Entered, venue.Submit("ann", Requests.Cancel("a1", "r1")).Entry);
        Assert.Null(venue.Account("ann").FindOpen("a1"));
    }

    [Theory]
    [InlineData("a1")]
    [InlineData("a-much-longer-client-order-id-than-fifteen")]
    public void An_order_behind_the_window_is_found_after_a_restart_until_it_ends(string id)
    {
        var venue = TestVenue.With(1_000, "ann");
        venue.Submit("ann", Requests.Bid(id, 5, 100));
        venue.Now = venue.Now.Plus(IdWindow.WindowMicros + 1);
        venue.Submit("ann", Requests.Bid("a2", 1, 1));
        venue.Watched(Ann).RestartFromSnapshot();

        Assert.Equal(id, venue.Account("ann").FindOpen(id)?.Id);
        Assert.Equal(RejectReason.AlreadyExists, venue.Enter("ann", Requests.Bid(id, 6, 100)).Refusal.Reason);
        Assert.Equal(Entry.Entered, venue.Submit("ann", Requests.Cancel(id, "r1")).Entry);
        Assert.Equal(Entry.Entered, venue.Submit("ann", Requests.Bid(id, 6, 100)).Entry);
    }

    [Fact]
    public void Two_changes_answered_by_one_record_keep_their_own_answers()
    {
        var venue = TestVenue.With(5_000, "ann");
        venue.Submit("ann", Requests.Bid("a1", 5, 100));
        venue.Enter("ann", Requests.Replace("a1", "r1", 4, 101));
        venue.Enter("ann", Requests.Replace("a1", "r2", 4, 102));
        venue.Enter("ann", Requests.Cancel("a1", "r3"));
        venue.Enter("ann", Requests.Replace("a1", "r4", 4, 103));
        venue.DeliverAll();

        Assert.Equal(
            [RejectReason.None, RejectReason.None, RejectReason.None, RejectReason.OrderNotOpen],
            new[] { Requests.Replace("a1", "r1", 4, 101), Requests.Replace("a1", "r2", 4, 102), Requests.Cancel("a1", "r3"), Requests.Replace("a1", "r4", 4, 103) }
                .Select(request => venue.Enter("ann", request).Remembered.Refused));
    }

    [Fact]
    public void The_same_request_twice_in_one_turn_is_one_order()
    {
        var venue = TestVenue.With(1_000, "ann");

        var second = venue.Turn(Ann, account =>
        {
            ((Account)account).Submit(Requests.Bid("a1", 5, 100));
            return ((Account)account).Submit(Requests.Bid("a1", 5, 100));
        });

        Assert.Equal(Entry.Repeated, second.Entry);
        Assert.Single(venue.Account("ann").Orders);
    }
}
