using Marketplace.Domain.Tests.Support;

namespace Marketplace.Domain.Tests.Orders;

public sealed class SelfTradeTests
{
    private static DrawnBook OwnAskBehindAnothers() => new DrawnBook().Firm("alpha", "ann", "amy").After("b1: bob asks 2 @ 100", "a1: ann asks 3 @ 101", "c1: cat asks 4 @ 102");

    [Fact]
    public void Cancel_newest_stops_the_incoming_order_at_its_own_firm()
    {
        var book = OwnAskBehindAnothers();

        Assert.Equal(["m1 accepted", "m1 filled 2@100 as taker release 4", "m1 closed 6 SelfTrade release 612"], book.Play("m1: amy bids 8 @ 102 newest").Where(OfM1));
        book.Shows("""
            | a1 3@101
            | c1 4@102
            """);
    }

    [Fact]
    public void Cancel_oldest_takes_the_resting_order_away_and_goes_on()
    {
        var book = OwnAskBehindAnothers();

        var told = book.Play("m1: amy bids 8 @ 102 oldest");

        Assert.Contains("a1 closed 3 SelfTrade release 3", told);
        Assert.Equal(["m1 accepted", "m1 filled 2@100 as taker release 4", "m1 filled 4@102 as taker"], told.Where(OfM1));
        book.Shows("m1 2@102 |");
    }

    [Fact]
    public void Mode_none_trades_with_its_own_firm()
    {
        var book = OwnAskBehindAnothers();

        Assert.Contains("a1 filled 3@101 as maker", book.Play("m1: amy bids 8 @ 102 self-none"));
        book.Shows("| c1 1@102");
    }

    [Fact]
    public void One_account_is_its_own_firm() =>
        Assert.Equal(["a2 accepted", "a2 closed 5 SelfTrade release 500"], new DrawnBook().After("a1: ann asks 5 @ 100").Play("a2: ann bids 5 @ 100 newest"));

    [Fact]
    public void The_mode_of_the_incoming_order_counts_not_that_of_the_resting_one() =>
        new DrawnBook().Firm("alpha", "ann", "amy").After("a1: ann asks 5 @ 100 newest", "m1: amy bids 5 @ 100 oldest").Shows("m1 5@100 |");

    [Fact]
    public void Fill_or_kill_with_cancel_newest_is_refused_where_its_own_firm_stands_in_the_way() =>
        Assert.Equal(["m1 refused NotFillable release 510"], OwnAskBehindAnothers().Play("m1: amy bids 5 @ 102 fok newest"));

    [Fact]
    public void Fill_or_kill_with_cancel_newest_is_filled_where_its_own_firm_comes_after()
    {
        var book = OwnAskBehindAnothers();

        Assert.Equal(["m1 accepted", "m1 filled 2@100 as taker release 4"], book.Play("m1: amy bids 2 @ 102 fok newest").Where(OfM1));
        book.Shows("""
            | a1 3@101
            | c1 4@102
            """);
    }

    [Fact]
    public void Fill_or_kill_with_cancel_oldest_does_not_count_its_own_firm()
    {
        Assert.Equal(["m1 refused NotFillable release 714"], OwnAskBehindAnothers().Play("m1: amy bids 7 @ 102 fok oldest"));
        OwnAskBehindAnothers().After("m1: amy bids 6 @ 102 fok oldest").Shows("|");
    }

    [Fact]
    public void Fill_or_kill_with_mode_none_counts_its_own_firm() =>
        OwnAskBehindAnothers().After("m1: amy bids 9 @ 102 fok self-none").Shows("|");

    [Fact]
    public void A_replaced_order_is_held_to_its_mode_too() =>
        Assert.Equal(["a2 replaced 5@100", "a2 closed 5 SelfTrade release 500"], new DrawnBook().After("a1: ann asks 5 @ 100", "a2: ann bids 5 @ 90 newest").Play("replace a2: 5 @ 100 hold 50"));

    private static bool OfM1(string line) => line.StartsWith("m1", StringComparison.Ordinal);
}
