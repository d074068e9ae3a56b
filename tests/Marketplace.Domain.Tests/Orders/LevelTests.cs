using Marketplace.Domain.Orders;
using Marketplace.Domain.Tests.Support;

namespace Marketplace.Domain.Tests.Orders;

public sealed class LevelTests
{
    [Fact]
    public void Levels_sum_the_open_quantity_of_their_orders()
    {
        var book = new DrawnBook().After("a1: ann bids 5 @ 100", "b1: bob bids 4 @ 100", "c1: cat bids 3 @ 98", "d1: dan asks 2 @ 100", "e1: eve asks 6 @ 105").Book;

        Assert.Equal([(100, 7, 2), (98, 3, 1)], book.Levels(Side.Bid, 10));
        Assert.Equal([(105, 6, 1)], book.Levels(Side.Ask, 10));
        Assert.Equal([(100, 7, 2)], book.Levels(Side.Bid, 1));
        Assert.Equal(7, book.QuantityAt(Side.Bid, 100));
        Assert.Equal(0, book.QuantityAt(Side.Bid, 99));
    }

    [Fact]
    public void A_turn_tells_the_prices_it_touched_and_the_trades_it_made()
    {
        var book = new DrawnBook().After("a1: ann asks 2 @ 100", "b1: bob asks 2 @ 101", "c1: cat bids 3 @ 101").Book;

        Assert.Equal([new(Side.Ask, 100, 0), new(Side.Ask, 101, 1)], book.Changes.Levels.ToArray());
        Assert.Equal([(100L, 2L), (101L, 1L)], book.Changes.Trades.ToArray().Select(trade => (trade.Price, trade.Quantity)));
        Assert.All(book.Changes.Trades.ToArray(), trade => Assert.Equal(Side.Bid, trade.TakerSide));
    }
}
