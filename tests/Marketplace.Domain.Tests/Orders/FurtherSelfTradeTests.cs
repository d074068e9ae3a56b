using Marketplace.Domain.Tests.Support;

namespace Marketplace.Domain.Tests.Orders;

/// <summary>The self-trade modes cancel both, decrement and cancel, and reject; and the condition on the book's sequence.</summary>
public sealed class FurtherSelfTradeTests
{
    private static DrawnBook House() => new DrawnBook().Firm("house", "ann", "amy");

    [Fact]
    public void Cancel_both_ends_the_resting_order_and_the_rest_of_the_incoming_one()
    {
        var book = House().After("b1: bob bids 2 @ 101", "a1: ann bids 5 @ 100", "c1: cat bids 5 @ 100");

        Assert.Equal(
            ["a1 closed 5 SelfTrade release 500", "a2 accepted", "a2 closed 5 SelfTrade release 5", "a2 filled 2@101 as taker", "b1 filled 2@101 as maker"],
            book.Play("a2: amy asks 7 @ 100 both").Order(StringComparer.Ordinal));
        book.Shows("c1 5@100|");
    }

    [Theory]
    [InlineData("a2: amy asks 7 @ 100 decrement", "a1 closed 5 SelfTrade release 500;a2 accepted;a2 decremented by 5 release 5", "|a2 2@100")]
    [InlineData("a2: amy asks 3 @ 100 decrement", "a1 decremented by 3 release 300;a2 accepted;a2 closed 3 SelfTrade release 3", "a1 2@100|")]
    [InlineData("a2: amy asks 5 @ 100 decrement", "a1 closed 5 SelfTrade release 500;a2 accepted;a2 closed 5 SelfTrade release 5", "")]
    public void Decrement_takes_the_smaller_quantity_off_both(string incoming, string told, string table)
    {
        var book = House().After("a1: ann bids 5 @ 100");

        Assert.Equal(told.Split(';'), book.Play(incoming).Order(StringComparer.Ordinal));
        book.Shows(table);
    }

    [Fact]
    public void A_decremented_order_goes_on_to_trade_with_others() => House()
        .After("a1: ann bids 5 @ 100", "b1: bob bids 5 @ 99", "a2: amy asks 8 @ 99 decrement").Shows("b1 2@99|");

    [Fact]
    public void A_decrement_keeps_a_tip_as_long_as_something_is_hidden() => House()
        .After("a1: ann bids 20 @ 100 showing5", "a2: amy asks 8 @ 100 decrement").Shows("a1 5+7@100|");

    [Fact]
    public void Reject_refuses_the_whole_order_before_it_trades_with_anybody()
    {
        var book = House().After("b1: bob bids 2 @ 101", "a1: ann bids 5 @ 100");

        Assert.Equal(["a2 refused SelfTrade release 3"], book.Play("a2: amy asks 3 @ 100 reject"));
        Assert.Equal(["a3 accepted", "a3 filled 2@101 as taker", "b1 filled 2@101 as maker"], book.Play("a3: amy asks 2 @ 100 reject").Order(StringComparer.Ordinal));
        book.Shows("a1 5@100|");
    }

    [Fact]
    public void Reject_sees_an_own_order_before_a_hidden_quantity_and_behind_a_shown_one()
    {
        var book = House().After("i1: ida bids 20 @ 100 showing5", "a1: ann bids 1 @ 100");

        Assert.Equal(["a2 refused SelfTrade release 6"], book.Play("a2: amy asks 6 @ 100 reject"));
        book.After("a3: amy asks 5 @ 100 reject").Shows("a1 1@100|\ni1 5+10@100|");
    }

    [Fact]
    public void A_replace_that_would_meet_its_own_firm_is_refused_and_a_triggered_stop_that_would_is_cancelled()
    {
        var book = House().After("x1: xan asks 1 @ 90", "y1: yan bids 1 @ 90", "a1: ann bids 5 @ 80", "a2: amy asks 5 @ 100 reject", "a3: amy asks 2 @ 80 stop89 reject");

        Assert.Equal(["a2 refused SelfTrade"], book.Play("replace a2: 5 @ 80"));
        Assert.Equal(["a3 triggered", "a3 closed 2 SelfTrade release 2"], book.After("b1: bob bids 1 @ 89").Play("c1: cat asks 1 @ 89").Where(word => word.StartsWith("a3", StringComparison.Ordinal)));
    }

    [Fact]
    public void An_order_meant_for_a_sequence_is_refused_at_any_other()
    {
        var book = new DrawnBook().After("a1: ann bids 5 @ 100");

        Assert.Equal(2, book.Book.Sequence);
        Assert.Equal(["b1 refused BookMoved release 1"], book.Play("b1: bob asks 1 @ 100 at1"));
        Assert.Equal(["b2 accepted", "b2 filled 1@100 as taker", "a1 filled 1@100 as maker"], book.Play("b2: bob asks 1 @ 100 at2").OrderBy(word => word[0] == 'a'));
    }
}
