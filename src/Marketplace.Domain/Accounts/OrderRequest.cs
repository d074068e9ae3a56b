using Marketplace.Domain.Instruments;
using Marketplace.Domain.Orders;

namespace Marketplace.Domain.Accounts;

/// <summary>What a participant asks of an order, as it was sent: defaults are not applied yet.</summary>
[GenerateSerializer, Alias("gwh.order-request"), Immutable]
public readonly record struct OrderRequest
{
    /// <summary>What is asked.</summary>
    [Id(0)] public required CommandKind Kind { get; init; }
    /// <summary>The participant's own id of the order.</summary>
    [Id(1)] public required string ClientOrderId { get; init; }
    /// <summary>The id of this request, for all but a placing.</summary>
    [Id(2)] public string RequestId { get; init; }
    /// <summary>The instrument's entry as the door knows it (place).</summary>
    [Id(3)] public Instrument? Instrument { get; init; }
    /// <summary>Side (place).</summary>
    [Id(4)] public Side Side { get; init; }
    /// <summary>Type (place).</summary>
    [Id(5)] public OrderType Type { get; init; }
    /// <summary>How long it stands (place).</summary>
    [Id(6)] public TimeInForce TimeInForce { get; init; }
    /// <summary>Whether it may only rest (place).</summary>
    [Id(7)] public bool PostOnly { get; init; }
    /// <summary>Self-trade mode; unspecified is the instrument's (place).</summary>
    [Id(8)] public SelfTradeMode SelfTrade { get; init; }
    /// <summary>Limit or worst price, USD per GWh; 0 is the collar for a market or stop order, and the present price for a replace.</summary>
    [Id(9)] public long Price { get; init; }
    /// <summary>kWh: the whole (place), the new open (replace, 0: as it is; reduce).</summary>
    [Id(10)] public long Quantity { get; init; }
    /// <summary>Expiry, microseconds since the Unix epoch; 0 for none (place).</summary>
    [Id(11)] public long ExpiresAtMicros { get; init; }
    /// <summary>After this the request is refused, never run; 0 for none.</summary>
    [Id(12)] public long ValidUntilMicros { get; init; }
    /// <summary>An iceberg's tip, kWh; 0 for none (place).</summary>
    [Id(13)] public long DisplayKwh { get; init; }
    /// <summary>Stop price, USD per GWh; 0 for none (place), and the present one (replace).</summary>
    [Id(14)] public long StopPrice { get; init; }
    /// <summary>Refused unless the book is at this sequence; 0 for no such condition (place).</summary>
    [Id(15)] public long IfSequence { get; init; }

    /// <summary>The id the request is remembered by.</summary>
    public string Id => Kind == CommandKind.Place ? ClientOrderId : RequestId;

    /// <summary>The key the request is remembered by: orders and other requests have separate id spaces. None where the id is malformed.</summary>
    public RequestKey Key => Ids.IsWellFormed(Id) ? RequestKey.Of(Kind == CommandKind.Place ? 'o' : 'r', Id) : default;

    /// <summary>A hash of everything asked but the ids and the validity.</summary>
    public ulong Fingerprint()
    {
        var hash = new Fingerprint().Add((long)Kind);
        if (Kind != CommandKind.Place)
        {
            hash = hash.Add(ClientOrderId).Add(Price).Add(Quantity);
            return StopPrice == 0 ? hash.Value : hash.Add(StopPrice).Value;
        }

        hash = hash.Add(Instrument?.Id ?? "").Add((long)Side | ((long)Type << 8) | ((long)TimeInForce << 16) | ((long)SelfTrade << 24) | (PostOnly ? 1L << 32 : 0))
            .Add(Price).Add(Quantity).Add(ExpiresAtMicros);
        return (DisplayKwh | StopPrice | IfSequence) == 0 ? hash.Value : hash.Add(DisplayKwh).Add(StopPrice).Add(IfSequence).Value;
    }
}

