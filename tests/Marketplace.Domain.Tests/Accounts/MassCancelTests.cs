using Marketplace.Domain.Accounts;
using Marketplace.Domain.Instruments;
using Marketplace.Domain.Messages;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Participants;
using Marketplace.Domain.Refusals;
using Marketplace.Domain.Tests.Support;

namespace Marketplace.Domain.Tests.Accounts;

public sealed class MassCancelTests
{
    private static readonly Instrument Hour = TestInstruments.Hour;
    private static readonly Instrument Quarter = TestInstruments.Quarter;

    [Theory]
    [InlineData("", Side.Unspecified, "", "a1 a2 a3 a4")]
    [InlineData("hour", Side.Unspecified, "", "a1 a2 a4")]
    [InlineData("", Side.Ask, "", "a2")]
    [InlineData("hour", Side.Bid, "", "a1 a4")]
    [InlineData("", Side.Unspecified, "s1", "a3 a4")]
    [InlineData("hour", Side.Bid, "s1", "a4")]
    [InlineData("", Side.Unspecified, "s2", "")]
    public void Only_the_orders_of_its_scope_are_cancelled_and_the_report_names_them(string instrument, Side side, string session, string cancelled)
    {
        var venue = FourOrders();

        var report = Cancel(venue, "r1", new(instrument == "hour" ? Hour.Id : instrument, side, session));

        Assert.Equal(cancelled.Split(' ', StringSplitOptions.RemoveEmptyEntries), report.Orders.Select(order => order.ClientOrderId));
        Assert.Equal((report.Orders.Length, 0, report.Orders.Length * 5), (report.Cancelled, report.Ended, (int)report.CancelledKwh));
        Assert.All(report.Orders, order => Assert.Equal(5, order.CancelledKwh));
        Assert.Equal(4 - report.Cancelled, venue.Account("ann").Orders.Count);
    }

    [Fact]
    public void The_orders_say_why_they_are_cancelled_and_nothing_stays_held()
    {
        var venue = FourOrders();

        Cancel(venue, "r1", new CancelScope());

        var records = venue.Watched(Streams.Account("ann")).Records;
        Assert.Equal(RejectReason.CancelledByMassCancel, OrderHistory.Fold(1, records.Select((record, at) => ((long)at + 1, record)))!.Reason);
        Assert.Equal((100_000, 0), (venue.Account("ann").CashAvailable, venue.Account("ann").CashHeld));
    }

    [Fact]
    public void The_same_id_cancels_once_and_gives_the_same_report_after_a_restart_too()
    {
        var venue = FourOrders();
        var first = Cancel(venue, "r1", new CancelScope());
        venue.Submit("ann", Requests.Bid("a5", 5, 100));
        venue.Watched(Streams.Account("ann")).RestartFromSnapshot();

        var again = venue.Turn(Streams.Account("ann"), account => ((Account)account).RequestMassCancel("r1", new CancelScope(), "", ["ann"], 0));

        Assert.True(again.Repeated);
        Assert.Single(venue.Account("ann").Orders);
        Assert.Equal(first.Orders, ReportOf(venue, "ann", "r1").Orders);
        Assert.Equal(
            RejectReason.AlreadyExists,
            venue.Turn(Streams.Account("ann"), account => ((Account)account).RequestMassCancel("r1", new(Hour.Id, Side.Unspecified, ""), "", ["ann"], 0)).Refusal.Reason);
    }

    [Fact]
    public void An_order_that_ended_before_the_cancel_came_is_told_apart_also_when_its_owner_had_cancelled_it()
    {
        var venue = FourOrders().Open("bob", "bob", 1_000).Credit("bob", Hour, 5);
        venue.Enter("ann", Requests.Cancel("a3", "c3"));
        Ask(venue, "ann", "r1", new CancelScope());
        venue.Enter("bob", Requests.Ask("b1", 5, 100));
        venue.Deliver(Streams.Account("bob"), Streams.Book(Hour.Id));
        venue.DeliverAll();

        var report = ReportOf(venue, "ann", "r1");

        Assert.Equal((2, 2), (report.Cancelled, report.Ended));
        Assert.Equal([("a1", 0), ("a2", 5), ("a3", 0), ("a4", 5)], report.Orders.Select(order => (order.ClientOrderId, order.CancelledKwh)));
    }

