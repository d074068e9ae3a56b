using Marketplace.Domain.Accounts;
using Marketplace.Domain.Instruments;
using Marketplace.Domain.Messages;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Refusals;
using Marketplace.Domain.Settlement;
using Marketplace.Domain.Tests.Support;

namespace Marketplace.Domain.Tests.Settlement;

public sealed class SettlementTests
{
    private static readonly Instrument Hour = TestInstruments.Hour;
    private static readonly Instrument Quarter = TestInstruments.Quarter;

    private static TestVenue Traded(Instrument instrument)
    {
        var venue = TestVenue.With(10_000, "ann", "bob", "cat").Credit("bob", instrument, 100).Credit("cat", instrument, 100);
        venue.Submit("bob", Requests.Ask("b1", 10, 100, instrument));
        venue.Submit("ann", Requests.Bid("a1", 10, 100, instrument));
        return venue;
    }

    private static Refusal Cycle(TestVenue venue, string request = "c1") =>
        venue.Turn(Streams.Book(Quarter.Id), book => ((OrderBook)book).RunCycle(Asked.By("operator", request)));

    private static RejectReason SettleEarly(TestVenue venue, long trade, string participant, string request = "s1") =>
        venue.Turn(Streams.Book(Quarter.Id), book => ((OrderBook)book).SettleEarly(Asked.By(participant, request), trade, Streams.Account(participant))).Reason;

    [Fact]
    public void An_operators_id_is_remembered_by_the_book_it_was_used_at_and_by_no_other()
    {
        var other = Quarter with { Id = "H100-USEAST-2028Q4" };
        var venue = Traded(Quarter).List(other).Credit("bob", other, 10);
        venue.Submit("bob", Requests.Ask("b2", 10, 100, other));
        venue.Submit("ann", Requests.Bid("a2", 10, 100, other));
        RejectReason At(Func<OrderBook, Request, Refusal> ask) => venue.Turn(Streams.Book(other.Id), book => ask((OrderBook)book, Asked.By("operator", "c1"))).Reason;

        Assert.Equal(RejectReason.None, Cycle(venue).Reason);
        Assert.Equal(0, venue.Book(other).Settlement.Cycles);

        Assert.Equal(RejectReason.None, At((book, request) => book.RunCycle(request)));
        Assert.Equal(RejectReason.None, At((book, request) => book.RunCycle(request)));
        Assert.Equal(1, venue.Book(other).Settlement.Cycles);
        Assert.Equal(RejectReason.AlreadyExists, At((book, request) => book.SweepFees(request)));
    }

    [Fact]
    public void Immediate_settlement_posts_both_legs_with_the_reports_of_the_match()
    {
        var venue = Traded(Hour);

        Assert.Equal((9_000, 0), Cash(venue, "ann"));
        Assert.Equal((11_000, 0), Cash(venue, "bob"));
        Assert.Equal(new TokenBalance(10, 0, 0), venue.Account("ann").Tokens[Hour.Id]);
        Assert.Equal(new TokenBalance(90, 0, 0), venue.Account("bob").Tokens[Hour.Id]);
        Assert.Equal(0, venue.Book(Hour).Settlement.Unsettled);
    }

    [Fact]
    public void A_trade_reads_settled_only_when_both_accounts_have_taken_it_in()
    {
        var venue = TestVenue.With(10_000, "ann", "bob").Credit("bob", Hour, 100);
        venue.Submit("bob", Requests.Ask("b1", 10, 100));
        venue.Enter("ann", Requests.Bid("a1", 10, 100));
        var book = Streams.Book(Hour.Id);
        venue.Deliver(Streams.Account("ann"), book);
        Assert.Equal(TradeState.Decided, Assert.Single(venue.Book(Hour).Settlement.Open()).State);

        venue.Deliver(book, Streams.Account("ann"));
        Assert.Equal(TradeState.Decided, Assert.Single(venue.Book(Hour).Settlement.Open()).State);

        venue.Deliver(book, Streams.Account("bob"));
        Assert.Empty(venue.Book(Hour).Settlement.Open());
    }

