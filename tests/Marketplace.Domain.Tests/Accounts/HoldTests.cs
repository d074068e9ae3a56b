using Marketplace.Domain.Accounts;
using Marketplace.Domain.Instruments;
using Marketplace.Domain.Messages;
using Marketplace.Domain.Refusals;
using Marketplace.Domain.Tests.Support;
using Marketplace.Domain.Units;

namespace Marketplace.Domain.Tests.Accounts;

public sealed class HoldTests
{
    private static readonly Instrument Hour = TestInstruments.Hour;

    [Fact]
    public void A_bid_holds_its_notional_and_highest_fee_before_the_book_has_seen_it()
    {
        var venue = TestVenue.With(1_000_000, "ann");

        venue.Enter("ann", Requests.Bid("a1", 10, 1_000, Hour with { MakerBps = 100, TakerBps = 250 }));

        Assert.Equal((989_750, 10_250), Cash(venue, "ann"));
    }

    [Fact]
    public void An_ask_holds_its_tokens_and_no_cash()
    {
        var venue = TestVenue.With(50, "ann").Credit("ann", Hour, 10);

        venue.Enter("ann", Requests.Ask("a1", 7, 1_000));

        Assert.Equal(new TokenBalance(3, 7, 0), venue.Account("ann").Tokens[Hour.Id]);
        Assert.Equal((50, 0), Cash(venue, "ann"));
    }

    [Fact]
    public void A_market_bid_holds_at_its_worst_price_and_a_market_ask_without_one_at_the_collar()
    {
        var narrow = Hour with { CollarLow = 10, CollarHigh = 200 };
        var venue = TestVenue.With(10_000, "ann").List(narrow).Credit("ann", narrow, 5);

        venue.Enter("ann", Requests.Bid("a1", 5, 150, narrow) with { Type = Domain.Orders.OrderType.Market });
        venue.Enter("ann", Requests.Bid("a2", 5, 0, narrow) with { Type = Domain.Orders.OrderType.Market });
        venue.Enter("ann", Requests.Ask("a3", 5, 0, narrow) with { Type = Domain.Orders.OrderType.Market });

        Assert.Equal(750, venue.Account("ann").FindOpen("a1")!.Value.HoldAmount);
        Assert.Equal((200, 1000), (venue.Account("ann").FindOpen("a2")!.Value.Terms.Price, venue.Account("ann").FindOpen("a2")!.Value.HoldAmount));
        Assert.Equal((10, 5), (venue.Account("ann").FindOpen("a3")!.Value.Terms.Price, venue.Account("ann").FindOpen("a3")!.Value.HoldAmount));
    }

    [Fact]
    public void An_order_raised_behind_cheap_fills_is_read_back_though_its_whole_at_the_new_price_is_more_than_any_account_holds()
    {
        const long Half = Quantity.MaxOrderKwh / 2;
        var dear = Hour with { MakerBps = Fee.MaxBps, TakerBps = Fee.MaxBps };
        var venue = TestVenue.With(9_200_000_000_000_000_000, "ann", "bob").List(dear).Credit("bob", dear, Half);
        venue.Submit("bob", Requests.Ask("b1", Half, 1, dear));
        venue.Submit("ann", Requests.Bid("a1", 2 * Half, 1, dear));
        venue.Submit("ann", Requests.Replace("a1", "r1", Half, Price.Max));

        venue.Watched(Streams.Account("ann")).RestartFromSnapshot();

        Assert.Equal(2 * Price.NotionalMicros(Price.Max, Half), venue.Account("ann").FindOpen("a1")!.Value.HoldAmount);
    }

    [Fact]
    public void Nobody_spends_what_is_held()
    {
        var venue = TestVenue.With(1_000, "ann").Credit("ann", Hour, 5);
        venue.Enter("ann", Requests.Bid("a1", 6, 100));
        venue.Enter("ann", Requests.Ask("a2", 4, 100));

        Assert.Equal(RejectReason.InsufficientFunds, venue.Enter("ann", Requests.Bid("a3", 5, 100)).Refusal.Reason);
        Assert.Equal(RejectReason.InsufficientTokens, venue.Enter("ann", Requests.Ask("a4", 2, 100)).Refusal.Reason);
        Assert.Equal(Entry.Entered, venue.Enter("ann", Requests.Bid("a5", 4, 100)).Entry);
        Assert.Equal(Entry.Entered, venue.Enter("ann", Requests.Ask("a6", 1, 100)).Entry);
    }

