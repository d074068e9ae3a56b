using Marketplace.Domain.Accounts;
using Marketplace.Domain.Instruments;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Refusals;
using Marketplace.Domain.Tests.Support;

namespace Marketplace.Domain.Tests.Accounts;

public sealed class OrderEntryTests
{
    private static readonly Instrument Terms = TestInstruments.Hour with { TickUsdPerGwh = 10, LotKwh = 5, CollarLow = 50, CollarHigh = 200, AllowSelfTrade = false, MakerBps = 3, TakerBps = 8 };

    public static TheoryData<string, OrderRequest, RejectReason, string> Nonsense()
    {
        var good = Requests.Bid("a1", 10, 100, Terms);
        return new()
        {
            { "no side", good with { Side = Side.Unspecified }, RejectReason.InvalidArgument, "side" },
            { "unknown side", good with { Side = (Side)9 }, RejectReason.InvalidArgument, "side" },
            { "no type", good with { Type = OrderType.Unspecified }, RejectReason.InvalidArgument, "type" },
            { "unknown force", good with { TimeInForce = (TimeInForce)99 }, RejectReason.InvalidArgument, "time_in_force" },
            { "unknown self-trade mode", good with { SelfTrade = (SelfTradeMode)99 }, RejectReason.InvalidArgument, "self_trade_prevention" },
            { "no quantity", good with { Quantity = 0 }, RejectReason.QuantityOutOfRange, "quantity_kwh" },
            { "too much", good with { Quantity = 90_000_000_005 }, RejectReason.QuantityOutOfRange, "quantity_kwh" },
            { "off the lot", good with { Quantity = 7 }, RejectReason.QuantityNotOnLot, "quantity_kwh" },
            { "self-trade not allowed", good with { SelfTrade = SelfTradeMode.None }, RejectReason.SelfTradeModeNotAllowed, "self_trade_prevention" },
            { "limit without a price", good with { Price = 0 }, RejectReason.PriceOutOfRange, "price_usd_per_gwh" },
            { "negative price", good with { Price = -10 }, RejectReason.PriceOutOfRange, "price_usd_per_gwh" },
            { "off the tick", good with { Price = 101 }, RejectReason.PriceNotOnTick, "price_usd_per_gwh" },
            { "below the collar", good with { Price = 40 }, RejectReason.PriceOutsideCollar, "price_usd_per_gwh" },
            { "above the collar", good with { Price = 210 }, RejectReason.PriceOutsideCollar, "price_usd_per_gwh" },
            { "post-only and immediate", good with { PostOnly = true, TimeInForce = TimeInForce.ImmediateOrCancel }, RejectReason.IncompatibleTerms, "post_only" },
            { "post-only and market", good with { PostOnly = true, Type = OrderType.Market }, RejectReason.IncompatibleTerms, "post_only" },
            { "market that stays", good with { Type = OrderType.Market, TimeInForce = TimeInForce.GoodTillCancelled }, RejectReason.IncompatibleTerms, "time_in_force" },
            { "till date without a date", good with { TimeInForce = TimeInForce.GoodTillDate }, RejectReason.IncompatibleTerms, "expire_time" },
            { "a date without till date", good with { ExpiresAtMicros = long.MaxValue }, RejectReason.IncompatibleTerms, "expire_time" },
            { "till a date past", good with { TimeInForce = TimeInForce.GoodTillDate, ExpiresAtMicros = TestInstruments.Start.Micros }, RejectReason.TimeOutOfRange, "expire_time" },
            { "till a date beyond time", good with { TimeInForce = TimeInForce.GoodTillDate, ExpiresAtMicros = long.MaxValue }, RejectReason.TimeOutOfRange, "expire_time" },
            { "malformed id", good with { ClientOrderId = "a 1" }, RejectReason.MalformedId, "client_order_id" },
            { "no instrument", good with { Instrument = null }, RejectReason.NotFound, "instrument_id" },
            { "too late", good with { ValidUntilMicros = TestInstruments.Start.Micros }, RejectReason.ValidityPassed, "valid_until" },
            { "too far ahead", good with { ValidUntilMicros = TestInstruments.Start.Micros + (25L * 3600 * 1_000_000) }, RejectReason.ValidityBeyondWindow, "valid_until" },
        };
    }

    [Theory]
    [MemberData(nameof(Nonsense))]
    public void Nonsense_is_refused_at_the_door_with_the_field_it_is_in(string what, OrderRequest request, RejectReason reason, string field)
    {
        var venue = TestVenue.With(1_000_000, "ann").List(Terms);

        var entered = venue.Enter("ann", request);

        Assert.Equal((what, Entry.Refused, new Refusal(reason, field)), (what, entered.Entry, entered.Refusal));
        Assert.Empty(venue.Account("ann").Orders);
    }

    [Fact]
    public void What_was_not_stated_becomes_the_effective_terms_and_is_echoed()
    {
        var venue = TestVenue.With(1_000_000, "ann").List(Terms);

        venue.Submit("ann", Requests.Bid("a1", 10, 100, Terms));

        Assert.Equal(
            new OrderCommand(CommandKind.Place, 1, Side.Bid, OrderType.Limit, TimeInForce.GoodTillCancelled, false, SelfTradeMode.CancelNewest, 100, 10, 0, 3, 8),
            venue.AnswerTo("ann", Requests.Bid("a1", 10, 100, Terms)).Order!.Terms);
    }