    [Fact]
    public void Two_at_once_count_each_order_once()
    {
        var venue = FourOrders();
        Ask(venue, "ann", "r1", new(Hour.Id, Side.Unspecified, ""));
        Ask(venue, "ann", "r2", new CancelScope());
        venue.DeliverAll();

        Assert.Equal((3, 0), (ReportOf(venue, "ann", "r1").Cancelled, ReportOf(venue, "ann", "r1").Ended));
        Assert.Equal((1, 3), (ReportOf(venue, "ann", "r2").Cancelled, ReportOf(venue, "ann", "r2").Ended));
    }

    [Fact]
    public void Very_many_orders_are_cancelled_in_slices_of_bounded_messages_and_a_restart_between_them_goes_on()
    {
        const int Many = 3 * Account.MaxSlice + 500;
        var venue = new TestVenue().Open("ann", "ann", 1_000_000, maxOpenOrders: 10_000).List(Hour);
        venue.Turn(Streams.Account("ann"), account =>
        {
            for (var order = 1; order <= Many; order++)
            {
                ((Account)account).Submit(Requests.Bid($"a{order}", 1, 1 + (order % 50)));
            }

            return true;
        });
        venue.DeliverAll();

        Ask(venue, "ann", "r1", new CancelScope());
        Assert.True(venue.Account("ann").HasMoreToCancel);
        Assert.NotNull(venue.Account("ann").NextWake);
        venue.Watched(Streams.Account("ann")).RestartFromGenesis();
        venue.Submit("ann", Requests.Bid("late", 1, 1));
        GoOn(venue, "ann");

        var report = ReportOf(venue, "ann", "r1");
        Assert.Equal((Many, 0, Many), (report.Cancelled, report.Ended, (int)report.CancelledKwh));
        Assert.Equal(Enumerable.Range(1, MassCancelReport.MostOrders).Select(order => $"a{order}"), report.Orders.Select(order => order.ClientOrderId));
        Assert.Equal("late", venue.Account("ann").Orders.Single().Id);
        Assert.All(
            venue.Watched(Streams.Account("ann")).Records.SelectMany(record => record.Events).OfType<CommandsEntered>(),
            entered => Assert.InRange(entered.Commands.Count(command => command.Command.Kind == CommandKind.Cancel), 0, Account.MaxSlice));
    }

    [Fact]
    public void A_firm_is_cancelled_account_by_account_and_others_are_not_touched()
    {
        var venue = new TestVenue().Open("ann", "alpha", 1_000).Open("amy", "alpha", 1_000).Open("bob", "beta", 1_000).List(Hour);
        foreach (var participant in new[] { "ann", "amy", "bob" })
        {
            venue.Submit(participant, Requests.Bid("o1", 5, 100));
        }

        venue.Turn(Streams.Account("ann"), account => ((Account)account).RequestMassCancel("r1", new CancelScope(), "firm", ["amy", "ann"], 0));
        venue.DeliverAll();

        Assert.Equal((0, 0, 1), (venue.Account("ann").Orders.Count, venue.Account("amy").Orders.Count, venue.Account("bob").Orders.Count));
        Assert.Equal((1, 1), (ReportOf(venue, "ann", "r1").Cancelled, ReportOf(venue, "ann", "r1", of: "amy").Cancelled));
    }

