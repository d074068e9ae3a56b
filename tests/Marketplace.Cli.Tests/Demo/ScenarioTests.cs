using System.Text.RegularExpressions;
using Marketplace.Cli.Demo.Scenarios;
using Marketplace.Cli.Demo.Sources;

namespace Marketplace.Cli.Tests.Demo;

public sealed partial class ScenarioTests
{
    private static readonly ScenarioSize Small = new(Rounds: 90, MakerFirms: 10, Buyers: 40, MakerPace: 6, BuyerPace: 5, SupplierPace: 10);
    private static readonly Scenario Scenario = ScenarioScript.Write(ReferenceFigures.Read(), 1, Small);

    [Fact]
    public void The_same_seed_writes_the_same_scenario_and_another_seed_another()
    {
        static string Text(ulong seed) => string.Join('\n', ScenarioScript.Write(ReferenceFigures.Read(), seed, Small).Commands);
        Assert.Equal(Text(1), Text(1));
        Assert.NotEqual(Text(1), Text(2));
    }

    [Fact]
    public void Both_settlement_modes_and_an_AMD_accelerator_are_traded()
    {
        Assert.InRange(Scenario.Instruments.Length, 10, 14);
        Assert.Contains(Scenario.Instruments, instrument => instrument.Period.NetCycle);
        Assert.Contains(Scenario.Instruments, instrument => !instrument.Period.NetCycle);
        Assert.Contains(Scenario.Instruments, instrument => instrument.Rating.Vendor == "AMD");
        Assert.All(Scenario.Instruments, instrument => Assert.Matches(InstrumentId(), instrument.Id));
    }

    [Fact]
    public void Tokens_of_all_periods_together_never_pass_what_is_attested_for_any_hour() => Assert.All(Scenario.Capacity, contract =>
    {
        Assert.All(contract.Issues, issue => Assert.InRange(issue.Kwh, 1, CapacityPlan.CapacityKwh(
            contract.Listing.Attested, contract.RatedWatts, issue.Instrument.Period.Hours) * issue.Instrument.IssuedPercent / 100));
        Assert.True(contract.Issues.Sum(issue => issue.Instrument.IssuedPercent) <= 100);
        Assert.All(contract.Issues, issue => Assert.True(
            contract.Period.Start <= issue.Instrument.Period.Start && issue.Instrument.Period.End <= contract.Period.End));
    });

    [Fact]
    public void No_participant_can_ever_lack_the_cash_for_a_bid()
    {
        var placed = new Dictionary<(string, string), Place>();
        var need = new Dictionary<string, Int128>();
        foreach (var (participant, command) in Everything())
        {
            var bid = command switch
            {
                Place { Side: Side.Bid } place => (place.PriceUsdPerGwh, place.QuantityKwh),
                Replace replace when placed[(participant, replace.OrderId)] is { Side: Side.Bid } order => (replace.PriceUsdPerGwh, order.QuantityKwh),
                _ => default,
            };
            if (command is Place order2) placed[(participant, order2.Id)] = order2;
            var notional = (Int128)bid.Item1 * bid.Item2;
            need[participant] = need.GetValueOrDefault(participant) + notional + (notional * TradedInstrument.TakerBasisPoints + 9_999) / 10_000;
        }
        Assert.All(Scenario.Participants, participant => Assert.True(need.GetValueOrDefault(participant.Id) <= participant.DepositMicros));
        Assert.True(need.Values.Max() > 1_000_000);
    }

    [Fact]
    public void No_participant_can_ever_lack_the_tokens_for_an_ask()
    {
        var has = Scenario.Capacity.SelectMany(contract => contract.Issues, (contract, issue) => (contract.Supplier, issue.Instrument.Id, issue.Kwh))
            .Concat(FirstBids().Select(bid => (bid.Participant, bid.Place.InstrumentId, bid.Place.QuantityKwh)))
            .GroupBy(part => (part.Item1, part.Item2)).ToDictionary(group => group.Key, group => group.Sum(part => part.Item3));
        var asked = Everything().Where(sent => sent.Command is Place { Side: Side.Ask }).Select(sent => (sent.Participant, Place: (Place)sent.Command))
            .GroupBy(ask => (ask.Participant, ask.Place.InstrumentId)).ToList();
        Assert.NotEmpty(asked);
        Assert.All(asked, asks => Assert.True(asks.Sum(ask => ask.Place.QuantityKwh) <= has.GetValueOrDefault(asks.Key)));
    }

