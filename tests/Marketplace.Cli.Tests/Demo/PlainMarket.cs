using Marketplace.Cli.Demo.Scenarios;

namespace Marketplace.Cli.Tests.Demo;

/// <summary>
/// A market as plain as can be, to see what a scenario would do in one: price and time, firms do not trade with themselves (the newest is cancelled),
/// no accounts. It knows nothing of the venue's own book.
/// </summary>
internal sealed class PlainMarket(Scenario scenario)
{
    private readonly Dictionary<string, string> firmOf = scenario.Participants.ToDictionary(participant => participant.Id, participant => participant.Firm);
    private readonly Dictionary<(string Participant, string Id), Resting> orders = [];
    private readonly Dictionary<string, List<Resting>> books = scenario.Instruments.ToDictionary(i => i.Id, _ => new List<Resting>());

    public List<(string Instrument, string Buyer, string Seller, long Price, long Kwh)> Trades { get; } = [];

    public Dictionary<string, int> Outcomes { get; } = [];

    public IReadOnlyList<Resting> Book(string instrument) => books[instrument];

    public PlainMarket Run()
    {
        Send(scenario.FirstAsks, scenario.OpensAt);
        Send(scenario.FirstBids, scenario.OpensAt);
        foreach (var round in scenario.Rounds) Send(round.Batches, round.Time);
        return this;
    }

    private void Send(IEnumerable<Batch> batches, DateTimeOffset now)
    {
        foreach (var book in books.Values) book.RemoveAll(order => order.Place.ExpireTime <= now);
        foreach (var batch in batches)
        {
            foreach (var command in batch.Commands) Count(Do(batch.Participant, command));
        }
    }

    private string Do(string participant, Command command)
    {
        if (command is Place place) return Take(new Resting(participant, place, place.PriceUsdPerGwh) { OpenKwh = place.QuantityKwh });
        var id = command switch { Cancel cancel => cancel.OrderId, Replace replace => replace.OrderId, Reduce reduce => reduce.OrderId, _ => "" };
        if (!orders.TryGetValue((participant, id), out var order) || !books[order.Place.InstrumentId].Remove(order)) return "gone";
        switch (command)
        {
            case Replace replace:
                return "replace " + Take(order.At(replace.PriceUsdPerGwh));
            case Reduce reduce:
                order.OpenKwh = Math.Min(order.OpenKwh, reduce.OpenKwh);
                books[order.Place.InstrumentId].Insert(0, order);
                return "reduce";
            default:
                return "cancel";
        }
    }

    private string Take(Resting order)
    {
        var book = books[order.Place.InstrumentId];
        var against = book.Where(other => other.Place.Side != order.Place.Side && Crosses(order, other))
            .OrderBy(other => order.Place.Side == Side.Bid ? other.Price : -other.Price).ToList();
        if (order.Place.PostOnly && against.Count > 0) return "would cross";
        if (order.Place.Standing == Standing.FillOrKill && against.Sum(other => other.OpenKwh) < order.OpenKwh) return "not fillable";
        foreach (var other in against)
        {
            if (order.OpenKwh == 0) break;
            if (firmOf[other.Participant] == firmOf[order.Participant]) return "self trade";
            var kwh = Math.Min(order.OpenKwh, other.OpenKwh);
            var (buyer, seller) = order.Place.Side == Side.Bid ? (order, other) : (other, order);
            Trades.Add((order.Place.InstrumentId, buyer.Participant, seller.Participant, other.Price, kwh));
            order.OpenKwh -= kwh;
            other.OpenKwh -= kwh;
            if (other.OpenKwh == 0) book.Remove(other);
        }
        if (order.OpenKwh == 0) return "filled";
        if (order.Place.Standing is Standing.ImmediateOrCancel or Standing.FillOrKill) return "cancelled";
        orders[(order.Participant, order.Place.Id)] = order;
        book.Add(order);
        return "resting";
    }

    private static bool Crosses(Resting order, Resting other) =>
        order.Place.Side == Side.Bid ? other.Price <= order.Price : other.Price >= order.Price;

    private void Count(string outcome) => Outcomes[outcome] = Outcomes.GetValueOrDefault(outcome) + 1;

    internal sealed record Resting(string Participant, Place Place, long Price)
    {
        public long OpenKwh { get; set; }

        public Resting At(long price) => this with { Price = price };
    }
}
