using Marketplace.Domain.Accounts;
using Marketplace.Domain.Instruments;
using Marketplace.Domain.Messages;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Refusals;
using Marketplace.Domain.Tests.Support;

namespace Marketplace.Domain.Tests.Accounts;

/// <summary>Stop, stop-limit and iceberg orders and self-trade prevention as their account sees them. The book is played by the test.</summary>
public sealed class StopOrderTests
{
    private static readonly Instrument Played = TestInstruments.Hour with { Id = "H100-USEAST-20270316T13", CollarLow = 10, CollarHigh = 200, MakerBps = 100, TakerBps = 250 };

    private static readonly OrderRequest StopBid = Requests.Bid("a1", 10, 0, Played) with { Type = OrderType.Stop, StopPrice = 120 };

    [Fact]
    public void A_stop_bid_holds_at_its_worst_price_from_its_entry_and_a_stop_ask_its_tokens()
    {
        var venue = TestVenue.With(10_000, "ann").Credit("ann", Played, 8);

        venue.Enter("ann", StopBid);
        venue.Enter("ann", Requests.Bid("a2", 10, 150, Played) with { Type = OrderType.Stop, StopPrice = 120 });
        venue.Enter("ann", Requests.Ask("a3", 8, 0, Played) with { Type = OrderType.Stop, StopPrice = 50 });

        var account = venue.Account("ann");
        Assert.Equal((200, 2_050, TimeInForce.GoodTillCancelled), (account.FindOpen("a1")!.Value.Terms.Price, account.FindOpen("a1")!.Value.HoldAmount, account.FindOpen("a1")!.Value.Terms.TimeInForce));
        Assert.Equal(1_538, account.FindOpen("a2")!.Value.HoldAmount);
        Assert.Equal((10, 8), (account.FindOpen("a3")!.Value.Terms.Price, account.FindOpen("a3")!.Value.HoldAmount));
    }

    [Fact]
    public void An_iceberg_holds_in_full()
    {
        var venue = TestVenue.With(10_000, "ann");

        venue.Enter("ann", Requests.Bid("a1", 10, 100, Played) with { DisplayKwh = 2 });

        Assert.Equal((1_025, 2), (venue.Account("ann").FindOpen("a1")!.Value.HoldAmount, venue.Account("ann").FindOpen("a1")!.Value.Terms.DisplayKwh));
    }

    public static TheoryData<string, OrderRequest, RejectReason, string> Nonsense()
    {
        var terms = Played with { TickUsdPerGwh = 10, LotKwh = 5, Id = TestInstruments.Hour.Id };
        var stop = Requests.Bid("a1", 10, 100, terms) with { Type = OrderType.StopLimit, StopPrice = 90 };
        return new()
        {
            { "negative stop price", stop with { StopPrice = -10 }, RejectReason.PriceOutOfRange, "stop_price_usd_per_gwh" },
            { "stop price off the tick", stop with { StopPrice = 95 }, RejectReason.PriceNotOnTick, "stop_price_usd_per_gwh" },
            { "stop price outside the collar", stop with { StopPrice = 210 }, RejectReason.PriceOutsideCollar, "stop_price_usd_per_gwh" },
            { "negative tip", stop with { DisplayKwh = -5 }, RejectReason.QuantityOutOfRange, "display_kwh" },
            { "tip beyond all orders", stop with { DisplayKwh = 90_000_000_005 }, RejectReason.QuantityOutOfRange, "display_kwh" },
            { "tip off the lot", stop with { DisplayKwh = 3 }, RejectReason.QuantityNotOnLot, "display_kwh" },
            { "negative sequence", stop with { IfSequence = -1 }, RejectReason.InvalidArgument, "if_book_sequence" },
            { "unknown type", stop with { Type = (OrderType)5 }, RejectReason.InvalidArgument, "type" },
            { "unknown self-trade mode", stop with { SelfTrade = (SelfTradeMode)7 }, RejectReason.InvalidArgument, "self_trade_prevention" },
        };
    }

