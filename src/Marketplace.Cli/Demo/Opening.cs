using Gwh.Marketplace.V1;
using Marketplace.Cli.Demo.Scenarios;
using Marketplace.Cli.Demo.Show;
using Marketplace.Cli.Demo.Stage;
using Marketplace.Cli.Demo.Supply;

namespace Marketplace.Cli.Demo;

/// <summary>From public records to tokens, and from the suppliers to the market makers.</summary>
internal sealed class Opening(Scenario scenario, Cast cast, Trading trading, Screen screen)
{
    /// <summary>Lists the instruments; offers, attests and tokenises the capacity.</summary>
    public async Task Tokenise(CancellationToken cancellation)
    {
        await OperatorDesk.InParallel(scenario.Instruments, instrument => cast.Desk.List(instrument, cancellation), cancellation);
        screen.Happened($"{scenario.Instruments.Length} instruments open: {string.Join(", ", scenario.Instruments.Select(instrument => instrument.Id))}");

        screen.Chapter("Capacity becomes tokens");
        var desk = new CapacityDesk(cast.Actors, cast.Attestor);
        await OperatorDesk.InParallel(scenario.Capacity.Index(), contract => desk.Tokenise(contract.Index + 1, contract.Item, cancellation), cancellation);
        var expected = cast.Expected;
        foreach (var contract in scenario.Capacity)
        {
            foreach (var issue in contract.Issues) expected.Issued(contract.Supplier, issue.Instrument.Id, issue.Kwh);
        }

        var table = Screen.Columns("zone", "accelerator", "delivery", "|contracts", "|accelerators attested", "|attested", "|tokens issued");
        foreach (var group in scenario.Capacity.GroupBy(contract => (contract.Listing.Zone, contract.Listing.Accelerator)).OrderBy(group => group.Key))
        {
            SupplyPage.Row(table, group.Key.Zone, group.Key.Accelerator, group.First().Period.Text, Amounts.Count(group.Count()), Amounts.Count(group.Sum(contract => contract.Listing.Attested)),
                Amounts.Gwh(group.Sum(contract => contract.AttestedKwh)), Amounts.Gwh(group.SelectMany(contract => contract.Issues).Sum(issue => issue.Kwh)));
        }

        screen.Show(table);
        screen.Happened($"{scenario.Capacity.Length} contracts offered by {scenario.Capacity.Select(contract => contract.Supplier).Distinct(StringComparer.Ordinal).Count()} simulated suppliers, attested and tokenised");
    }

    /// <summary>The suppliers sell to the makers; one trade is settled early by its buyer, the rest at once or by the first cycle.</summary>
    public async Task FirstSale(CancellationToken cancellation)
    {
        screen.Chapter("The first sale");
        await cast.Desk.Advance(scenario.OpensAt, cancellation);
        await trading.Send(scenario.FirstAsks, scenario.OpensAt, cancellation);
        await trading.Send(scenario.FirstBids, scenario.OpensAt, cancellation);
        screen.Happened($"{Amounts.Time(scenario.OpensAt)}  suppliers ask the median of what is offered, {scenario.FirstBids.Length} market makers take their first tokens");
        await SettleOneEarly(cancellation);
        await cast.Desk.Advance(scenario.SettledBy, cancellation);
        var cycles = await Task.WhenAll(scenario.Instruments.Where(instrument => instrument.Period.NetCycle).Select(instrument => FirstCycle(instrument, cancellation)));
        screen.Happened($"{Amounts.Time(scenario.SettledBy)}  the first netting cycles of {cycles.Length} instruments have settled {Amounts.Count(cycles.Sum(cycle => cycle?.TradeCount ?? 0))} trades");
    }

    private async Task<SettlementCycle?> FirstCycle(TradedInstrument instrument, CancellationToken cancellation)
    {
        await Closing.AllSettled(cast.Auditor.Client, instrument.Id, cancellation);
        var cycles = await cast.Auditor.Client.Settlement.ListSettlementCyclesAsync(new() { InstrumentId = instrument.Id, PageSize = 1 }, cancellationToken: cancellation);
        return cycles.Cycles.FirstOrDefault();
    }

    private async Task SettleOneEarly(CancellationToken cancellation)
    {
        var auditor = cast.Auditor.Client;
        var instrument = scenario.Instruments.First(instrument => instrument.Period.NetCycle).Id;
        var trades = await auditor.MarketData.ListTradesAsync(new() { InstrumentId = instrument, PageSize = 1 }, cancellationToken: cancellation);
        var id = $"{instrument}:{trades.Trades[0].Sequence}";
        var matched = await auditor.Settlement.GetTradeAsync(new() { TradeId = id }, cancellationToken: cancellation);
        var buyer = cast.Actors[matched.Trade.BuyerParticipantId];
        var settled = await buyer.Client.Settlement.SettleTradeAsync(new() { RequestId = "settle-early", TradeId = id }, cancellationToken: cancellation);
        screen.Happened($"trade {id}: {Amounts.Gwh(settled.Trade.QuantityKwh)} at {Amounts.Price(settled.Trade.PriceUsdPerGwh)}, {Amounts.Usd(settled.Trade.NotionalMicros)}: "
            + $"{matched.Trade.State}, then {settled.Trade.State} because {buyer.Participant.Id} would not wait for the cycle");
    }
}