    [Fact]
    public void A_market_order_without_a_force_is_immediate()
    {
        var venue = TestVenue.With(1_000_000, "ann").List(Terms);
        var market = Requests.Bid("a1", 10, 0, Terms) with { Type = OrderType.Market };

        venue.Submit("ann", market);

        Assert.Equal((TimeInForce.ImmediateOrCancel, 200), (venue.AnswerTo("ann", market).Order!.Terms.TimeInForce, venue.AnswerTo("ann", market).Order!.Terms.Price));
    }

    [Fact]
    public void The_rates_are_frozen_at_entry_on_both_sides_of_the_channel()
    {
        var venue = TestVenue.With(1_000_000, "ann", "bob").List(Terms).Credit("bob", Terms, 10);
        venue.Submit("bob", Requests.Ask("b1", 10, 100, Terms));
        var dearer = Terms with { MakerBps = 5_000, TakerBps = 5_000, Revision = 2 };
        venue.List(dearer);

        venue.Submit("ann", Requests.Bid("a1", 10, 100, dearer));

        Assert.Equal(1, venue.Book(Terms).Settlement.FeesMicros - 500);
    }

    [Fact]
    public void An_account_that_was_never_opened_knows_nothing()
    {
        var account = new Account("zoe");
        account.BeginTurn(TestInstruments.Start);

        Assert.Equal(RejectReason.NotFound, account.Submit(Requests.Bid("a1", 1, 1)).Refusal.Reason);
        Assert.Equal(RejectReason.OrderUnknown, account.Submit(Requests.Cancel("a1", "r1")).Refusal.Reason);
        Assert.Null(account.EndTurn());
    }

    [Fact]
    public void Open_orders_are_limited_and_a_closed_one_makes_room()
    {
        var venue = new TestVenue().Open("ann", "ann", 1_000, maxOpenOrders: 2).List(TestInstruments.Hour);
        venue.Submit("ann", Requests.Bid("a1", 1, 100));
        venue.Submit("ann", Requests.Bid("a2", 1, 100));

        Assert.Equal(RejectReason.OpenOrderLimit, venue.Submit("ann", Requests.Bid("a3", 1, 100)).Refusal.Reason);
        venue.Submit("ann", Requests.Cancel("a1", "r1"));
        Assert.Equal(Entry.Entered, venue.Submit("ann", Requests.Bid("a3", 1, 100)).Entry);
    }

    [Theory]
    [InlineData(0, RejectReason.QuantityNotReduced)]
    [InlineData(5, RejectReason.QuantityNotReduced)]
    [InlineData(6, RejectReason.QuantityNotReduced)]
    [InlineData(-1, RejectReason.QuantityNotReduced)]
    public void A_reduction_that_is_none_is_refused_at_the_door(long kwh, RejectReason reason)
    {
        var venue = TestVenue.With(1_000, "ann");
        venue.Submit("ann", Requests.Bid("a1", 5, 100));

        Assert.Equal(new Refusal(reason, "quantity_kwh"), venue.Enter("ann", Requests.Reduce("a1", "r1", kwh)).Refusal);
    }

    [Fact]
    public void A_change_of_an_order_that_is_gone_and_of_one_that_never_was_are_told_apart()
    {
        var venue = TestVenue.With(1_000, "ann");
        venue.Submit("ann", Requests.Bid("a1", 5, 100) with { TimeInForce = TimeInForce.ImmediateOrCancel });

        Assert.Equal(RejectReason.OrderNotOpen, venue.Enter("ann", Requests.Cancel("a1", "r1")).Refusal.Reason);
        Assert.Equal(RejectReason.OrderUnknown, venue.Enter("ann", Requests.Cancel("a2", "r1")).Refusal.Reason);
    }

    [Fact]
    public void A_suspended_participant_has_its_orders_cancelled_and_may_cancel_but_not_place()
    {
        var venue = TestVenue.With(1_000, "ann").Credit("ann", TestInstruments.Quarter, 5);
        venue.Submit("ann", Requests.Bid("a1", 5, 100));
        venue.Submit("ann", Requests.Ask("a2", 5, 100, TestInstruments.Quarter));

        venue.Stand("ann", "ann", suspended: true);
        Assert.Equal(RejectReason.ParticipantSuspended, venue.Enter("ann", Requests.Bid("a3", 1, 1)).Refusal.Reason);
        Assert.Equal(RejectReason.ParticipantSuspended, venue.Enter("ann", Requests.Replace("a1", "r0", 1, 1)).Refusal.Reason);
        Assert.Equal(Entry.Entered, venue.Enter("ann", Requests.Cancel("a1", "r1")).Entry);
        venue.DeliverAll();

        Assert.Empty(venue.Account("ann").Orders);
        Assert.Equal((1_000, 0), (venue.Account("ann").CashAvailable, venue.Account("ann").CashHeld));
        Assert.Equal(RejectReason.OrderNotOpen, venue.AnswerTo("ann", Requests.Cancel("a1", "r1")).Refused);
        venue.Stand("ann", "ann", suspended: false);
        Assert.Equal(Entry.Entered, venue.Submit("ann", Requests.Bid("a3", 1, 1)).Entry);
    }
}