    [Theory]
    [MemberData(nameof(Nonsense))]
    public void Nonsense_is_refused_at_the_door_with_the_field_it_is_in(string what, OrderRequest request, RejectReason reason, string field)
    {
        var venue = TestVenue.With(1_000_000, "ann");

        Assert.Equal((what, new Refusal(reason, field)), (what, venue.Enter("ann", request).Refusal));
    }

    [Fact]
    public void A_stop_order_is_untriggered_until_its_book_says_so()
    {
        var venue = Parked();
        Assert.Equal(OrderStatus.Untriggered, venue.Account("ann").FindOpen("a1")!.Value.Status);

        Report(venue, new OrderReport(ReportKind.Triggered, 1, 7, 4, Side: Side.Bid), new OrderReport(ReportKind.Filled, 1, 7, 5, 120, 4, 12, 328, Settled: true, Side: Side.Bid));

        var order = venue.Account("ann").FindOpen("a1")!.Value;
        Assert.Equal((OrderStatus.Open, 6, 4, 1_230), (order.Status, order.Open, order.Filled, order.HoldAmount));
    }

    [Fact]
    public void A_waiting_stop_order_takes_a_new_stop_price_when_its_book_has_taken_it()
    {
        var venue = Parked();

        Assert.Equal(Entry.Entered, venue.Enter("ann", Requests.Replace("a1", "r1", 0, 0) with { StopPrice = 130 }).Entry);
        Assert.Equal(130, LastCommand(venue).StopPrice);
        Assert.Equal(120, venue.Account("ann").FindOpen("a1")!.Value.Terms.StopPrice);

        Report(venue, new OrderReport(ReportKind.Replaced, 1, 7, 4, 200, 10, Command: CommandKind.Replace, Answers: true, Side: Side.Bid, Parked: true));
        Assert.Equal((130, OrderStatus.Untriggered), (venue.Account("ann").FindOpen("a1")!.Value.Terms.StopPrice, venue.Account("ann").FindOpen("a1")!.Value.Status));
    }

    [Fact]
    public void A_waiting_stop_order_whose_new_stop_price_is_passed_already_acts_at_once()
    {
        var venue = Parked();
        venue.Enter("ann", Requests.Replace("a1", "r1", 0, 0) with { StopPrice = 20 });

        Report(venue, new OrderReport(ReportKind.Replaced, 1, 7, 4, 200, 10, Command: CommandKind.Replace, Answers: true, Side: Side.Bid));

        Assert.Equal((20, OrderStatus.Open), (venue.Account("ann").FindOpen("a1")!.Value.Terms.StopPrice, venue.Account("ann").FindOpen("a1")!.Value.Status));
    }

    [Fact]
    public void A_replace_that_names_no_stop_price_keeps_it()
    {
        var venue = Parked();

        venue.Enter("ann", Requests.Replace("a1", "r1", 5, 0));

        Assert.Equal((0, 200, 5), (LastCommand(venue).StopPrice, LastCommand(venue).Price, LastCommand(venue).Quantity));
    }

    [Theory]
    [InlineData("a1", RejectReason.IncompatibleTerms)]
    [InlineData("a2", RejectReason.IncompatibleTerms)]
    [InlineData("a3", RejectReason.PriceOutOfRange)]
    public void A_new_stop_price_is_refused_for_an_order_that_waits_for_none_and_out_of_range(string order, RejectReason reason)
    {
        var venue = Parked();
        venue.Enter("ann", Requests.Bid("a2", 1, 50, Played));
        venue.Enter("ann", StopBid with { ClientOrderId = "a3", Quantity = 1 });
        Report(venue, new OrderReport(ReportKind.Triggered, 1, 7, 4, Side: Side.Bid));

        var refusal = venue.Enter("ann", Requests.Replace(order, "r1", 0, 0) with { StopPrice = order == "a3" ? 100_000_001 : 130 }).Refusal;

        Assert.Equal(new Refusal(reason, "stop_price_usd_per_gwh"), refusal);
    }

