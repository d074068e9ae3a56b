using Marketplace.Domain.Catalog;
using Marketplace.Domain.Instruments;
using Marketplace.Domain.Messages;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Refusals;
using Marketplace.Domain.Tests.Support;

namespace Marketplace.Domain.Tests.Catalog;

public sealed class InstrumentCatalogTests
{
    private static readonly InstrumentRequest Hour = new() { Accelerator = "H100", Zone = "USEAST", Period = "20270315T13" };

    private static WatchedDesk<InstrumentCatalog> Seeded()
    {
        var desk = new WatchedDesk<InstrumentCatalog>(() => new InstrumentCatalog());
        desk.Ask(catalog =>
        {
            catalog.Seed();
            return true;
        });
        return desk;
    }

    private static Result<Instrument> List(WatchedDesk<InstrumentCatalog> desk, InstrumentRequest asked, string id = "l1") => desk.Ask(catalog => catalog.List(Asked.By("operator", id), asked));

    [Fact]
    public void The_registry_begins_with_the_reference_accelerators_and_seeding_twice_adds_none()
    {
        var desk = Seeded();
        desk.Ask(catalog =>
        {
            catalog.Seed();
            return true;
        });

        Assert.Equal(ReferenceAccelerators.All.Length, desk.Machine.Accelerators.Count);
        Assert.Equal(1390, desk.Machine.Accelerators["H100"].Current!.Watts);
        Assert.Null(desk.Machine.Accelerators["MI450"].Current);
    }

    [Fact]
    public void An_instrument_is_listed_with_its_defaults_stated_and_its_book_is_told()
    {
        var desk = Seeded();

        var instrument = List(desk, Hour).Value!;

        Assert.Equal("H100-USEAST-20270315T13", instrument.Id);
        Assert.Equal((1, 1390, 1, 1, 1, 100_000_000), (instrument.RatingVersion, instrument.RatedWatts, instrument.TickUsdPerGwh, instrument.LotKwh, instrument.CollarLow, instrument.CollarHigh));
        Assert.Equal(
            (SettlementMode.Immediate, SelfTradeMode.CancelNewest, Firmness.Firm, InstrumentState.Pending), (instrument.Settlement, instrument.DefaultSelfTrade, instrument.Firmness, instrument.State));
        Assert.Equal(instrument, Assert.IsType<InstrumentListed>(Assert.Single(desk.SaidTo(Streams.Book(instrument.Id)))).Instrument);
    }

    [Theory]
    [InlineData("2028", SettlementMode.NetCycle)]
    [InlineData("2027Q2", SettlementMode.NetCycle)]
    [InlineData("2027M04", SettlementMode.NetCycle)]
    [InlineData("20270315", SettlementMode.Immediate)]
    [InlineData("20270315T13", SettlementMode.Immediate)]
    public void Hours_and_days_settle_at_once_and_longer_periods_by_cycles(string period, SettlementMode mode) =>
        Assert.Equal(mode, List(Seeded(), Hour with { Period = period }).Value!.Settlement);

    public static TheoryData<InstrumentRequest, RejectReason, string> Nonsense() => new()
    {
        { Hour with { Accelerator = "H999" }, RejectReason.NotFound, "accelerator_id" },
        { Hour with { Accelerator = "MI450" }, RejectReason.Unrated, "accelerator_id" },
        { Hour with { RatingVersion = 2 }, RejectReason.NotFound, "rating_version" },
        { Hour with { RatingVersion = -1 }, RejectReason.NotFound, "rating_version" },
        { Hour with { Firmness = (Firmness)9 }, RejectReason.InvalidArgument, "firmness" },
        { Hour with { Zone = "us" }, RejectReason.MalformedId, "zone" },
        { Hour with { Period = "2027Q9" }, RejectReason.InvalidArgument, "delivery_period" },
        { Hour with { Period = "20270301T12" }, RejectReason.TimeOutOfRange, "delivery_period" },
        { Hour with { TickUsdPerGwh = -1 }, RejectReason.PriceOutOfRange, "tick_usd_per_gwh" },
        { Hour with { LotKwh = 90_000_000_001 }, RejectReason.QuantityOutOfRange, "lot_kwh" },
        { Hour with { TickUsdPerGwh = 10, CollarLow = 15 }, RejectReason.PriceOutOfRange, "collar_low_usd_per_gwh" },
        { Hour with { CollarLow = 10, CollarHigh = 9 }, RejectReason.PriceOutOfRange, "collar_high_usd_per_gwh" },
        { Hour with { CollarHigh = 100_000_001 }, RejectReason.PriceOutOfRange, "collar_high_usd_per_gwh" },
        { Hour with { MakerBps = 10_001 }, RejectReason.AmountOutOfRange, "maker_fee_bps" },
        { Hour with { TakerBps = -1 }, RejectReason.AmountOutOfRange, "taker_fee_bps" },
        { Hour with { Settlement = (SettlementMode)9 }, RejectReason.InvalidArgument, "settlement_mode" },
        { Hour with { DefaultSelfTrade = SelfTradeMode.None }, RejectReason.SelfTradeModeNotAllowed, "default_self_trade_prevention" },
        { Hour with { DefaultSelfTrade = (SelfTradeMode)9 }, RejectReason.InvalidArgument, "default_self_trade_prevention" },
    };

