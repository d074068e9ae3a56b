using Marketplace.Domain.Instruments;

namespace Marketplace.Domain.Orders;

/// <summary>Side of an order.</summary>
public enum Side : byte
{
    /// <summary>Not stated.</summary>
    Unspecified = 0,
    /// <summary>Buys.</summary>
    Bid = 1,
    /// <summary>Sells.</summary>
    Ask = 2,
}

/// <summary>Type of an order.</summary>
public enum OrderType : byte
{
    /// <summary>Not stated.</summary>
    Unspecified = 0,
    /// <summary>At its limit or better.</summary>
    Limit = 1,
    /// <summary>At the best prices there are, up to a worst price; its rest is cancelled.</summary>
    Market = 2,
    /// <summary>Waits until the last trade price has come to its stop price, then acts as a market order with its worst price.</summary>
    Stop = 3,
    /// <summary>Waits until the last trade price has come to its stop price, then acts as a limit order.</summary>
    StopLimit = 4,
}

/// <summary>How long an order stands.</summary>
public enum TimeInForce : byte
{
    /// <summary>Not stated: good till cancelled for a limit order, immediate or cancel for a market order.</summary>
    Unspecified = 0,
    /// <summary>Until it is cancelled.</summary>
    GoodTillCancelled = 1,
    /// <summary>What matches at once; the rest is cancelled.</summary>
    ImmediateOrCancel = 2,
    /// <summary>Whole and at once, or not at all.</summary>
    FillOrKill = 3,
    /// <summary>Until a stated time: expired when now is at or past it, before any matching at that time.</summary>
    GoodTillDate = 4,
}

/// <summary>What an account asks of a book.</summary>
public enum CommandKind : byte
{
    /// <summary>Enter a new order.</summary>
    Place = 0,
    /// <summary>Cancel what is open.</summary>
    Cancel = 1,
    /// <summary>New price, new total quantity; the turn is lost unless the price stays and the quantity goes down.</summary>
    Replace = 2,
    /// <summary>Less open quantity; the turn is kept.</summary>
    Reduce = 3,
}

/// <summary>One command from an account to a book, with the effective terms: defaults are already applied and the hold already taken.</summary>
/// <param name="Kind">What is asked.</param>
/// <param name="Order">The account's number of the order, from 1.</param>
/// <param name="Side">Side (place, replace).</param>
/// <param name="Type">Type (place).</param>
/// <param name="TimeInForce">How long (place).</param>
/// <param name="PostOnly">Refused if it would trade at once (place).</param>
/// <param name="SelfTrade">Effective self-trade mode (place).</param>
/// <param name="Price">Limit or worst price, USD per GWh (place, replace).</param>
/// <param name="Quantity">kWh: the whole (place), the new whole, filled included (replace), the new open (reduce).</param>
/// <param name="ExpiresAtMicros">Expiry, microseconds since the Unix epoch; 0 for none (place).</param>
/// <param name="MakerBps">Maker rate frozen at entry, basis points (place).</param>
/// <param name="TakerBps">Taker rate frozen at entry, basis points (place).</param>
/// <param name="ExtraHold">What the account holds on top for a replace: micro-dollars of a bid, kWh of an ask.</param>
/// <param name="Reason">Why the account's owner did not ask for this cancel himself; none when he did.</param>
/// <param name="DisplayKwh">An iceberg's tip, kWh: as much is shown at once, the rest is hidden; 0 for an order shown whole (place).</param>
/// <param name="StopPrice">Of a stop or stop-limit order: the last trade price at which it acts, USD per GWh; 0 otherwise (place, replace).</param>
/// <param name="IfSequence">Refused unless the book is at this sequence; 0 for no such condition (place).</param>
[GenerateSerializer, Alias("gwh.order-command"), Immutable]
public readonly record struct OrderCommand(
    [property: Id(0)] CommandKind Kind,
    [property: Id(1)] long Order,
    [property: Id(2)] Side Side = Side.Unspecified,
    [property: Id(3)] OrderType Type = OrderType.Unspecified,
    [property: Id(4)] TimeInForce TimeInForce = TimeInForce.Unspecified,
    [property: Id(5)] bool PostOnly = false,
    [property: Id(6)] SelfTradeMode SelfTrade = SelfTradeMode.Unspecified,
    [property: Id(7)] long Price = 0,
    [property: Id(8)] long Quantity = 0,
    [property: Id(9)] long ExpiresAtMicros = 0,
    [property: Id(10)] int MakerBps = 0,
    [property: Id(11)] int TakerBps = 0,
    [property: Id(12)] long ExtraHold = 0,
    [property: Id(13)] RejectReason Reason = RejectReason.None,
    [property: Id(14)] long DisplayKwh = 0,
    [property: Id(15)] long StopPrice = 0,
    [property: Id(16)] long IfSequence = 0)
{
    /// <summary>The higher of the two rates: what a bid's hold must cover.</summary>
    public int MaxBps => Math.Max(MakerBps, TakerBps);
}

/// <summary>An account's commands to one book, in the order entered, packed: they wait in an outbox, travel and are recorded as the same bytes. Read by enumerating.</summary>
[GenerateSerializer, Alias("gwh.order-commands")]
public sealed class OrderCommands : Message
{
    /// <summary>Commands given one by one, packed.</summary>
    public OrderCommands(string firm, ReadOnlySpan<OrderCommand> commands)
        : this(OrderCommandPacking.Pack(commands), firm)
    {
    }

    internal OrderCommands(byte[] packed, string firm)
    {
        Firm = firm;
        Packed = packed;
    }

    /// <summary>The firm of the account's participant.</summary>
    [Id(0)] public string Firm { get; init; }

    /// <summary>All of the commands, unpacked anew.</summary>
    public OrderCommand[] Commands => OrderCommandPacking.Unpack(Packed);

    [Id(3)]
    internal byte[] Packed { get; init; }

    /// <inheritdoc/>
    public override int Weight => Math.Max(1, OrderCommandPacking.CountOf(Packed));

    /// <summary>Reads them one by one.</summary>
    public OrderCommandReader GetEnumerator() => new(Packed);
}
