using Marketplace.Domain.Accounts;
using Marketplace.Domain.Messages;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Refusals;
using Marketplace.Domain.Tests.Support;
using Marketplace.Domain.Units;

namespace Marketplace.Domain.Tests.Accounts;

/// <summary>Sessions that an account watches over: cancel-on-disconnect, grace and lease, in seconds.</summary>
public sealed class SessionTests
{
    private const long Second = Timestamp.MicrosPerSecond;
    private static readonly SessionTerms Grace5 = new(CancelOnDisconnect: true, 5 * Second, 0);
    private static readonly string Ann = Streams.Account("ann");

    [Fact]
    public void A_broken_session_that_is_not_resumed_within_its_grace_loses_its_orders_and_no_others()
    {
        var (venue, holder) = Opened(Grace5);
        venue.Submit("ann", Requests.Bid("own", 1, 90));
        In(venue, account => account.BreakSession("s1", holder));

        At(venue, 4);
        Assert.Equal(2, venue.Account("ann").Orders.Count);
        At(venue, 5);

        Assert.Equal("own", venue.Account("ann").Orders.Single().Id);
        Assert.Equal((RejectReason.SessionLost, OrderStatus.Cancelled), Ended(venue, 1));
        Assert.Empty(venue.Account("ann").Sessions);
    }

    [Fact]
    public void A_session_resumed_within_its_grace_keeps_its_orders()
    {
        var (venue, holder) = Opened(Grace5);
        In(venue, account => account.BreakSession("s1", holder));
        At(venue, 4);

        var resumed = Open(venue, Grace5);
        At(venue, 6);

        Assert.True(resumed.Resumed);
        Assert.Single(venue.Account("ann").Orders);
    }

    [Fact]
    public void A_session_that_is_alive_is_renewed_when_half_of_its_lease_has_passed()
    {
        var (venue, holder) = Opened(Grace5);
        var version = venue.Account("ann").Version;

        At(venue, 2);
        Assert.Equal(version, venue.Account("ann").Version);
        At(venue, 3);
        Assert.Equal(version + 1, venue.Account("ann").Version);

        for (var second = 4; second < 40; second++)
        {
            In(venue, account => Assert.True(account.KeepSession("s1", holder)));
            At(venue, second);
        }

        Assert.Single(venue.Account("ann").Orders);
    }

    [Fact]
    public void A_clock_that_jumps_loses_no_session_that_is_alive()
    {
        var (venue, _) = Opened(Grace5);

        At(venue, 3_600);

        Assert.True(venue.Account("ann").Sessions.Single().IsHeld);
        Assert.Single(venue.Account("ann").Orders);
    }

    [Theory]
    [InlineData(5, 5, 9, 10)]
    [InlineData(0, 1, 1, 2)]
    [InlineData(60, 60, 69, 70)]
    public void After_a_crash_a_session_is_lost_between_its_grace_and_its_grace_and_a_lease(int grace, int notBefore, int lastSafe, int lost)
    {
        var (venue, _) = Opened(Grace5 with { GraceMicros = grace * Second });
        venue.Watched(Ann).RestartFromSnapshot();

        for (var second = 0; second <= lastSafe; second++)
        {
            At(venue, second);
            Assert.True(second < notBefore || venue.Account("ann").NextWake is not null);
            Assert.Single(venue.Account("ann").Orders);
        }

        At(venue, lost);
        Assert.Empty(venue.Account("ann").Orders);
        Assert.Equal(RejectReason.SessionLost, Ended(venue, 1).Reason);
    }

    [Fact]
    public void A_session_resumed_after_a_crash_keeps_its_orders_and_its_tag()
    {
        var (venue, _) = Opened(Grace5);
        venue.Watched(Ann).RestartFromGenesis();
        At(venue, 4);

        var holder = Open(venue, Grace5).Holder;
        At(venue, 20);
        Assert.Equal("s1", venue.Account("ann").Orders.Single().Session);
        In(venue, account => account.EndSession("s1", holder, isSilent: false));

        Assert.Empty(venue.Account("ann").Orders);
    }

    [Fact]
    public void The_machine_wakes_for_a_renewal_then_for_the_deadline_and_never_when_nothing_is_watched()
    {
        var (venue, holder) = Opened(Grace5);
        Assert.Equal(TestInstruments.Start.Plus(5 * Second / 2), venue.Account("ann").NextWake);

        In(venue, account => account.BreakSession("s1", holder));
        Assert.Equal(TestInstruments.Start.Plus(5 * Second), venue.Account("ann").NextWake);

        At(venue, 5);
        Assert.Null(venue.Account("ann").NextWake);
    }

    [Fact]
    public void A_session_without_grace_is_lost_in_the_turn_it_breaks()
    {
        var (venue, holder) = Opened(Grace5 with { GraceMicros = 0 });

        In(venue, account => account.BreakSession("s1", holder));

        Assert.Empty(venue.Account("ann").Orders);
    }

    [Fact]
    public void A_session_ended_by_its_client_loses_its_orders_at_once_if_it_asked_for_it()
    {
        var (venue, holder) = Opened(Grace5);
        In(venue, account => account.EndSession("s1", holder, isSilent: false));
        Assert.Empty(venue.Account("ann").Orders);

        var (other, otherHolder) = Opened(new(CancelOnDisconnect: false, 0, 10 * Second));
        In(other, account => account.EndSession("s1", otherHolder, isSilent: false));
        Assert.Single(other.Account("ann").Orders);
    }

