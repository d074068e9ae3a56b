using System.CommandLine;
using System.Globalization;
using Gwh.Marketplace.V1;
using Marketplace.Cli.Screens;
using Marketplace.Cli.Units;

namespace Marketplace.Cli.Commands;

/// <summary>gwh instrument</summary>
internal static class InstrumentCommands
{
    public static Command Create(Verbs verbs) => Verbs.Noun("instrument", "Instruments: model and rating version, zone, delivery period",
        List(verbs), ShowOne(verbs), CreateOne(verbs),
        SetState(verbs, "open", "Opens an instrument for trading", InstrumentState.Open),
        SetState(verbs, "halt", "Halts an instrument: it takes cancels only", InstrumentState.Halted),
        SetState(verbs, "close", "Closes an instrument for ever: its orders are cancelled, its trades settled", InstrumentState.Closed),
        SetFees(verbs), SweepFees(verbs), RunCycle(verbs));

    private static Command List(Verbs verbs)
    {
        var accelerator = Inputs.Text("--accelerator", "Only of this accelerator", "ACCELERATOR");
        var zone = Inputs.Text("--zone", "Only of this zone", "ZONE");
        var state = Inputs.OneOf<InstrumentState>("--state", "Only in this state");
        return verbs.List("list", "Lists instruments", [accelerator, zone, state],
            async (asked, size, token) => await asked.Client.Catalog.ListInstrumentsAsync(
                new()
                {
                    AcceleratorId = asked.Get(accelerator),
                    Zone = asked.Get(zone),
                    State = EnumText.Parse<InstrumentState>(asked.Get(state)),
                    PageSize = size,
                    PageToken = token,
                },
                cancellationToken: asked.Cancellation),
            page => page.Instruments, page => page.NextPageToken,
            (asked, instruments) =>
            {
                asked.Screen.Table(["instrument", "state", ">rated W", ">tick", ">lot", "collar", "fees m/t", "settles", "closes"], instruments.Select(instrument => new[]
                {
                    instrument.InstrumentId, EnumText.Format(instrument.State), Number(instrument.RatedWatts), "$" + Number(instrument.TickUsdPerGwh),
                    QuantityText.Format(instrument.LotKwh), $"${Number(instrument.CollarLowUsdPerGwh)} - ${Number(instrument.CollarHighUsdPerGwh)}",
                    $"{instrument.MakerFeeBps}/{instrument.TakerFeeBps} bps", EnumText.Format(instrument.SettlementMode), TimeText.Format(instrument.CloseTime),
                }));
                return Task.CompletedTask;
            });
    }

    private static Command ShowOne(Verbs verbs)
    {
        var id = Inputs.Text("instrument", "The instrument, such as H100-USEAST-2027Q1");
        return verbs.Read("show", "Shows one instrument", [id],
            async asked => await asked.Client.Catalog.GetInstrumentAsync(new() { InstrumentId = asked.Get(id) }, cancellationToken: asked.Cancellation),
            (asked, answer) => Show(asked, answer.Instrument));
    }

    private static Command CreateOne(Verbs verbs)
    {
        var accelerator = Inputs.Required("--accelerator", "Accelerator model", "ACCELERATOR");
        var version = new Option<int>("--rating-version") { Description = "Rating version; the newest where not given", HelpName = "NUMBER" };
        var zone = Inputs.Required("--zone", "Zone of delivery, such as USEAST", "ZONE");
        var period = Inputs.Required("--period", "Delivery period, UTC: 2027, 2027Q1, 2027M03, 20270315 or 20270315T13", "PERIOD");
        var tick = Inputs.Price("--tick", "Prices are multiples of it; 1 USD per GWh where not given");
        var lot = Inputs.QuantityOption("--lot", "Quantities are multiples of it; 1 kWh where not given");
        var low = Inputs.Price("--collar-low", "Lowest price; the first tick where not given");
        var high = Inputs.Price("--collar-high", "Highest price; the last tick where not given");
        var maker = new Option<int>("--maker-fee-bps") { Description = "Fee of the resting side, basis points", HelpName = "NUMBER" };
        var taker = new Option<int>("--taker-fee-bps") { Description = "Fee of the incoming side, basis points", HelpName = "NUMBER" };
        var settlement = Inputs.OneOf<SettlementMode>("--settlement", "When trades settle; by the period where not given");
        var prevention = Inputs.OneOf<SelfTradePrevention>("--self-trade", "Self-trade prevention of orders that state none; cancel-newest where not given");
        var allow = Inputs.Flag("--allow-self-trade", "Orders may state self-trade prevention none");
        return verbs.Write("create", "Lists an instrument, pending; its id is made of its parts",
            [accelerator, version, zone, period, tick, lot, low, high, maker, taker, settlement, prevention, allow],
            async asked => await asked.Client.Admin.CreateInstrumentAsync(
                new()
                {
                    RequestId = asked.RequestId,
                    AcceleratorId = asked.Get(accelerator),
                    RatingVersion = asked.Get(version),
                    Zone = asked.Get(zone),
                    DeliveryPeriod = asked.Get(period),
                    TickUsdPerGwh = PerGwh(asked, tick),
                    LotKwh = asked.Get(lot) is { } size ? size.ToKwh(out var wrong) ?? throw new UsageException(wrong) : 0,
                    CollarLowUsdPerGwh = PerGwh(asked, low),
                    CollarHighUsdPerGwh = PerGwh(asked, high),
                    MakerFeeBps = asked.Get(maker),
                    TakerFeeBps = asked.Get(taker),
                    SettlementMode = EnumText.Parse<SettlementMode>(asked.Get(settlement)),
                    DefaultSelfTradePrevention = EnumText.Parse<SelfTradePrevention>(asked.Get(prevention)),
                    AllowSelfTrade = asked.Get(allow),
                },
                cancellationToken: asked.Cancellation),
            (asked, answer) => Show(asked, answer.Instrument));
    }

