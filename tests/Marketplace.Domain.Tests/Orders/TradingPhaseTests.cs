using Marketplace.Domain.Instruments;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Tests.Support;

namespace Marketplace.Domain.Tests.Orders;

public sealed class TradingPhaseTests
{
    [Fact]
    public void A_pending_instrument_takes_no_orders() =>
        Assert.Equal(["a1 refused InstrumentNotOpen release 500"], new DrawnBook(TestInstruments.Hour with { State = InstrumentState.Pending }).Play("a1: ann bids 5 @ 100"));

    [Fact]
    public void A_halted_instrument_takes_cancels_only()
    {
        var book = new DrawnBook().After("a1: ann bids 5 @ 100", "b1: bob bids 5 @ 99", "halt");

        Assert.Equal(
            ["c1 refused InstrumentHalted release 5", "a1 refused InstrumentHalted", "a1 refused InstrumentHalted", "a1 closed 5 CancelledByOwner release 500"],
            book.Play("c1: cat asks 5 @ 100", "reduce a1 to 2", "replace a1: 5 @ 98", "cancel a1"));
        book.Shows("b1 5@99 |");
    }

    [Fact]
    public void An_order_expires_also_while_its_instrument_is_halted() =>
        Assert.Equal(["a1 closed 5 Expired release 500"], new DrawnBook().After("a1: ann bids 5 @ 100 gtd60s", "halt").Play("wait 60s"));

    [Fact]
    public void An_instrument_that_opens_again_trades_on_with_the_same_turns() =>
        new DrawnBook().After("a1: ann bids 5 @ 100", "b1: bob bids 5 @ 100", "halt", "open", "c1: cat asks 6 @ 100").Shows("b1 4@100 |");

    [Fact]
    public void A_close_cancels_every_order_and_takes_no_more()
    {
        var book = new DrawnBook().After("a1: ann bids 5 @ 100", "b1: bob asks 4 @ 101");

        Assert.Equal(["a1 closed 5 InstrumentClosed release 500", "b1 closed 4 InstrumentClosed release 4"], book.Play("close"));
        Assert.Equal(["c1 refused InstrumentClosed release 5", "a1 refused OrderNotOpen"], book.Play("c1: cat asks 5 @ 100", "cancel a1"));
    }

    [Fact]
    public void A_closed_instrument_never_opens_again()
    {
        var book = new DrawnBook().After("close", "open");

        Assert.Equal(InstrumentState.Closed, book.Book.State);
    }

    [Fact]
    public void A_book_closes_by_itself_an_hour_before_its_period_and_tells_the_catalog()
    {
        var book = new DrawnBook().After("a1: ann bids 5 @ 100");
        book.Now = TestInstruments.Hour.Period.Start.Plus(-Instrument.GateClosureMicros - 1);
        book.Play("b1: bob asks 1 @ 100").ToString();
        Assert.Equal(InstrumentState.Open, book.Book.State);

        book.Now = book.Now.Plus(1);

        Assert.Equal(["a1 closed 4 InstrumentClosed release 400", "c1 refused InstrumentClosed release 5"], book.Play("c1: cat asks 5 @ 100"));
        Assert.Single(book.Book.Outbox.To("catalog/").After(0, 10).OfType<BookClosed>());
    }

    [Fact]
    public void New_fees_are_for_orders_entered_from_then_on()
    {
        var book = new DrawnBook(TestInstruments.Hour with { MakerBps = 100 }).After("a1: ann asks 1 @ 10000");
        book.Adopt(TestInstruments.Hour with { MakerBps = 9_000, Revision = 2 });

        Assert.Contains("a1 filled 1@10000 as maker fee 100", book.Play("b1: bob bids 1 @ 10000"));
    }

    [Fact]
    public void The_public_sequence_moves_with_what_others_can_see_and_with_nothing_else()
    {
        var book = new DrawnBook();
        Assert.Equal(3, Moves("a1: ann bids 5 @ 100", "b1: bob asks 2 @ 100", "reduce a1 to 1"));
        Assert.Equal(0, Moves("c1: cat asks 2 @ 100 fok", "d1: dan asks 2 @ 101 ioc", "reduce a1 to 9"));
        Assert.Equal(2, Moves("cancel a1", "halt"));

        long Moves(params string[] lines)
        {
            var before = book.Book.Sequence;
            book.Play(lines);
            return book.Book.Sequence - before;
        }
    }
}
