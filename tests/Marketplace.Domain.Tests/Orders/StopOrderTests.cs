using Marketplace.Domain.Orders;
using Marketplace.Domain.Tests.Support;

namespace Marketplace.Domain.Tests.Orders;

/// <summary>Stop and stop-limit orders: what they wait for, in which turn they act, and as what.</summary>
public sealed class StopOrderTests
{
    /// <summary>A book whose last trade was at 100.</summary>
    private static DrawnBook Traded() => new DrawnBook().After("x1: xan asks 1 @ 100", "y1: yan bids 1 @ 100");

    [Fact]
    public void A_stop_order_waits_out_of_sight_until_a_trade_at_its_stop_price()
    {
        var book = Traded();
        var sequence = book.Book.Sequence;

        Assert.Equal(["s1 accepted, waits"], book.Play("s1: sam bids 5 @ 200 market stop102"));
        book.Shows("").Waits("s1 5@102/200");
        Assert.Equal(sequence, book.Book.Sequence);

        Assert.Equal(
            ["a1 filled 2@102 as maker", "a1 filled 5@102 as maker", "b1 accepted", "b1 filled 2@102 as taker", "s1 filled 5@102 as taker release 490", "s1 triggered"],
            book.After("a1: ann asks 9 @ 102").Play("b1: bob bids 2 @ 102").Order(StringComparer.Ordinal));
        book.Shows("|a1 2@102").Waits();
    }

    [Fact]
    public void A_bid_waits_for_a_rise_and_an_ask_for_a_fall() => Traded()
        .After("s1: sam bids 1 @ 200 market stop103", "t1: tom asks 1 @ 1 market stop97", "a1: ann bids 1 @ 98", "b1: bob asks 1 @ 98")
        .Waits("s1 1@103/200", "t1 1@97/1")
        .After("c1: cat bids 2 @ 96", "d1: dan asks 1 @ 96")
        .Waits("s1 1@103/200")
        .Shows("");

    [Fact]
    public void Nothing_is_reached_before_the_first_trade() => new DrawnBook()
        .After("a1: ann asks 5 @ 100", "s1: sam bids 5 @ 200 market stop90")
        .Waits("s1 5@90/200").Shows("|a1 5@100");

    [Fact]
    public void A_stop_price_already_passed_at_entry_acts_at_once()
    {
        var book = Traded().After("a1: ann asks 3 @ 101");

        Assert.Equal(
            ["a1 filled 3@101 as maker", "s1 accepted", "s1 closed 2 NothingLeftToMatch release 400", "s1 filled 3@101 as taker release 297"],
            book.Play("s1: sam bids 5 @ 200 market stop100").Order(StringComparer.Ordinal));
        Assert.Equal(["t1 accepted"], book.Play("t1: tom asks 5 @ 103 stop101"));
        book.Shows("|t1 5@103").Waits();
    }

    [Fact]
    public void Equal_stops_act_in_order_of_entry_and_the_nearest_stop_first() => Traded()
        .After(
            "s1: sam bids 1 @ 110 stop103", "t1: tom bids 1 @ 110 stop101", "u1: uma bids 1 @ 110 stop101",
            "a1: ann asks 1 @ 104", "b1: bob asks 1 @ 105", "c1: cat asks 1 @ 106", "d1: dan asks 1 @ 103", "e1: eve bids 1 @ 103")
        .Shows("").Waits();

    [Fact]
    public void Those_triggered_by_one_order_act_behind_it_one_after_the_other()
    {
        var book = Traded().After("s1: sam bids 2 @ 110 stop102", "t1: tom bids 2 @ 110 stop101", "a1: ann asks 1 @ 101", "b1: bob asks 1 @ 102", "c1: cat asks 1 @ 103", "d1: dan asks 9 @ 104");

        book.After("e1: eve bids 3 @ 103");

        // e1 took 101, 102 and 103 before t1 (stop 101) and then s1 (stop 102) acted, each at 104. Numbers: x1, y1, s1, t1, a1, b1, c1, d1, e1.
        Assert.Equal([(101L, 9L), (102L, 9L), (103L, 9L), (104L, 4L), (104L, 3L)], book.Book.Changes.Trades.ToArray().Select(trade => (trade.Price, trade.TakerOrder)));
        book.Shows("|d1 5@104").Waits();
    }

    [Fact]
    public void A_stop_that_trades_may_trigger_the_next() => Traded()
        .After("s1: sam asks 1 @ 1 market stop99", "t1: tom asks 1 @ 1 market stop98", "u1: uma asks 1 @ 1 market stop97",
            "a1: ann bids 1 @ 99", "b1: bob bids 1 @ 98", "c1: cat bids 1 @ 97", "d1: dan bids 5 @ 96", "e1: eve asks 1 @ 99")
        .Shows("d1 4@96|").Waits();

