using Marketplace.Cli.Demo.Prices;

namespace Marketplace.Cli.Demo.Scenarios;

/// <summary>
/// A supplier: sells part of its tokens to the makers at the opening and offers more as time goes on, between the median and the dearest tenth of
/// what is offered.
/// </summary>
internal sealed class Supplier
{
    private const int OpeningPercent = 45;
    private const int OpeningPerMille = 500;
    private const int SharePercent = 2;
    private readonly Dice dice;
    private readonly OrderIds ids = new("s");
    private readonly int turn;
    private readonly int pace;
    private readonly List<(TradedInstrument Instrument, long IssuedKwh, TokenBudget Budget)> shelves;

    public Supplier(string id, IReadOnlyList<(TradedInstrument Instrument, long IssuedKwh)> issued, ulong seed, int pace)
    {
        Id = id;
        dice = Dice.For(seed, id);
        this.pace = pace;
        turn = dice.Below(pace);
        shelves = [.. issued.Select(shelf => (shelf.Instrument, shelf.IssuedKwh, new TokenBudget(shelf.Instrument, shelf.IssuedKwh)))];
    }

    public string Id { get; }

    /// <summary>What every supplier asks in the first sale: the median of what is offered, rounded up to the tick. USD per GWh.</summary>
    public static long OpeningPrice(TradedInstrument instrument, TapeMoment moment) => instrument.Price(moment, OpeningPerMille, 0, Rounding.Up);

    /// <summary>Its asks in the first sale.</summary>
    public Batch? Open(TapeMoment moment) => Offer(shelf => shelf.IssuedKwh * OpeningPercent / 100, () => OpeningPerMille, moment);

    /// <summary>Its commands in round <paramref name="number"/>; null when it is not its turn.</summary>
    public Batch? Act(int number, TapeMoment moment) =>
        number % pace != turn ? null : Offer(shelf => shelf.IssuedKwh * SharePercent / 100, () => dice.Between(500, 900), moment);

    private Batch? Offer(Func<(TradedInstrument Instrument, long IssuedKwh, TokenBudget Budget), long> wanted, Func<int> perMille, TapeMoment moment)
    {
        var commands = new List<Command>();
        foreach (var shelf in shelves)
        {
            var kwh = shelf.Budget.Take(wanted(shelf));
            if (kwh == 0) continue;
            var price = shelf.Instrument.Price(moment, perMille(), 0, Rounding.Up);
            commands.Add(new Place(ids.Next(), shelf.Instrument.Id, Side.Ask, false, price, kwh, Standing.GoodTillCancelled, null, false));
        }
        return commands.Count == 0 ? null : new Batch(Id, commands);
    }
}
