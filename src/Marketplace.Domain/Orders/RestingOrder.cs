using Marketplace.Domain.Instruments;

namespace Marketplace.Domain.Orders;

/// <summary>An order as its book keeps it: a slot of a chunked array, in the queue of its level.</summary>
internal struct RestingOrder
{
    /// <summary>The book's public number.</summary>
    public long Number;
    /// <summary>The account's number.</summary>
    public long AccountOrder;
    /// <summary>Limit or worst price, USD per GWh.</summary>
    public long Price;
    /// <summary>kWh still open.</summary>
    public long Open;
    /// <summary>kWh filled.</summary>
    public long Filled;
    /// <summary>Fee weight of the fills so far.</summary>
    public Int128 FeeWeight;
    /// <summary>Expiry, microseconds since the Unix epoch; 0 for none.</summary>
    public long ExpiresAtMicros;
    /// <summary>Whose: index of a party of the book.</summary>
    public int Party;
    /// <summary>Level it rests at.</summary>
    public int Level;
    /// <summary>The order before it in the queue, or -1.</summary>
    public int Previous;
    /// <summary>The order behind it in the queue, or -1.</summary>
    public int Next;
    /// <summary>Maker rate, basis points.</summary>
    public short MakerBps;
    /// <summary>Taker rate, basis points.</summary>
    public short TakerBps;
    /// <summary>Side.</summary>
    public Side Side;
    /// <summary>Type at entry.</summary>
    public OrderType Type;
    /// <summary>How long it stands.</summary>
    public TimeInForce TimeInForce;
    /// <summary>Whether it may only rest.</summary>
    public bool PostOnly;
    /// <summary>What it does when it meets its own firm as the incoming order.</summary>
    public SelfTradeMode SelfTrade;

    /// <summary>What its account holds for it: micro-dollars of a bid, kWh of an ask.</summary>
    public readonly long Hold =>
        Side == Side.Ask ? Open : (long)Units.Hold.BidMicros(Price, Open, Math.Max(MakerBps, TakerBps), FeeWeight);

    /// <summary>The book's private key of the order of a party.</summary>
    public readonly long Key => KeyOf(Party, AccountOrder);

    /// <summary>The private key: party and the account's number in one.</summary>
    public static long KeyOf(int party, long accountOrder)
    {
        Check.That(accountOrder < 1L << 40);
        return ((long)party << 40) | accountOrder;
    }
}
