using Marketplace.Domain.Orders;
using Marketplace.Domain.Tests.Support;

namespace Marketplace.Domain.Tests.Orders;

/// <summary>Icebergs: the tip is shown, the rest is hidden and trades behind what is shown.</summary>
public sealed class IcebergTests
{
    [Fact]
    public void Only_the_tip_is_shown()
    {
        var book = new DrawnBook().After("i1: ida asks 20 @ 100 showing5", "a1: ann asks 1 @ 100");

        book.Shows("|i1 5+15@100\n|a1 1@100");
        Assert.Equal([(100, 6, 2)], book.Book.Levels(Side.Ask, 10));
        Assert.Equal(6, book.Book.QuantityAt(Side.Ask, 100));
    }

    [Fact]
    public void The_next_tip_goes_to_the_back_and_each_tip_trades_on_its_own()
    {
        var book = new DrawnBook().After("i1: ida asks 12 @ 100 showing5", "a1: ann asks 3 @ 100", "b1: bob bids 14 @ 100");

        Assert.Equal([(5L, 1L), (3L, 2L), (5L, 1L), (1L, 1L)], book.Book.Changes.Trades.ToArray().Select(trade => (trade.Quantity, trade.MakerOrder)));
        book.Shows("|i1 1@100");
    }

    [Fact]
    public void Market_data_shows_the_new_tip_behind_the_others()
    {
        var book = new DrawnBook().After("i1: ida asks 12 @ 100 showing5", "a1: ann asks 3 @ 100", "b1: bob bids 5 @ 100");

        Assert.Equal([new OrderChange(Side.Ask, 1, 100, 5, Behind: true)], book.Book.Changes.Orders.ToArray());
        book.Shows("|a1 3@100\n|i1 5+2@100");
    }

    [Fact]
    public void An_incoming_iceberg_trades_tip_by_tip_and_rests_with_what_is_left_of_its_tip()
    {
        var book = new DrawnBook().After("a1: ann bids 5 @ 100", "b1: bob bids 7 @ 100", "i1: ida asks 18 @ 100 showing5");

        Assert.Equal([5L, 5L, 2L], book.Book.Changes.Trades.ToArray().Select(trade => trade.Quantity));
        book.Shows("|i1 3+3@100");
    }

    [Fact]
    public void Fill_or_kill_counts_what_is_hidden() => new DrawnBook()
        .After("i1: ida asks 20 @ 100 showing5", "a1: ann bids 20 @ 100 fok").Shows("");

    [Fact]
    public void A_reduction_takes_what_is_hidden_first_and_keeps_the_turn() => new DrawnBook()
        .After("i1: ida asks 20 @ 100 showing5", "a1: ann asks 1 @ 100", "reduce i1 to 8").Shows("|i1 5+3@100\n|a1 1@100")
        .After("reduce i1 to 4").Shows("|i1 4@100\n|a1 1@100");

    [Fact]
    public void A_replace_that_loses_the_turn_shows_a_fresh_tip() => new DrawnBook()
        .After("i1: ida asks 20 @ 100 showing5", "a1: ann asks 1 @ 100", "b1: bob bids 3 @ 100", "replace i1: 20 @ 101 extra 20").Shows("|a1 1@100\n|i1 5+12@101");

    [Fact]
    public void An_iceberg_holds_for_the_whole_and_its_end_releases_the_whole()
    {
        var book = new DrawnBook().After("i1: ida bids 20 @ 100 showing5", "a1: ann asks 7 @ 100");

        Assert.Equal(["i1 closed 13 CancelledByOwner release 1300"], book.Play("cancel i1"));
    }

    [Fact]
    public void A_tip_is_at_least_a_thousandth_and_at_most_the_whole()
    {
        var book = new DrawnBook();

        Assert.Equal(["i1 refused QuantityOutOfRange release 4"], book.Play("i1: ida asks 4 @ 100 showing5"));
        Assert.Equal(["i2 refused QuantityOutOfRange release 1000"], book.Play("i2: ida asks 1000 @ 100 showing1"));
        Assert.Equal(["i3 accepted"], book.Play("i3: ida asks 999 @ 100 showing1"));
        Assert.Equal(["i4 refused IncompatibleTerms release 9"], book.Play("i4: ida asks 9 @ 100 showing1 ioc"));
        Assert.Equal(["i5 refused IncompatibleTerms release 9"], book.Play("i5: ida asks 9 @ 1 market showing1"));
    }

    [Fact]
    public void The_hidden_part_is_in_the_snapshot() => new DrawnBook()
        .After("i1: ida asks 20 @ 100 showing5", "a1: ann bids 7 @ 100").Restart().Shows("|i1 3+10@100").After("b1: bob bids 13 @ 100").Shows("");
}