    [Fact]
    public void A_refusal_at_the_door_holds_nothing_leaves_no_record_and_frees_its_id()
    {
        var venue = TestVenue.With(100, "ann");
        var records = venue.Watched("account/ann").Records.Count;

        Assert.Equal(RejectReason.InsufficientFunds, venue.Enter("ann", Requests.Bid("a1", 2, 100)).Refusal.Reason);

        Assert.Equal(records, venue.Watched("account/ann").Records.Count);
        Assert.Equal((100, 0), Cash(venue, "ann"));
        Assert.Equal(Entry.Entered, venue.Enter("ann", Requests.Bid("a1", 1, 100)).Entry);
    }

    [Fact]
    public void A_fill_at_a_better_price_releases_the_difference_at_once()
    {
        var venue = TestVenue.With(1_000, "ann", "bob").Credit("bob", Hour, 10);
        venue.Submit("bob", Requests.Ask("b1", 4, 80));

        venue.Submit("ann", Requests.Bid("a1", 10, 100));

        Assert.Equal((1_000 - 320 - 600, 600), Cash(venue, "ann"));
    }

    [Fact]
    public void When_nothing_is_open_nothing_is_held()
    {
        var fees = Hour with { MakerBps = 33, TakerBps = 77 };
        var venue = TestVenue.With(1_000_000, "ann", "bob").List(fees).Credit("bob", fees, 100);
        venue.Submit("ann", Requests.Bid("a1", 13, 101, fees));
        venue.Submit("ann", Requests.Bid("a2", 17, 99, fees));
        venue.Submit("bob", Requests.Ask("b1", 20, 97, fees));
        venue.Submit("bob", Requests.Ask("b2", 30, 111, fees));
        venue.Submit("ann", Requests.Bid("a3", 7, 120, fees));

        venue.Submit("ann", Requests.Cancel("a2", "r1"));
        venue.Submit("bob", Requests.Cancel("b2", "r1"));

        Assert.Equal((0, 0), (venue.Account("ann").CashHeld, venue.Account("bob").CashHeld));
        Assert.Equal(new TokenBalance(100 - 27, 0, 0), venue.Account("bob").Tokens[fees.Id]);
        Assert.Equal(2_000_000, Total(venue, "ann") + Total(venue, "bob") + venue.Book(fees).Settlement.FeesMicros);
    }

    [Fact]
    public void The_largest_order_at_the_highest_price_is_exact()
    {
        var venue = TestVenue.With(9_000_000_000_000_000_000, "ann", "bob").Credit("bob", Hour, Quantity.MaxOrderKwh);

        venue.Submit("ann", Requests.Bid("a1", Quantity.MaxOrderKwh, Price.Max));
        Assert.Equal((0, 9_000_000_000_000_000_000), Cash(venue, "ann"));

        venue.Submit("bob", Requests.Ask("b1", Quantity.MaxOrderKwh, Price.Max));
        Assert.Equal((0, 0), Cash(venue, "ann"));
        Assert.Equal(((Int128)9_000_000_000_000_000_000 * 2, 0), Cash(venue, "bob"));
        Assert.Equal(Quantity.MaxOrderKwh, venue.Account("ann").Tokens[Hour.Id].Available);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10_000)]
    public void A_hold_beyond_all_the_money_there_is_is_refused_never_wrapped(int takerBps)
    {
        var venue = TestVenue.With(9_000_000_000_000_000_000, "ann");

        var entered = venue.Enter("ann", Requests.Bid("a1", Quantity.MaxOrderKwh, Price.Max, Hour with { TakerBps = takerBps }));

        Assert.Equal(RejectReason.InsufficientFunds, entered.Refusal.Reason);
        Assert.Equal((9_000_000_000_000_000_000, 0), Cash(venue, "ann"));
    }

    [Fact]
    public void A_replace_to_the_largest_order_is_refused_where_the_money_does_not_cover_it()
    {
        var venue = TestVenue.With(8_999_999_999_999_999_999, "ann");
        venue.Submit("ann", Requests.Bid("a1", 1, 1));

        Assert.Equal(RejectReason.InsufficientFunds, venue.Enter("ann", Requests.Replace("a1", "r1", Quantity.MaxOrderKwh, Price.Max)).Refusal.Reason);
    }

    private static (Int128 Available, Int128 Held) Cash(TestVenue venue, string participant) => (venue.Account(participant).CashAvailable, venue.Account(participant).CashHeld);

    private static Int128 Total(TestVenue venue, string participant) => venue.Account(participant).CashAvailable + venue.Account(participant).CashHeld;
}