    [Fact]
    public void A_silent_session_loses_its_orders_at_once_whatever_its_grace()
    {
        var (venue, holder) = Opened(Grace5 with { DeadManMicros = 10 * Second });

        In(venue, account => account.EndSession("s1", holder, isSilent: true));

        Assert.Empty(venue.Account("ann").Orders);
    }

    [Fact]
    public void With_a_dead_man_timeout_alone_a_broken_session_has_that_long_to_come_back()
    {
        var (venue, holder) = Opened(new(CancelOnDisconnect: false, 0, 10 * Second));
        In(venue, account => account.BreakSession("s1", holder));

        At(venue, 9);
        Assert.Single(venue.Account("ann").Orders);
        At(venue, 10);
        Assert.Empty(venue.Account("ann").Orders);
    }

    [Fact]
    public void Whoever_opens_the_session_anew_takes_it_over_and_the_former_connection_can_do_it_no_harm()
    {
        var (venue, former) = Opened(Grace5);
        Open(venue, Grace5);

        In(venue, account =>
        {
            Assert.False(account.KeepSession("s1", former));
            account.BreakSession("s1", former);
            account.EndSession("s1", former, isSilent: true);
            account.EnterThrough("s1", former);
            Assert.Equal(RejectReason.SessionLost, account.Submit(Requests.Bid("a2", 1, 1)).Refusal.Reason);
            Assert.Equal(RejectReason.SessionLost, account.Submit(Requests.Replace("a1", "r1", 1, 1)).Refusal.Reason);
            Assert.Equal(Entry.Entered, account.Submit(Requests.Cancel("a1", "r2")).Entry);
        });

        Assert.True(venue.Account("ann").Sessions.Single().IsHeld);
    }

    [Fact]
    public void Opening_it_anew_without_asking_for_it_ends_the_watch_and_keeps_the_orders()
    {
        var (venue, _) = Opened(Grace5);

        Assert.Equal((0, true), (Open(venue, default).Holder, venue.Account("ann").Orders.Count == 1));

        At(venue, 3_600);
        Assert.Empty(venue.Account("ann").Sessions);
        Assert.Single(venue.Account("ann").Orders);
    }

    [Theory]
    [InlineData("s 1", true, 5, 0, RejectReason.MalformedId, "session_id")]
    [InlineData("", true, 5, 0, RejectReason.IncompatibleTerms, "session_id")]
    [InlineData("", false, 0, 5, RejectReason.IncompatibleTerms, "session_id")]
    [InlineData("s1", true, -1, 0, RejectReason.TimeOutOfRange, "grace")]
    [InlineData("s1", true, 3_601, 0, RejectReason.TimeOutOfRange, "grace")]
    [InlineData("s1", false, 5, 0, RejectReason.IncompatibleTerms, "grace")]
    [InlineData("s1", true, 5, -1, RejectReason.TimeOutOfRange, "dead_man_timeout")]
    [InlineData("s1", true, 5, 3_601, RejectReason.TimeOutOfRange, "dead_man_timeout")]
    public void Nonsense_is_refused_and_changes_nothing(string session, bool cancels, long grace, long deadMan, RejectReason reason, string field)
    {
        var venue = TestVenue.With(1_000, "ann");
        var version = venue.Account("ann").Version;

        var result = venue.Turn(Ann, account => ((Account)account).OpenSession(session, new(cancels, grace * Second, deadMan * Second)));

        Assert.Equal((new Refusal(reason, field), version), (result.Refusal, venue.Account("ann").Version));
    }

    [Fact]
    public void An_account_watches_over_so_many_sessions_and_no_more()
    {
        var venue = TestVenue.With(1_000, "ann");
        for (var session = 0; session < Account.MaxSessions; session++)
        {
            Assert.True(venue.Turn(Ann, account => ((Account)account).OpenSession($"s{session}", Grace5)).Ok);
        }

        Assert.Equal(new Refusal(RejectReason.StreamLimit, "session_id"), venue.Turn(Ann, account => ((Account)account).OpenSession("more", Grace5)).Refusal);
        Assert.True(venue.Turn(Ann, account => ((Account)account).OpenSession("s0", Grace5)).Ok);
    }

    /// <summary>A session s1 at second 0 with one bid, a1.</summary>
    private static (TestVenue Venue, long Holder) Opened(in SessionTerms terms)
    {
        var venue = TestVenue.With(1_000, "ann");
        var holder = Open(venue, terms).Holder;
        In(venue, account =>
        {
            account.EnterThrough("s1", holder);
            account.Submit(Requests.Bid("a1", 5, 100));
        });
        return (venue, holder);
    }

    private static SessionHeld Open(TestVenue venue, SessionTerms terms) => venue.Turn(Ann, account => ((Account)account).OpenSession("s1", terms)).Value!;

    private static void In(TestVenue venue, Action<Account> happens)
    {
        venue.Turn(Ann, account =>
        {
            happens((Account)account);
            return true;
        });
        venue.DeliverAll();
    }

    private static void At(TestVenue venue, long second)
    {
        venue.Now = TestInstruments.Start.Plus(second * Second);
        In(venue, _ => { });
    }

    private static (RejectReason Reason, OrderStatus Status) Ended(TestVenue venue, long order)
    {
        var ended = OrderHistory.Fold(order, venue.Watched(Ann).Records.Select((record, at) => ((long)at + 1, record)))!;
        return (ended.Reason, ended.Status);
    }
}