    [Fact]
    public void A_net_cycle_trade_is_held_until_its_cycle_and_what_was_bought_cannot_be_offered()
    {
        var venue = Traded(Quarter);

        Assert.Equal((9_000, 1_000), Cash(venue, "ann"));
        Assert.Equal(new TokenBalance(90, 10, 10), venue.Account("bob").Tokens[Quarter.Id]);
        Assert.Equal(TradeState.Matched, Assert.Single(venue.Book(Quarter).Settlement.Open()).State);
        Assert.Equal(RejectReason.InsufficientTokens, venue.Enter("ann", Requests.Ask("a2", 1, 100, Quarter)).Refusal.Reason);

        Cycle(venue);
        venue.DeliverAll();

        Assert.Equal((9_000, 0), Cash(venue, "ann"));
        Assert.Equal((11_000, 0), Cash(venue, "bob"));
        Assert.Equal(new TokenBalance(10, 0, 0), venue.Account("ann").Tokens[Quarter.Id]);
        Assert.Equal(new TokenBalance(90, 0, 0), venue.Account("bob").Tokens[Quarter.Id]);
        Assert.Equal(0, venue.Book(Quarter).Settlement.Unsettled);
    }

    [Fact]
    public void A_cycle_runs_by_itself_on_the_quarter_hour_behind_the_first_trade()
    {
        var venue = TestVenue.With(10_000, "ann", "bob").Credit("bob", Quarter, 100);
        venue.Now = TestInstruments.Start.Plus(20 * 60 * 1_000_000L);
        venue.Submit("bob", Requests.Ask("b1", 10, 100, Quarter));
        venue.Submit("ann", Requests.Bid("a1", 10, 100, Quarter));
        Assert.Equal(TestInstruments.Start.Plus(30 * 60 * 1_000_000L), venue.Book(Quarter).NextWake);

        venue.Now = TestInstruments.Start.Plus((30 * 60 * 1_000_000L) - 1);
        venue.Turn(Streams.Book(Quarter.Id), _ => true);
        Assert.Equal(1, venue.Book(Quarter).Settlement.Undecided);

        venue.Now = venue.Now.Plus(1);
        venue.Turn(Streams.Book(Quarter.Id), _ => true);
        Assert.Equal((0, 1), (venue.Book(Quarter).Settlement.Undecided, venue.Book(Quarter).Settlement.Cycles));
    }

    [Fact]
    public void A_cycle_nets_over_all_parties_and_tells_how_much_it_saved()
    {
        // bob sells 10 to ann, ann cannot sell on, cat sells 10 to bob, bob sells 10 to cat: of 30 traded, ann's 10 move.
        var venue = Traded(Quarter);
        venue.Submit("cat", Requests.Ask("c1", 10, 110, Quarter));
        venue.Submit("bob", Requests.Bid("b2", 10, 110, Quarter));
        venue.Submit("bob", Requests.Ask("b3", 10, 120, Quarter));
        venue.Submit("cat", Requests.Bid("c2", 10, 120, Quarter));

        Cycle(venue);
        venue.DeliverAll();

        Assert.Equal((3_300, 1_100, 30, 10), venue.Book(Quarter).Settlement.Netted);
        Assert.Equal((9_000, 0), Cash(venue, "ann"));
        Assert.Equal((10_000 + 1_000 - 1_100 + 1_200, 0), Cash(venue, "bob"));
        Assert.Equal((10_000 + 1_100 - 1_200, 0), Cash(venue, "cat"));
        Assert.Equal((10, 90, 100), (Tokens(venue, "ann"), Tokens(venue, "bob"), Tokens(venue, "cat")));
    }

    [Fact]
    public void A_cycle_is_one_message_a_party_however_many_trades_it_had()
    {
        var venue = Traded(Quarter);
        venue.Submit("bob", Requests.Ask("b2", 5, 100, Quarter));
        venue.Submit("ann", Requests.Bid("a2", 5, 100, Quarter));

        Cycle(venue);

        var posting = Assert.IsType<SettlementPosting>(Assert.Single(venue.Book(Quarter).Outbox.To(Streams.Account("ann")).After(0, 10)));
        Assert.Equal((2, 1_500, -1_500, 15), (posting.Trades, posting.HeldMicros, posting.NetMicros, posting.NetKwh));
    }

    [Fact]
    public void A_cycle_without_trades_is_none()
    {
        var venue = Traded(Quarter);
        Assert.Equal(RejectReason.None, Cycle(venue).Reason);

        Assert.Equal(RejectReason.WrongState, Cycle(venue, "c2").Reason);
        Assert.Equal(1, venue.Book(Quarter).Settlement.Cycles);
    }

