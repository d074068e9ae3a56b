using Marketplace.Domain.Tests.Support;

namespace Marketplace.Domain.Tests.Orders;

public sealed class OrderTypeTests
{
    [Fact]
    public void A_market_order_takes_up_to_its_worst_price_and_its_rest_is_cancelled()
    {
        var book = new DrawnBook().After("a1: ann asks 2 @ 100", "b1: bob asks 2 @ 110", "c1: cat asks 2 @ 111");

        Assert.Equal(
            ["d1 accepted", "d1 filled 2@100 as taker release 20", "d1 filled 2@110 as taker", "d1 closed 1 NothingLeftToMatch release 110"],
            book.Play("d1: dan bids 5 @ 110 market").Where(line => line.StartsWith("d1", StringComparison.Ordinal)));
        book.Shows("| c1 2@111");
    }

    [Fact]
    public void A_market_order_may_be_fill_or_kill() =>
        Assert.Equal(["b1 refused NotFillable release 3"], new DrawnBook().After("a1: ann bids 2 @ 100").Play("b1: bob asks 3 @ 1 market fok"));

    [Fact]
    public void A_market_order_never_rests() =>
        new DrawnBook().After("a1: ann bids 5 @ 100 market").Shows("|");

    [Fact]
    public void A_post_only_order_rests_where_it_crosses_nothing() =>
        new DrawnBook().After("a1: ann asks 2 @ 100", "b1: bob bids 5 @ 99 post-only").Shows("b1 5@99 | a1 2@100");

    [Fact]
    public void A_post_only_order_that_would_trade_is_refused_whole()
    {
        var book = new DrawnBook().After("a1: ann asks 2 @ 100");

        Assert.Equal(["b1 refused WouldCross release 500"], book.Play("b1: bob bids 5 @ 100 post-only"));
        book.Shows("| a1 2@100");
    }

    [Fact]
    public void A_post_only_order_stays_post_only_when_it_is_replaced()
    {
        var book = new DrawnBook().After("a1: ann asks 2 @ 100", "b1: bob bids 5 @ 98 post-only");

        Assert.Equal(["b1 refused WouldCross release 10"], book.Play("replace b1: 5 @ 100 hold 10"));
        Assert.Equal(["b1 replaced 5@99"], book.Play("replace b1: 5 @ 99 hold 5"));
        book.Shows("b1 5@99 | a1 2@100");
    }

    [Theory]
    [InlineData("a1: ann bids 5 @ 101", "PriceNotOnTick")]
    [InlineData("a1: ann bids 4 @ 100", "QuantityNotOnLot")]
    [InlineData("a1: ann bids 5 @ 40", "PriceOutsideCollar")]
    [InlineData("a1: ann bids 5 @ 210", "PriceOutsideCollar")]
    [InlineData("a1: ann asks 0 @ 100", "QuantityOutOfRange")]
    [InlineData("a1: ann asks 90000000005 @ 100", "QuantityOutOfRange")]
    [InlineData("a1: ann asks 5 @ 0", "PriceOutOfRange")]
    [InlineData("a1: ann asks 5 @ 100000010", "PriceOutOfRange")]
    public void Terms_the_instrument_does_not_have_are_refused(string line, string reason)
    {
        var book = new DrawnBook(TestInstruments.Hour with { TickUsdPerGwh = 10, LotKwh = 5, CollarLow = 50, CollarHigh = 200 });

        Assert.StartsWith($"a1 refused {reason}", Assert.Single(book.Play(line)), StringComparison.Ordinal);
        book.Shows("|");
    }
}