/// <summary>How far an order is.</summary>
public enum OrderStatus : byte
{
    /// <summary>Not known.</summary>
    Unspecified = 0,
    /// <summary>Entered; the book has not answered yet.</summary>
    Pending = 1,
    /// <summary>Rests in the book.</summary>
    Open = 2,
    /// <summary>Filled whole.</summary>
    Filled = 3,
    /// <summary>Cancelled, in whole or after fills.</summary>
    Cancelled = 4,
    /// <summary>Refused by the book.</summary>
    Rejected = 5,
    /// <summary>Its time passed.</summary>
    Expired = 6,
    /// <summary>A stop order that waits for its stop price.</summary>
    Untriggered = 7,
}

/// <summary>How an order is, with its effective terms: kept for its owner, or read where its account has it.</summary>
public interface IOrderState
{
    /// <summary>The instrument.</summary>
    string Instrument { get; }

    /// <summary>The session it was entered through; empty where that has no id.</summary>
    string Session { get; }

    /// <summary>The book's public number; 0 until the book took it.</summary>
    long BookOrder { get; }

    /// <summary>Terms as entered; of a replaced order, with its price and whole quantity now.</summary>
    OrderCommand Terms { get; }

    /// <summary>How far it is.</summary>
    OrderStatus Status { get; }

    /// <summary>Why it was refused, cancelled or expired.</summary>
    RejectReason Reason { get; }

    /// <summary>kWh open.</summary>
    long Open { get; }

    /// <summary>kWh filled.</summary>
    long Filled { get; }

    /// <summary>Notional of the fills, micro-dollars.</summary>
    long FilledMicros { get; }

    /// <summary>Fees so far, micro-dollars.</summary>
    long FeeMicros { get; }

    /// <summary>Held for it and for changes of it that are under way: micro-dollars of a bid, kWh of an ask. 0 once it is not open.</summary>
    long HoldAmount { get; }

    /// <summary>The book's sequence at its last change.</summary>
    long Sequence { get; }

    /// <summary>Event time of its last change.</summary>
    Timestamp Time { get; }
}

/// <summary>An order as its owner sees it, with its effective terms.</summary>
[GenerateSerializer, Alias("gwh.order-view"), Immutable]
public sealed record OrderView : IOrderState
{
    /// <summary>The participant's own id.</summary>
    [Id(0)] public required string ClientOrderId { get; init; }
    /// <summary>The instrument.</summary>
    [Id(1)] public required string Instrument { get; init; }
    /// <summary>The account's number.</summary>
    [Id(2)] public required long Number { get; init; }
    /// <summary>The book's public number; 0 until the book took it.</summary>
    [Id(3)] public required long BookOrder { get; init; }
    /// <summary>Terms as entered; of a replaced order, with its price and whole quantity now.</summary>
    [Id(4)] public required OrderCommand Terms { get; init; }
    /// <summary>How far it is.</summary>
    [Id(5)] public required OrderStatus Status { get; init; }
    /// <summary>Why it was refused, cancelled or expired.</summary>
    [Id(6)] public required RejectReason Reason { get; init; }
    /// <summary>kWh open.</summary>
    [Id(7)] public required long Open { get; init; }
    /// <summary>kWh filled.</summary>
    [Id(8)] public required long Filled { get; init; }
    /// <summary>Notional of the fills, micro-dollars.</summary>
    [Id(9)] public required long FilledMicros { get; init; }
    /// <summary>Fees so far, micro-dollars.</summary>
    [Id(10)] public required long FeeMicros { get; init; }
    /// <summary>Held for what is open: micro-dollars of a bid, kWh of an ask.</summary>
    [Id(11)] public required long Hold { get; init; }
    /// <summary>The book's sequence at its last change.</summary>
    [Id(12)] public required long Sequence { get; init; }
    /// <summary>Event time of its last change.</summary>
    [Id(13)] public required Timestamp Time { get; init; }
    /// <summary>The session it was entered through; empty where that has no id.</summary>
    [Id(14)] public string Session { get; init; } = "";

    /// <inheritdoc/>
    long IOrderState.HoldAmount => Hold;
}