    [Fact]
    public void A_repeated_cycle_request_runs_no_second_cycle_and_another_request_of_its_id_already_exists()
    {
        var venue = Traded(Quarter);
        Cycle(venue);
        venue.Submit("bob", Requests.Ask("b2", 5, 100, Quarter));
        venue.Submit("ann", Requests.Bid("a2", 5, 100, Quarter));
        venue.Watched(Streams.Book(Quarter.Id)).RestartFromSnapshot();

        Assert.Equal(RejectReason.None, Cycle(venue).Reason);
        Assert.Equal(RejectReason.AlreadyExists, Sweep(venue, "c1").Reason);

        Assert.Equal((1, 1), (venue.Book(Quarter).Settlement.Cycles, venue.Book(Quarter).Settlement.Undecided));
        Assert.True(venue.Book(Quarter).VersionOf(Asked.By("operator", "c1")) > 0);
    }

    [Fact]
    public void Either_party_may_settle_its_own_trade_early_and_nobody_elses()
    {
        var venue = Traded(Quarter);
        var trade = venue.Book(Quarter).Settlement.Open().Single().Sequence;

        Assert.Equal(RejectReason.NotFound, SettleEarly(venue, trade, "cat"));
        Assert.Equal(RejectReason.NotFound, SettleEarly(venue, trade + 1, "ann"));
        Assert.Equal(RejectReason.None, SettleEarly(venue, trade, "bob"));
        venue.DeliverAll();

        Assert.Equal(new TokenBalance(10, 0, 0), venue.Account("ann").Tokens[Quarter.Id]);
        Assert.Equal((11_000, 0), Cash(venue, "bob"));
        Assert.Equal(RejectReason.WrongState, Cycle(venue).Reason);
    }

    [Fact]
    public void A_trade_settled_early_by_both_parties_settles_once()
    {
        var venue = Traded(Quarter);
        var trade = venue.Book(Quarter).Settlement.Open().Single().Sequence;

        Assert.Equal(RejectReason.None, SettleEarly(venue, trade, "ann"));
        Assert.Equal(RejectReason.None, SettleEarly(venue, trade, "bob"));
        venue.DeliverAll();

        Assert.Equal((9_000, 0), Cash(venue, "ann"));
    }

    [Fact]
    public void A_request_to_settle_is_remembered_also_when_the_trade_is_settled_and_forgotten()
    {
        var venue = Traded(Quarter);
        var trade = venue.Book(Quarter).Settlement.Open().Single().Sequence;
        Assert.Equal(RejectReason.None, SettleEarly(venue, trade, "ann"));
        venue.DeliverAll();
        venue.Turn(Streams.Book(Quarter.Id), book => ((OrderBook)book).Instrument);
        Assert.Empty(venue.Book(Quarter).Settlement.Open());

        Assert.Equal(RejectReason.None, SettleEarly(venue, trade, "bob", "s2"));
        var version = venue.Book(Quarter).Version;
        Assert.Equal(RejectReason.None, SettleEarly(venue, trade, "ann"));
        Assert.Equal(RejectReason.None, SettleEarly(venue, trade, "bob", "s2"));

        Assert.Equal(version, venue.Book(Quarter).Version);
        Assert.Equal(RejectReason.AlreadyExists, SettleEarly(venue, trade - 1, "bob", "s2"));
        Assert.Equal((11_000, 0), Cash(venue, "bob"));
    }

    [Fact]
    public void An_immediate_trade_asked_for_in_the_turn_of_its_match_settles_once()
    {
        var venue = TestVenue.With(10_000, "ann", "bob").Credit("bob", Hour, 100);
        venue.Submit("bob", Requests.Ask("b1", 10, 100));
        venue.Enter("ann", Requests.Bid("a1", 10, 100));
        var channel = venue.Account("ann").Outbox.To(Streams.Book(Hour.Id));

        venue.Turn(Streams.Book(Hour.Id), book =>
        {
            book.Receive(new Parcel(Streams.Account("ann"), 1, channel.After(0, 10), 1, 1, venue.Now, false));
            return ((OrderBook)book).SettleEarly(Asked.By("ann", "s1"), ((OrderBook)book).Sequence, Streams.Account("ann"));
        });
        venue.DeliverAll();

        Assert.Equal((9_000, 0), Cash(venue, "ann"));
        Assert.Equal(10, Tokens(venue, "ann", Hour));
    }

