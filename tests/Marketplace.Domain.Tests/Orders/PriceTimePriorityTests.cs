using Marketplace.Domain.Tests.Support;

namespace Marketplace.Domain.Tests.Orders;

public sealed class PriceTimePriorityTests
{
    [Fact]
    public void Orders_rest_by_price_then_by_time() =>
        new DrawnBook().After("a1: ann bids 5 @ 99", "b1: bob bids 4 @ 100", "c1: cat bids 3 @ 100", "d1: dan asks 2 @ 103", "e1: eve asks 1 @ 102", "f1: fay asks 7 @ 103").Shows("""
            b1 4@100 | e1 1@102
            c1 3@100 | d1 2@103
            a1 5@99  | f1 7@103
            """);

    [Fact]
    public void A_bid_takes_the_lowest_ask_first_and_the_oldest_of_a_price()
    {
        var book = new DrawnBook().After("a1: ann asks 2 @ 101", "b1: bob asks 2 @ 100", "c1: cat asks 2 @ 101");

        Assert.Equal(
            ["b1 filled 2@100 as maker", "d1 accepted", "d1 filled 2@100 as taker release 2", "d1 filled 2@101 as taker", "d1 filled 1@101 as taker", "a1 filled 2@101 as maker", "c1 filled 1@101 as maker"],
            Sorted(book.Play("d1: dan bids 5 @ 101"), "b1", "d1", "a1", "c1"));
        book.Shows("| c1 1@101");
    }

    [Fact]
    public void An_ask_takes_the_highest_bid_first_and_trades_at_the_price_that_rested()
    {
        var book = new DrawnBook().After("a1: ann bids 2 @ 100", "b1: bob bids 2 @ 105");

        Assert.Equal(["b1 filled 2@105 as maker", "c1 accepted", "c1 filled 2@105 as taker"], Sorted(book.Play("c1: cat asks 3 @ 102"), "b1", "c1"));
        book.Shows("a1 2@100 | c1 1@102");
    }

    [Fact]
    public void A_partly_filled_order_keeps_its_turn() =>
        new DrawnBook().After("a1: ann asks 5 @ 100", "b1: bob asks 5 @ 100", "c1: cat bids 3 @ 100", "d1: dan bids 3 @ 100").Shows("| b1 4@100");

    [Fact]
    public void Orders_that_do_not_cross_never_trade() =>
        new DrawnBook().After("a1: ann bids 5 @ 99", "b1: bob asks 5 @ 100").Shows("a1 5@99 | b1 5@100");

    [Fact]
    public void A_price_freed_by_one_order_is_taken_up_by_the_next_at_the_same_price() =>
        new DrawnBook().After("a1: ann bids 5 @ 99", "cancel a1", "b1: bob bids 4 @ 98", "c1: cat bids 3 @ 99").Shows("""
            c1 3@99 |
            b1 4@98 |
            """);

    [Fact]
    public void The_highest_and_the_lowest_price_both_trade() =>
        new DrawnBook().After("a1: ann bids 2 @ 100000000", "b1: bob asks 1 @ 1", "c1: cat asks 1 @ 100000000").Shows("|");

    [Fact]
    public void A_book_goes_on_from_a_snapshot_with_every_order_in_its_turn() =>
        new DrawnBook().After("a1: ann asks 5 @ 100", "b1: bob asks 5 @ 100", "c1: cat bids 2 @ 100").Restart().After("d1: dan bids 4 @ 100").Shows("| b1 4@100");

    private static string[] Sorted(string[] told, params string[] labels) => [.. told.OrderBy(line => Array.IndexOf(labels, line.Split(' ')[0]))];
}
