using Marketplace.Cli.Demo.Prices;

namespace Marketplace.Cli.Demo.Scenarios;

/// <summary>
/// A buyer with a patience of its own: the quantile of what is offered up to which it bids. The patient rest below the market, the eager take what
/// is there. It keeps at most three orders resting and takes the oldest back for a new one.
/// </summary>
internal sealed class Buyer(string id, string firm, IReadOnlyList<(TradedInstrument Instrument, long UsualKwh)> wanted, ulong seed, int pace)
{
    private const int MostResting = 3;
    private const int WorstPerMille = 900;
    private readonly Dice dice = Dice.For(seed, id);
    private readonly OrderIds ids = new("b");
    private readonly Queue<string> resting = new();
    private int? patience;

    public string Id => id;

    public string Firm => firm;

    /// <summary>What its bids need.</summary>
    public CashNeed Need { get; } = new();

    /// <summary>Its commands in a round; null when it has none.</summary>
    public Batch? Act(TapeMoment moment)
    {
        patience ??= dice.Between(150, 950);
        if (dice.Below(pace) != 0) return null;
        var (instrument, usual) = wanted[dice.Below(wanted.Count)];
        var kwh = Math.Max(instrument.ToLot(usual * dice.Between(1, 4) * dice.Between(1, 2)), instrument.LotKwh);
        var commands = new List<Command>();
        var order = Bid(instrument, kwh, moment, dice.Below(100));
        if (order.Standing is Standing.GoodTillCancelled or Standing.GoodTillDate)
        {
            if (resting.Count == MostResting) commands.Add(new Cancel(ids.Next(), resting.Dequeue()));
            resting.Enqueue(order.Id);
        }
        Need.Add(order.PriceUsdPerGwh, order.QuantityKwh);
        commands.Add(order);
        return new Batch(id, commands);
    }

    private Place Bid(TradedInstrument instrument, long kwh, TapeMoment moment, int kind)
    {
        return kind switch
        {
            < 55 => Order(Quantile(dice.Between(-50, 50)), Standing.GoodTillCancelled),
            < 70 => Order(Quantile(dice.Between(-50, 50)), Standing.GoodTillDate) with { ExpireTime = moment.Time.AddHours(dice.Between(2, 12)) },
            < 85 => Order(Quantile(200), Standing.ImmediateOrCancel),
            < 92 => Order(WorstPerMille, Standing.ImmediateOrCancel) with { IsMarket = true },
            < 96 => Order(750, Standing.FillOrKill),
            _ => Order(Quantile(-100), Standing.GoodTillCancelled) with { PostOnly = true },
        };

        Place Order(int perMille, Standing standing) => new(
            ids.Next(), instrument.Id, Side.Bid, false, instrument.Price(moment, perMille, 0, Rounding.Down), kwh, standing, null, false);
    }

    private int Quantile(int eagerness) => Math.Clamp(patience!.Value + eagerness, 0, 1000);
}