    [Theory]
    [MemberData(nameof(Nonsense))]
    public void Nonsense_is_not_listed(InstrumentRequest asked, RejectReason reason, string field)
    {
        var desk = Seeded();

        Assert.Equal(new Refusal(reason, field), List(desk, asked).Refusal);
        Assert.Empty(desk.Machine.Instruments);
    }

    [Fact]
    public void One_thing_is_listed_once()
    {
        var desk = Seeded();
        List(desk, Hour);

        Assert.Equal(new Refusal(RejectReason.AlreadyExists, "delivery_period"), List(desk, Hour, "l2").Refusal);
    }

    [Fact]
    public void A_repeated_request_is_pointed_to_its_record_and_another_payload_already_exists()
    {
        var desk = Seeded();
        List(desk, Hour);
        var version = desk.Machine.Version;

        Assert.True(List(desk, Hour).Repeated);
        Assert.Equal(version, desk.Machine.VersionOf("operator", "l1"));
        Assert.Equal(0, desk.Machine.VersionOf("another", "l1"));
        Assert.Equal(new Refusal(RejectReason.AlreadyExists, "request_id"), List(desk, Hour with { LotKwh = 5 }).Refusal);
    }

    [Fact]
    public void A_new_rating_is_a_new_version_and_instruments_keep_theirs()
    {
        var desk = Seeded();
        var before = List(desk, Hour).Value!;

        Assert.True(desk.Ask(catalog => catalog.Rate(Asked.By("operator", "r1"), "H100", 1_500, "meter", attested: true)).Ok);
        var after = List(desk, Hour, "l2").Value!;

        Assert.Equal((1390, 1, "H100-USEAST-20270315T13"), (before.RatedWatts, before.RatingVersion, before.Id));
        Assert.Equal((1500, 2, "H100R2-USEAST-20270315T13"), (after.RatedWatts, after.RatingVersion, after.Id));
        Assert.Equal(1, List(desk, Hour with { RatingVersion = 1, Period = "20270315T14" }, "l3").Value!.RatingVersion);
    }

    [Fact]
    public void A_closed_instrument_stays_closed_and_a_pending_one_cannot_be_halted()
    {
        var desk = Seeded();
        var id = List(desk, Hour).Value!.Id;

        Assert.Equal(RejectReason.WrongState, SetState("s1", InstrumentState.Halted).Refusal.Reason);
        Assert.Equal(RejectReason.InvalidArgument, SetState("s2", InstrumentState.Pending).Refusal.Reason);
        Assert.True(SetState("s3", InstrumentState.Open).Ok);
        Assert.True(SetState("s4", InstrumentState.Halted).Ok);
        Assert.True(SetState("s5", InstrumentState.Closed).Ok);
        Assert.Equal(RejectReason.WrongState, SetState("s6", InstrumentState.Open).Refusal.Reason);
        Assert.Equal(RejectReason.InstrumentClosed, desk.Ask(catalog => catalog.SetFees(Asked.By("operator", "f1"), id, 1, 1)).Refusal.Reason);
        Assert.Equal([1, 2, 3, 4], desk.SaidTo(Streams.Book(id)).Cast<InstrumentListed>().Select(listed => listed.Instrument.Revision));

        Result<Instrument> SetState(string request, InstrumentState state) => desk.Ask(catalog => catalog.SetState(Asked.By("operator", request), id, state, ""));
    }

    [Fact]
    public void A_book_that_closed_by_itself_closes_the_entry()
    {
        var desk = Seeded();
        var id = List(desk, Hour).Value!.Id;

        desk.Tell(Streams.Book(id), new BookClosed(id));

        Assert.Equal(InstrumentState.Closed, desk.Machine.Instruments[id].State);
    }

    [Fact]
    public void A_write_past_its_validity_or_beyond_the_window_is_not_run()
    {
        var desk = Seeded();

        Assert.Equal(RejectReason.ValidityPassed, desk.Ask(catalog => catalog.List(Asked.By("operator", "l1", desk.Now.Micros), Hour)).Refusal.Reason);
        Assert.Equal(RejectReason.ValidityBeyondWindow, desk.Ask(catalog => catalog.List(Asked.By("operator", "l1", desk.Now.Plus(IdWindow.WindowMicros + 1).Micros), Hour)).Refusal.Reason);
        Assert.Equal(RejectReason.MalformedId, desk.Ask(catalog => catalog.List(Asked.By("operator", ""), Hour)).Refusal.Reason);
    }
}
