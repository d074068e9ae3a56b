using Marketplace.Domain.Tests.Support;

namespace Marketplace.Domain.Tests.Orders;

public sealed class TimeInForceTests
{
    [Fact]
    public void Immediate_or_cancel_takes_what_there_is_and_releases_the_rest()
    {
        var book = new DrawnBook().After("a1: ann asks 2 @ 100");

        Assert.Equal(["a1 filled 2@100 as maker", "b1 accepted", "b1 filled 2@100 as taker", "b1 closed 3 NothingLeftToMatch release 300"], book.Play("b1: bob bids 5 @ 100 ioc"));
        book.Shows("|");
    }

    [Fact]
    public void Immediate_or_cancel_with_nothing_to_take_is_closed_whole() =>
        Assert.Equal(["b1 accepted", "b1 closed 5 NothingLeftToMatch release 5"], new DrawnBook().Play("b1: bob asks 5 @ 100 ioc"));

    [Fact]
    public void Fill_or_kill_is_filled_whole_over_several_prices()
    {
        var book = new DrawnBook().After("a1: ann asks 2 @ 100", "c1: cat asks 3 @ 101");

        Assert.Equal(["b1 accepted", "b1 filled 2@100 as taker release 2", "b1 filled 3@101 as taker"], book.Play("b1: bob bids 5 @ 101 fok").Where(line => line.StartsWith("b1", StringComparison.Ordinal)));
        book.Shows("|");
    }

    [Fact]
    public void Fill_or_kill_that_cannot_be_filled_whole_is_refused_and_changes_nothing()
    {
        var book = new DrawnBook().After("a1: ann asks 2 @ 100", "c1: cat asks 2 @ 101", "d1: dan asks 9 @ 102");

        Assert.Equal(["b1 refused NotFillable release 505"], book.Play("b1: bob bids 5 @ 101 fok"));
        book.Shows("""
            | a1 2@100
            | c1 2@101
            | d1 9@102
            """);
    }

    [Fact]
    public void Good_till_cancelled_stays_until_it_is_cancelled() =>
        new DrawnBook().After("a1: ann bids 5 @ 100", "wait 86400s").Shows("a1 5@100 |").After("cancel a1").Shows("|");

    [Fact]
    public void Good_till_date_expires_at_its_time_and_not_a_second_before()
    {
        var book = new DrawnBook().After("a1: ann bids 5 @ 100 gtd60s", "wait 59s");
        book.Shows("a1 5@100 |");

        Assert.Equal(["a1 closed 5 Expired release 500"], book.Play("wait 1s"));
        book.Shows("|");
    }

    [Fact]
    public void An_order_that_expires_now_does_not_match_now()
    {
        var book = new DrawnBook().After("a1: ann bids 5 @ 100 gtd60s");
        book.Now = book.Now.Plus(60_000_000);

        Assert.Equal(["a1 closed 5 Expired release 500", "b1 accepted"], book.Play("b1: bob asks 5 @ 100"));
        book.Shows("| b1 5@100");
    }

    [Fact]
    public void An_order_that_expired_on_its_way_is_refused() =>
        Assert.Equal(["a1 refused Expired release 500"], new DrawnBook().Play("a1: ann bids 5 @ 100 gtd0s"));

    [Fact]
    public void Expired_orders_leave_in_the_order_of_their_times_and_the_others_stay() =>
        new DrawnBook().After("a1: ann bids 5 @ 100 gtd60s", "b1: bob bids 4 @ 100 gtd30s", "c1: cat bids 3 @ 100", "wait 30s").Shows("""
            a1 5@100 |
            c1 3@100 |
            """).Restart().After("wait 30s").Shows("c1 3@100 |");

    [Fact]
    public void A_filled_good_till_date_order_does_not_expire_again() =>
        Assert.Empty(new DrawnBook().After("a1: ann bids 5 @ 100 gtd60s", "b1: bob asks 5 @ 100").Play("wait 60s"));

    [Fact]
    public void A_book_wants_to_be_woken_at_the_first_expiry_and_else_when_its_gate_closes()
    {
        var book = new DrawnBook();
        Assert.Equal(TestInstruments.Hour.ClosesAt, book.Book.NextWake);

        book.Play("a1: ann bids 5 @ 100 gtd60s", "b1: bob bids 5 @ 100 gtd30s");
        Assert.Equal(TestInstruments.Start.Plus(30_000_000), book.Book.NextWake);
    }
}