    [Fact]
    public void The_first_sale_offers_more_than_the_makers_bid_at_one_price() => Assert.All(Scenario.Instruments, instrument =>
    {
        var asks = Scenario.FirstAsks.SelectMany(batch => batch.Commands).OfType<Place>().Where(place => place.InstrumentId == instrument.Id).ToList();
        var bids = FirstBids().Where(bid => bid.Place.InstrumentId == instrument.Id).ToList();
        Assert.True(bids.Sum(bid => bid.Place.QuantityKwh) <= asks.Sum(ask => ask.QuantityKwh));
        Assert.Single(asks.Select(ask => ask.PriceUsdPerGwh).Concat(bids.Select(bid => bid.Place.PriceUsdPerGwh)).Distinct());
    });

    [Fact]
    public void Every_order_keeps_the_terms_of_its_instrument()
    {
        var instruments = Scenario.Instruments.ToDictionary(instrument => instrument.Id);
        Assert.All(Everything().Select(sent => sent.Command).OfType<Place>(), place =>
        {
            var instrument = instruments[place.InstrumentId];
            Assert.True(place.QuantityKwh > 0 && place.QuantityKwh % instrument.LotKwh == 0);
            Assert.True(place.PriceUsdPerGwh % TradedInstrument.TickUsdPerGwh == 0);
            Assert.InRange(place.PriceUsdPerGwh, instrument.CollarLow, instrument.CollarHigh);
            Assert.Equal(place.Standing == Standing.GoodTillDate, place.ExpireTime is not null);
        });
    }

    [Fact]
    public void Ids_are_unique_to_their_participant_and_later_commands_name_orders_sent_before()
    {
        var sent = new HashSet<(string, string)>();
        Assert.All(Everything(), item =>
        {
            var named = item.Command switch
            {
                Cancel cancel => cancel.OrderId,
                Replace replace => replace.OrderId,
                Reduce reduce => reduce.OrderId,
                _ => null,
            };
            if (named is not null) Assert.Contains((item.Participant, named), sent);
            Assert.True(sent.Add((item.Participant, item.Command.Id)));
        });
    }

    [Fact]
    public void The_clock_only_goes_forward_and_makers_wait_for_their_tokens()
    {
        Assert.True(Scenario.ClockStart <= Scenario.OpensAt && Scenario.OpensAt.AddMinutes(15) <= Scenario.SettledBy);
        Assert.True(Scenario.SettledBy < Scenario.Rounds[0].Time);
        Assert.All(Scenario.Rounds.Zip(Scenario.Rounds.Skip(1)), pair => Assert.True(pair.First.Time < pair.Second.Time));
        Assert.All(Scenario.Instruments, instrument => Assert.True(Scenario.ClosesAt < instrument.Period.Start));
    }

    [Fact]
    public void Participants_have_invented_names() => Assert.All(
        Scenario.Participants, participant => Assert.Matches(new Regex("^(supplier|maker|buyer)-[0-9]{3}$"), participant.Id));

    [Fact]
    public void In_a_plain_market_every_instrument_trades_and_ends_with_bids_and_asks()
    {
        var market = new PlainMarket(ScenarioScript.Write(ReferenceFigures.Read(), 1, ScenarioSize.Full)).Run();
        Assert.All(Scenario.Instruments, instrument =>
        {
            Assert.True(market.Trades.Count(trade => trade.Instrument == instrument.Id) > 100);
            Assert.Equal(2, market.Book(instrument.Id).Select(order => order.Place.Side).Distinct().Count());
        });
        Assert.All(new[] { "self trade", "would cross", "not fillable", "gone", "reduce", "replace resting" }, rare => Assert.Contains(rare, market.Outcomes));
    }

    [Fact]
    public void At_full_size_hundreds_take_part_and_tens_of_thousands_of_orders_are_sent()
    {
        var full = ScenarioScript.Write(SharedDataFact.Records(), 1, ScenarioSize.Full);
        Assert.InRange(full.Participants.Length, 200, 500);
        Assert.InRange(full.Commands.OfType<Place>().Count(), 20_000, 60_000);
    }

    private static IEnumerable<(string Participant, Command Command)> Everything() =>
        Scenario.FirstAsks.Concat(Scenario.FirstBids).Concat(Scenario.Rounds.SelectMany(round => round.Batches))
            .SelectMany(batch => batch.Commands, (batch, command) => (batch.Participant, command));

    private static IEnumerable<(string Participant, Place Place)> FirstBids() =>
        Scenario.FirstBids.SelectMany(batch => batch.Commands.Cast<Place>(), (batch, place) => (batch.Participant, place));

    [GeneratedRegex("^[A-Za-z0-9]+-[A-Z0-9]{2,12}-(2026Q1|20260115|20260115T14)$")]
    private static partial Regex InstrumentId();
}
