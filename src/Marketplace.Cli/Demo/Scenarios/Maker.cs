using Marketplace.Cli.Demo.Prices;

namespace Marketplace.Cli.Demo.Scenarios;

/// <summary>
/// A market maker: in each of its instruments it keeps a bid and an ask around the 40th percentile of what is offered (what is asked above the
/// cheapest offers, below the median, is where a buyer and a seller of one kWh would meet), moves them as the tape moves, and now and then sells.
/// </summary>
internal sealed class Maker
{
    private const int MiddlePerMille = 400;
    private readonly Dice dice;
    private readonly OrderIds ids = new("q");
    private readonly List<Desk> desks;
    private readonly int turn;
    private readonly int pace;

    public Maker(string id, string firm, IReadOnlyList<(TradedInstrument Instrument, long AllottedKwh)> allotments, ulong seed, int rounds, int pace)
    {
        Id = id;
        Firm = firm;
        dice = Dice.For(seed, id);
        this.pace = pace;
        turn = dice.Below(pace);
        // Every second turn places a new ask and one in sixteen sells beside it: about 0.56 asks a turn, which the allotment must outlast.
        var turns = Math.Max(rounds / pace, 1);
        desks = [.. allotments.Select(allotment => new Desk(
            allotment.Instrument, new TokenBudget(allotment.Instrument, allotment.AllottedKwh), allotment.AllottedKwh * 10 / (6 * turns + 20)))];
    }

    public string Id { get; }

    public string Firm { get; }

    /// <summary>What its bids need, the first sale's included.</summary>
    public CashNeed Need { get; } = new();

    /// <summary>Its bid in the first sale: all of its allotment at the supplier's price, at once or not at all.</summary>
    public Place FirstBid(TradedInstrument instrument, long kwh, long price)
    {
        Need.Add(price, kwh);
        return new Place(ids.Next(), instrument.Id, Side.Bid, false, price, kwh, Standing.ImmediateOrCancel, null, false);
    }

    /// <summary>Its commands in round <paramref name="number"/>; null when it is not its turn.</summary>
    public Batch? Act(int number, TapeMoment moment)
    {
        if (number % pace != turn) return null;
        var commands = new List<Command>();
        var requote = number / pace % 2 == 1;
        foreach (var desk in desks)
        {
            var opinion = dice.Between(-40, 40);
            var half = dice.Between(40, 120);
            var bid = desk.Instrument.Price(moment, MiddlePerMille, opinion - half, Rounding.Down);
            var ask = desk.Instrument.Price(moment, MiddlePerMille, opinion + half, Rounding.Up);
            if (requote) Move(desk, bid, ask, commands);
            else Quote(desk, bid, ask, commands);
        }
        return commands.Count == 0 ? null : new Batch(Id, commands);
    }

    private void Quote(Desk desk, long bid, long ask, List<Command> commands)
    {
        if (desk.Bid is { } oldBid) commands.Add(new Cancel(ids.Next(), oldBid.Id));
        if (desk.Ask is { } oldAsk) commands.Add(new Cancel(ids.Next(), oldAsk.Id));
        desk.Bid = Limit(desk.Instrument, Side.Bid, bid, Size(desk, desk.Instrument.ToLot), postOnly: dice.Chance(70));
        desk.Ask = Limit(desk.Instrument, Side.Ask, ask, Size(desk, desk.Budget.Take), postOnly: dice.Chance(70));
        if (desk.Bid is not null) commands.Add(desk.Bid);
        if (desk.Ask is not null) commands.Add(desk.Ask);
        if (!dice.Chance(12)) return;
        var sold = desk.Budget.Take(desk.UsualKwh);
        if (sold > 0) commands.Add(new Place(ids.Next(), desk.Instrument.Id, Side.Ask, false, bid, sold, Standing.ImmediateOrCancel, null, false));
    }

    private void Move(Desk desk, long bid, long ask, List<Command> commands)
    {
        if (desk.Bid is { } oldBid)
        {
            Need.Add(bid, oldBid.QuantityKwh);
            commands.Add(new Replace(ids.Next(), oldBid.Id, bid));
        }
        if (desk.Ask is not { } oldAsk) return;
        commands.Add(new Replace(ids.Next(), oldAsk.Id, ask));
        var half = desk.Instrument.ToLot(oldAsk.QuantityKwh / 2);
        if (half > 0 && dice.Chance(5)) commands.Add(new Reduce(ids.Next(), oldAsk.Id, half));
    }

    private Place? Limit(TradedInstrument instrument, Side side, long price, long kwh, bool postOnly)
    {
        if (kwh == 0) return null;
        if (side == Side.Bid) Need.Add(price, kwh);
        return new Place(ids.Next(), instrument.Id, side, false, price, kwh, Standing.GoodTillCancelled, null, postOnly);
    }

    private long Size(Desk desk, Func<long, long> take) => take(Math.Max(desk.UsualKwh * dice.Between(50, 150) / 100, desk.Instrument.LotKwh));

    private sealed class Desk(TradedInstrument instrument, TokenBudget budget, long usualKwh)
    {
        public TradedInstrument Instrument { get; } = instrument;

        public TokenBudget Budget { get; } = budget;

        public long UsualKwh { get; } = usualKwh;

        public Place? Bid { get; set; }

        public Place? Ask { get; set; }
    }
}