    [Fact]
    public void What_self_trade_prevention_takes_off_is_released_and_an_order_left_with_nothing_ends()
    {
        var venue = TestVenue.With(10_000, "ann");
        venue.Enter("ann", Requests.Bid("a1", 10, 100, Played));
        Report(venue, new OrderReport(ReportKind.Accepted, 1, 7, 3, Answers: true), new OrderReport(ReportKind.Decremented, 1, 7, 4, Quantity: 4, Release: 410, Side: Side.Bid));
        var order = venue.Account("ann").FindOpen("a1")!.Value;
        Assert.Equal((6, 0, 6, 615), (order.Open, order.Filled, order.Terms.Quantity, order.HoldAmount));

        Report(venue, new OrderReport(ReportKind.Closed, 1, 7, 5, Quantity: 6, Release: 615, Reason: RejectReason.SelfTrade, Side: Side.Bid));

        Assert.Empty(venue.Account("ann").Orders);
        Assert.Equal((10_000, 0), (venue.Account("ann").CashAvailable, venue.Account("ann").CashHeld));
    }

    [Fact]
    public void The_owner_is_told_of_a_trigger_and_of_what_was_taken_off()
    {
        var venue = Parked();

        Report(venue, new OrderReport(ReportKind.Triggered, 1, 7, 4, Side: Side.Bid), new OrderReport(ReportKind.Decremented, 1, 7, 5, Quantity: 4, Release: 820, Side: Side.Bid));

        Assert.Equal(
            [(ReportKind.Triggered, 10, true), (ReportKind.Decremented, 6, true)],
            venue.Account("ann").Changes.Reports.Select(report => (report.Report.Kind, report.Report.Kind == ReportKind.Triggered ? 10 : report.Open, report.Resting)));
    }

    [Fact]
    public void The_order_is_the_same_folded_from_its_records()
    {
        var venue = Parked();
        venue.Enter("ann", Requests.Replace("a1", "r1", 0, 0) with { StopPrice = 130 });
        Report(venue, new OrderReport(ReportKind.Replaced, 1, 7, 4, 200, 10, Command: CommandKind.Replace, Answers: true, Side: Side.Bid, Parked: true));
        Report(venue, new OrderReport(ReportKind.Triggered, 1, 7, 5, Side: Side.Bid));
        var live = venue.Account("ann").FindOpen("a1")!.Value.View();

        var records = venue.Watched(Streams.Account("ann")).Records;
        Assert.Equal(live, OrderHistory.Fold(1, records.Select((record, at) => ((long)at + 1, record))));

        venue.Watched(Streams.Account("ann")).RestartFromSnapshot();
        Assert.Equal(live, venue.Account("ann").FindOpen("a1")!.Value.View());
    }

    [Fact]
    public void Another_stop_price_tip_or_sequence_under_the_same_id_is_another_payload()
    {
        var venue = TestVenue.With(10_000, "ann");
        var request = StopBid with { Type = OrderType.StopLimit, Price = 100, DisplayKwh = 2, IfSequence = 3 };
        venue.Enter("ann", request);

        Assert.Equal(Entry.Repeated, venue.Enter("ann", request).Entry);
        Assert.Equal(RejectReason.AlreadyExists, venue.Enter("ann", request with { StopPrice = 121 }).Refusal.Reason);
        Assert.Equal(RejectReason.AlreadyExists, venue.Enter("ann", request with { DisplayKwh = 3 }).Refusal.Reason);
        Assert.Equal(RejectReason.AlreadyExists, venue.Enter("ann", request with { IfSequence = 0 }).Refusal.Reason);
    }

    private static TestVenue Parked()
    {
        var venue = TestVenue.With(10_000, "ann");
        venue.Enter("ann", StopBid);
        Report(venue, new OrderReport(ReportKind.Accepted, 1, 7, 3, Answers: true, Parked: true));
        return venue;
    }

    private static void Report(TestVenue venue, params OrderReport[] reports) =>
        venue.Tell(Streams.Book(Played.Id), Streams.Account("ann"), new OrderReports(Played.Id, reports));

    private static OrderCommand LastCommand(TestVenue venue) =>
        venue.Watched(Streams.Account("ann")).Records.SelectMany(record => record.Events).OfType<CommandsEntered>().Last().Commands[^1].Command;
}