    [Fact]
    public void An_account_that_only_asks_for_others_keeps_its_own_orders()
    {
        var venue = new TestVenue().Open("ann", "alpha", 1_000).Open(Participant.Operator, Participant.OperatorFirm, 1_000).List(Hour);
        venue.Submit("ann", Requests.Bid("o1", 5, 100));
        venue.Submit(Participant.Operator, Requests.Bid("o1", 5, 90));

        venue.Turn(Streams.Account(Participant.Operator), account => ((Account)account).RequestMassCancel("r1", new CancelScope(), "ann", ["ann"], 0));
        venue.DeliverAll();

        Assert.Empty(venue.Account("ann").Orders);
        Assert.Single(venue.Account(Participant.Operator).Orders);
    }

    [Fact]
    public void A_suspended_participant_may_still_cancel_everything()
    {
        var venue = FourOrders();
        venue.Stand("ann", "ann", suspended: true);

        Assert.Equal((0, 4), (Cancel(venue, "r1", new CancelScope()).Cancelled, ReportOf(venue, "ann", "r1").Ended));
    }

    [Theory]
    [InlineData("r 1", "", RejectReason.MalformedId, "request_id")]
    [InlineData("r1", "s 1", RejectReason.MalformedId, "session_id")]
    [InlineData("c1", "", RejectReason.AlreadyExists, "request_id")]
    public void A_bad_request_changes_nothing(string request, string session, RejectReason reason, string field)
    {
        var venue = FourOrders();
        venue.Submit("ann", Requests.Cancel("a1", "c1"));
        var version = venue.Account("ann").Version;

        var refusal = venue.Turn(Streams.Account("ann"), account => ((Account)account).RequestMassCancel(request, new("", Side.Unspecified, session), "", ["ann"], 0)).Refusal;

        Assert.Equal((new Refusal(reason, field), version), (refusal, venue.Account("ann").Version));
    }

    /// <summary>Bid of 5, ask of 5, bid of 5 of the quarter and bid of 5: the last two through session s1.</summary>
    private static TestVenue FourOrders()
    {
        var venue = TestVenue.With(100_000, "ann").Credit("ann", Hour, 5);
        venue.Submit("ann", Requests.Bid("a1", 5, 100));
        venue.Submit("ann", Requests.Ask("a2", 5, 200));
        foreach (var request in new[] { Requests.Bid("a3", 5, 100, Quarter), Requests.Bid("a4", 5, 90) })
        {
            venue.Turn(Streams.Account("ann"), account =>
            {
                ((Account)account).EnterThrough("s1", 0);
                return ((Account)account).Submit(request);
            });
        }

        return venue.DeliverAll();
    }

    private static MassCancelReport Cancel(TestVenue venue, string request, in CancelScope scope)
    {
        Ask(venue, "ann", request, scope);
        GoOn(venue, "ann");
        return ReportOf(venue, "ann", request);
    }

    private static void Ask(TestVenue venue, string participant, string request, CancelScope scope) =>
        Assert.True(venue.Turn(Streams.Account(participant), account => ((Account)account).RequestMassCancel(request, scope, "", [participant], 0)).Ok);

    /// <summary>Turns until nothing is left to cancel, as the host takes them, and all that follows.</summary>
    private static void GoOn(TestVenue venue, string participant)
    {
        while (venue.Account(participant).HasMoreToCancel)
        {
            venue.Turn(Streams.Account(participant), _ => true);
        }

        venue.DeliverAll();
    }

    /// <summary>The report as whoever asks for it gets it: from the records up to the one the last answer is in.</summary>
    private static MassCancelReport ReportOf(TestVenue venue, string caller, string request, string? of = null)
    {
        var requested = venue.Account(caller).VersionOf(request);
        var account = venue.Account(of ?? caller);
        Assert.True(account.Remembers(Account.KeyOfMassCancel(caller, requested), out var remembered));
        Assert.True(remembered.OutcomeVersion > 0);
        var records = venue.Watched(account.Stream).Records.Skip((int)remembered.Version - 1).Take((int)(remembered.OutcomeVersion - remembered.Version + 1));
        return MassCancelReport.Fold(caller, requested, records);
    }
}
