using Marketplace.Domain.Tests.Support;

namespace Marketplace.Domain.Tests.Orders;

public sealed class ChangeTests
{
    private static DrawnBook TwoBids() => new DrawnBook().After("a1: ann bids 5 @ 100", "b1: bob bids 4 @ 100");

    [Fact]
    public void A_cancel_releases_exactly_what_is_open()
    {
        var book = TwoBids().After("c1: cat asks 2 @ 100");

        Assert.Equal(["a1 closed 3 CancelledByOwner release 300"], book.Play("cancel a1"));
        book.Shows("b1 4@100 |");
    }

    [Fact]
    public void A_cancel_behind_the_last_fill_says_the_order_is_not_open() =>
        Assert.Equal(["a1 refused OrderNotOpen"], TwoBids().After("c1: cat asks 5 @ 100").Play("cancel a1"));

    [Fact]
    public void A_second_cancel_says_the_order_is_not_open() =>
        Assert.Equal(["a1 refused OrderNotOpen"], TwoBids().After("cancel a1").Play("cancel a1"));

    [Fact]
    public void A_reduction_keeps_the_turn()
    {
        var book = TwoBids();

        Assert.Equal(["a1 reduced to 2@100 release 300"], book.Play("reduce a1 to 2"));
        book.Shows("""
            a1 2@100 |
            b1 4@100 |
            """);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_reduction_must_leave_less_than_is_open_and_something(long to) =>
        Assert.Equal(["a1 refused QuantityNotReduced"], TwoBids().Play($"reduce a1 to {to}"));

    [Fact]
    public void A_reduction_must_be_on_the_lot() =>
        Assert.Equal(["a1 refused QuantityNotOnLot"], new DrawnBook(TestInstruments.Hour with { LotKwh = 5 }).After("a1: ann bids 20 @ 100").Play("reduce a1 to 7"));

    [Fact]
    public void A_replace_to_less_at_the_same_price_keeps_the_turn()
    {
        var book = TwoBids();

        Assert.Equal(["a1 reduced to 3@100 release 200"], book.Play("replace a1: 3 @ 100"));
        book.Shows("""
            a1 3@100 |
            b1 4@100 |
            """);
    }

    [Fact]
    public void A_replace_to_more_loses_the_turn()
    {
        var book = TwoBids();

        Assert.Equal(["a1 replaced 6@100"], book.Play("replace a1: 6 @ 100 hold 100"));
        book.Shows("""
            b1 4@100 |
            a1 6@100 |
            """);
    }

    [Fact]
    public void A_replace_to_another_price_and_back_loses_the_turn() =>
        TwoBids().After("replace a1: 5 @ 99", "replace a1: 5 @ 100 hold 5").Shows("""
            b1 4@100 |
            a1 5@100 |
            """);

    [Fact]
    public void A_replaced_order_trades_at_once_where_it_crosses()
    {
        var book = TwoBids().After("c1: cat asks 3 @ 102");

        Assert.Equal(["a1 replaced 5@103", "a1 filled 3@102 as taker release 3", "c1 filled 3@102 as maker"], book.Play("replace a1: 5 @ 103 hold 15"));
        book.Shows("""
            a1 2@103 |
            b1 4@100 |
            """);
    }

    [Fact]
    public void A_fill_on_the_way_counts_against_a_replace() =>
        TwoBids().After("c1: cat asks 2 @ 100", "replace a1: 7 @ 101 hold 205").Shows("""
            a1 5@101 |
            b1 4@100 |
            """);

    [Fact]
    public void A_replace_that_fills_have_overtaken_is_refused_and_its_hold_comes_back() =>
        Assert.Equal(["a1 refused OvertakenByFill release 7"], TwoBids().After("c1: cat asks 3 @ 100").Play("replace a1: 3 @ 100 hold 7"));

    [Fact]
    public void A_replace_whose_hold_does_not_cover_it_is_refused() =>
        Assert.Equal(["a1 refused OvertakenByFill release 99"], TwoBids().Play("replace a1: 6 @ 100 hold 99"));

    [Fact]
    public void A_replace_of_what_is_gone_gives_its_hold_back() =>
        Assert.Equal(["a1 refused OrderNotOpen release 100"], TwoBids().After("cancel a1").Play("replace a1: 6 @ 100 hold 100"));

    [Fact]
    public void A_replace_keeps_the_books_number_of_the_order()
    {
        var book = TwoBids();
        var before = book.Book.Orders(Domain.Orders.Side.Bid).First().Number;

        book.Play("replace a1: 5 @ 101 hold 5");

        Assert.Equal(before, book.Book.Orders(Domain.Orders.Side.Bid).First().Number);
    }
}