    private static Command SetState(Verbs verbs, string verb, string description, InstrumentState state)
    {
        var id = Inputs.Text("instrument", "The instrument");
        var note = Inputs.Text("--note", "Why", "TEXT");
        return verbs.Write(verb, description, [id, note],
            async asked => await asked.Client.Admin.SetInstrumentStateAsync(
                new() { RequestId = asked.RequestId, InstrumentId = asked.Get(id), State = state, Note = asked.Get(note) }, cancellationToken: asked.Cancellation),
            (asked, answer) => Show(asked, answer.Instrument));
    }

    private static Command SetFees(Verbs verbs)
    {
        var id = Inputs.Text("instrument", "The instrument");
        var maker = new Option<int>("--maker-fee-bps") { Description = "Fee of the resting side, basis points, 0 to 10,000", HelpName = "NUMBER", Required = true };
        var taker = new Option<int>("--taker-fee-bps") { Description = "Fee of the incoming side, basis points, 0 to 10,000", HelpName = "NUMBER", Required = true };
        return verbs.Write("set-fees", "Sets the fees of orders entered from now on", [id, maker, taker],
            async asked => await asked.Client.Admin.SetFeesAsync(
                new() { RequestId = asked.RequestId, InstrumentId = asked.Get(id), MakerFeeBps = asked.Get(maker), TakerFeeBps = asked.Get(taker) },
                cancellationToken: asked.Cancellation),
            (asked, answer) => Show(asked, answer.Instrument));
    }

    private static Command SweepFees(Verbs verbs)
    {
        var id = Inputs.Text("instrument", "The instrument");
        return verbs.Write("sweep-fees", "Sends the fees accrued to the operator's account", [id],
            async asked => await asked.Client.Admin.SweepFeesAsync(new() { RequestId = asked.RequestId, InstrumentId = asked.Get(id) }, cancellationToken: asked.Cancellation),
            (asked, answer) =>
            {
                asked.Screen.Facts(("swept", Dollars.Format(answer.AmountMicros)));
                return Task.CompletedTask;
            });
    }

    private static Command RunCycle(Verbs verbs)
    {
        var id = Inputs.Text("instrument", "The instrument");
        return verbs.Write("run-cycle", "Runs a settlement cycle now", [id],
            async asked => await asked.Client.Admin.RunSettlementCycleAsync(
                new() { RequestId = asked.RequestId, InstrumentId = asked.Get(id) }, cancellationToken: asked.Cancellation),
            (asked, answer) => TradeCommands.ShowCycles(asked, answer.Cycle is null ? [] : [answer.Cycle]));
    }

    private static Task Show(Asked asked, Instrument instrument)
    {
        asked.Screen.Facts(
            ("instrument", instrument.InstrumentId), ("state", EnumText.Format(instrument.State)),
            ("accelerator", $"{instrument.AcceleratorId}, rating {instrument.RatingVersion}: {Number(instrument.RatedWatts)} W"), ("firmness", EnumText.Format(instrument.Firmness)),
            ("zone", instrument.Zone),
            ("delivery", $"{instrument.DeliveryPeriod}: {TimeText.Format(instrument.DeliveryStartTime)} to {TimeText.Format(instrument.DeliveryEndTime)}"),
            ("book closes", TimeText.Format(instrument.CloseTime)), ("tick", PriceText.Format(instrument.TickUsdPerGwh)), ("lot", QuantityText.Format(instrument.LotKwh)),
            ("collar low", PriceText.Format(instrument.CollarLowUsdPerGwh, instrument.RatedWatts)),
            ("collar high", PriceText.Format(instrument.CollarHighUsdPerGwh, instrument.RatedWatts)),
            ("fees", $"maker {instrument.MakerFeeBps} bps, taker {instrument.TakerFeeBps} bps"), ("settlement", EnumText.Format(instrument.SettlementMode)),
            ("self-trade", EnumText.Format(instrument.DefaultSelfTradePrevention) + (instrument.AllowSelfTrade ? ", none allowed" : "")));
        return Task.CompletedTask;
    }

    private static long PerGwh(Asked asked, Option<PriceText?> option) =>
        asked.Get(option) is { } price ? price.ToUsdPerGwh() ?? throw new UsageException($"{option.Name}: write the price per energy, like $1.52M/GWh") : 0;

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