    [Fact]
    public void A_price_once_reached_stays_reached_even_if_the_price_turns_before_the_order_acts()
    {
        var book = Traded().After("s1: sam bids 1 @ 120 stop105", "t1: tom asks 1 @ 90 stop95", "a1: ann asks 1 @ 94", "b1: bob asks 1 @ 105", "c1: cat bids 2 @ 110");

        // 94 triggers t1, 105 triggers s1; t1 rests at 90, and s1 takes it although 90 is far below its stop price.
        Assert.Equal([94L, 105L, 90L], book.Book.Changes.Trades.ToArray().Select(trade => trade.Price));
        book.Shows("").Waits();
    }

    [Fact]
    public void A_stop_limit_order_rests_at_its_limit_and_a_stop_order_never_rests() => Traded()
        .After("s1: sam bids 5 @ 99 stop102", "t1: tom bids 5 @ 101 market stop102", "a1: ann asks 1 @ 102", "b1: bob bids 1 @ 102")
        .Shows("s1 5@99|").Waits();

    [Fact]
    public void Fill_or_kill_and_post_only_are_judged_when_the_order_acts()
    {
        var book = Traded().After("s1: sam bids 5 @ 105 stop102 fok", "t1: tom bids 5 @ 103 stop102 post-only", "u1: uma bids 1 @ 101 stop102 post-only", "a1: ann asks 2 @ 102");

        Assert.Equal(
            ["s1 triggered", "s1 closed 5 NotFillable release 525", "t1 triggered", "t1 closed 5 WouldCross release 515", "u1 triggered"],
            book.Play("b1: bob bids 1 @ 102").Where(word => word[0] is 's' or 't' or 'u'));
        book.Shows("u1 1@101|a1 1@102");
    }

    [Fact]
    public void A_waiting_stop_may_be_cancelled_reduced_and_replaced()
    {
        var book = Traded().After("s1: sam bids 5 @ 110 stop102", "t1: tom bids 5 @ 110 stop102", "u1: uma bids 5 @ 110 stop102");

        Assert.Equal(["s1 reduced to 3@110 release 220"], book.Play("reduce s1 to 3"));
        Assert.Equal(["t1 replaced 4@111, waits release 106"], book.Play("replace t1: 4 @ 111 stop102"));
        Assert.Equal(["u1 closed 5 CancelledByOwner release 550"], book.Play("cancel u1"));
        book.Waits("s1 3@102/110", "t1 4@102/111");
        Assert.Equal(["s1 replaced 3@110, waits"], book.Play("replace s1: 3 @ 110 stop105"));
        book.Waits("t1 4@102/111", "s1 3@105/110");
        Assert.Equal(["s1 replaced 3@110"], book.Play("replace s1: 3 @ 110 stop100"));
        book.Shows("s1 3@110|").Waits("t1 4@102/111");
    }

    [Fact]
    public void An_order_that_does_not_wait_has_no_stop_price_to_replace() =>
        Assert.Equal(["a1 refused IncompatibleTerms"], new DrawnBook().After("a1: ann bids 5 @ 100").Play("replace a1: 5 @ 100 stop105"));

    [Fact]
    public void A_waiting_stop_expires_and_is_cancelled_at_the_close()
    {
        var book = Traded().After("s1: sam bids 5 @ 110 stop102 gtd60s", "t1: tom asks 5 @ 90 stop95");

        Assert.Equal(["s1 closed 5 Expired release 550"], book.Play("wait 60s"));
        Assert.Equal(["t1 closed 5 InstrumentClosed release 5"], book.Play("close"));
        book.Waits();
    }

    [Fact]
    public void A_waiting_stop_is_in_the_snapshot() => Traded()
        .After("s1: sam bids 5 @ 110 stop102 showing2", "t1: tom bids 1 @ 110 stop101").Restart()
        .Waits("t1 1@101/110", "s1 5@102/110")
        .After("a1: ann asks 1 @ 102", "b1: bob bids 1 @ 102")
        .Shows("t1 1@110|\ns1 2+3@110|");

    [Fact]
    public void Stops_wait_through_a_halt_and_act_on() => Traded()
        .After("s1: sam bids 5 @ 110 stop102", "halt", "open", "a1: ann asks 1 @ 102", "b1: bob bids 1 @ 102")
        .Shows("s1 5@110|");
}