    [Fact]
    public void A_trade_within_one_account_settles_early_as_one_posting()
    {
        var venue = TestVenue.With(10_000, "ann").Credit("ann", Quarter, 10);
        venue.Submit("ann", Requests.Ask("a1", 4, 100, Quarter) with { SelfTrade = SelfTradeMode.None });
        venue.Submit("ann", Requests.Bid("a2", 4, 100, Quarter) with { SelfTrade = SelfTradeMode.None });

        Assert.Equal(RejectReason.None, SettleEarly(venue, venue.Book(Quarter).Settlement.Open().Single().Sequence, "ann"));
        venue.DeliverAll();

        Assert.Equal((10_000, 0), Cash(venue, "ann"));
        Assert.Equal(new TokenBalance(10, 0, 0), venue.Account("ann").Tokens[Quarter.Id]);
    }

    [Fact]
    public void A_last_cycle_runs_before_an_instrument_closes()
    {
        var venue = Traded(Quarter);

        venue.List(Quarter with { State = InstrumentState.Closed, Revision = 2 });
        venue.DeliverAll();

        Assert.Equal(0, venue.Book(Quarter).Settlement.Unsettled);
        Assert.Equal((9_000, 0), Cash(venue, "ann"));
    }

    [Fact]
    public void A_blocked_account_still_takes_what_was_decided()
    {
        var venue = Traded(Quarter);
        venue.Stand("ann", "ann", suspended: true);

        Cycle(venue);
        venue.DeliverAll();

        Assert.Equal(10, Tokens(venue, "ann"));
    }

    [Fact]
    public void Fees_accrue_when_a_trade_is_decided_and_are_swept_to_the_operator_once()
    {
        var fees = Quarter with { MakerBps = 100, TakerBps = 200 };
        var venue = TestVenue.With(10_000, "ann", "bob", "operator").List(fees).Credit("bob", fees, 10);
        venue.Submit("bob", Requests.Ask("b1", 10, 100, fees));
        venue.Submit("ann", Requests.Bid("a1", 10, 100, fees));
        Assert.Equal(0, venue.Book(fees).Settlement.FeesMicros);

        Cycle(venue);
        Assert.Equal(30, venue.Book(fees).Settlement.FeesMicros);
        Assert.Equal(RejectReason.None, Sweep(venue, "s1").Reason);
        Assert.Equal(RejectReason.None, Sweep(venue, "s1").Reason);
        Assert.Equal(RejectReason.WrongState, Sweep(venue, "s2").Reason);
        venue.DeliverAll();

        Assert.Equal((8_980, 10_990, 10_030), (venue.Account("ann").CashAvailable, venue.Account("bob").CashAvailable, venue.Account("operator").CashAvailable));
        Assert.Equal((0, 30), (venue.Book(fees).Settlement.FeesMicros, venue.Book(fees).Settlement.FeesSweptMicros));
    }

    [Fact]
    public void A_book_restarted_between_match_and_cycle_settles_the_same()
    {
        var venue = Traded(Quarter);
        venue.Watched(Streams.Book(Quarter.Id)).RestartFromSnapshot();
        venue.Watched(Streams.Account("ann")).RestartFromSnapshot();

        Cycle(venue);
        venue.Watched(Streams.Book(Quarter.Id)).RestartFromSnapshot();
        venue.DeliverAll();

        Assert.Equal((9_000, 0), Cash(venue, "ann"));
        Assert.Equal(0, venue.Book(Quarter).Settlement.Unsettled);
    }

    [Fact]
    public void Totals_equal_the_fills()
    {
        var settlement = Traded(Hour).Book(Hour).Settlement;

        Assert.Equal((1, 10, 1_000, 100), (settlement.TradeCount, settlement.VolumeKwh, settlement.NotionalMicros, settlement.LastPrice));
    }

    private static Refusal Sweep(TestVenue venue, string request) =>
        venue.Turn(Streams.Book(Quarter.Id), book => ((OrderBook)book).SweepFees(Asked.By("operator", request)));

    private static (Int128 Available, Int128 Held) Cash(TestVenue venue, string participant) => (venue.Account(participant).CashAvailable, venue.Account(participant).CashHeld);

    private static long Tokens(TestVenue venue, string participant, Instrument? instrument = null) => venue.Account(participant).Tokens[(instrument ?? Quarter).Id].Available;
}
