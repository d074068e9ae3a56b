namespace Marketplace.Cli.Demo.Scenarios;

/// <summary>Bid or ask.</summary>
internal enum Side
{
    Bid,
    Ask,
}

/// <summary>How long an order stands.</summary>
internal enum Standing
{
    GoodTillCancelled,
    GoodTillDate,
    ImmediateOrCancel,
    FillOrKill,
}

/// <summary>One thing a participant asks of the market. Ids are unique to the participant.</summary>
/// <param name="Id">Id of this command: the order's client id when it places one, else the request's.</param>
internal abstract record Command(string Id);

/// <summary>A new order.</summary>
/// <param name="Id">The order's client id.</param>
/// <param name="InstrumentId">Where.</param>
/// <param name="Side">Bid or ask.</param>
/// <param name="IsMarket">A market order; its price is the worst it takes.</param>
/// <param name="PriceUsdPerGwh">On the tick, inside the collar.</param>
/// <param name="QuantityKwh">Whole lots.</param>
/// <param name="Standing">Time in force.</param>
/// <param name="ExpireTime">Only with GoodTillDate.</param>
/// <param name="PostOnly">Refused rather than matched at once.</param>
internal sealed record Place(
    string Id, string InstrumentId, Side Side, bool IsMarket, long PriceUsdPerGwh, long QuantityKwh, Standing Standing, DateTimeOffset? ExpireTime,
    bool PostOnly) : Command(Id);

/// <summary>Take back what is open of an order. The order may be gone by then: that is no error of the demo.</summary>
internal sealed record Cancel(string Id, string OrderId) : Command(Id);

/// <summary>A new price for what is open of an order; it may be gone by then.</summary>
internal sealed record Replace(string Id, string OrderId, long PriceUsdPerGwh) : Command(Id);

/// <summary>Less of an order, which keeps its turn; refused when less than that is open already.</summary>
internal sealed record Reduce(string Id, string OrderId, long OpenKwh) : Command(Id);

/// <summary>What one participant sends at once, in order.</summary>
internal sealed record Batch(string Participant, IReadOnlyList<Command> Commands);

/// <summary>One step of the clock and everything that is sent at that time.</summary>
internal sealed record Round(DateTimeOffset Time, IReadOnlyList<Batch> Batches);
