using Marketplace.Domain.Instruments;

namespace Marketplace.Domain.Orders;

/// <summary>An order as its book keeps it, in the queue of a level: 64 bytes, the line of a cache. What few orders have is in its <see cref="RareTerms"/>.</summary>
internal struct RestingOrder
{
    /// <summary>The book's public number.</summary>
    public long Number;
    /// <summary>The book's private key: the party and the account's number in one.</summary>
    public long Key;
    /// <summary>Limit or worst price, USD per GWh.</summary>
    public long Price;
    /// <summary>kWh open and shown: all that is open, but of an iceberg its tip, and of a waiting stop order what it will show.</summary>
    public long Shown;
    /// <summary>kWh filled.</summary>
    public long Filled;
    /// <summary>Level it stands at.</summary>
    public int Level;
    /// <summary>The order before it in the queue, or -1.</summary>
    public int Previous;
    /// <summary>The order behind it in the queue, or -1; of a free slot, the next free one.</summary>
    public int Next;
    /// <summary>Its rare terms, or -1.</summary>
    public int Rare;
    /// <summary>Maker rate, basis points.</summary>
    public short MakerBps;
    /// <summary>Taker rate, basis points.</summary>
    public short TakerBps;
    /// <summary>Fee weight of the fills so far, modulo 10,000: all that its next fee depends on.</summary>
    public short FeeRemainder;
    /// <summary>Side, type and the like.</summary>
    public OrderTraits Traits;

    /// <summary>Whose: index of a party of the book.</summary>
    public readonly int Party => (int)(Key >> AccountOrderBits);

    /// <summary>The account's number.</summary>
    public readonly long AccountOrder => Key & ((1L << AccountOrderBits) - 1);

    /// <summary>The higher of the two rates: what a bid's hold must cover.</summary>
    public readonly int MaxBps => Math.Max(MakerBps, TakerBps);

    private const int AccountOrderBits = 40;

    /// <summary>The private key: party and the account's number in one.</summary>
    public static long KeyOf(int party, long accountOrder)
    {
        Check.That(accountOrder is > 0 and < 1L << AccountOrderBits);
        return ((long)party << AccountOrderBits) | accountOrder;
    }

    /// <summary>What its account holds for so much of it: micro-dollars of a bid, kWh of an ask.</summary>
    public readonly long HoldFor(long openKwh) => Traits.IsAsk ? openKwh : Hold.OfBid(Price, openKwh, MaxBps, FeeRemainder);
}

/// <summary>What an order is, in 16 bits.</summary>
internal readonly record struct OrderTraits(ushort Bits)
{
    private const int AskBit = 1;
    private const int PostOnlyBit = 1 << 1;
    private const int WaitingBit = 1 << 2;
    private const int TypeShift = 3;
    private const int ForceShift = 6;
    private const int SelfTradeShift = 9;
    private const int ThreeBits = 7;

    /// <summary>Whether it sells.</summary>
    public bool IsAsk => (Bits & AskBit) != 0;

    /// <summary>Side.</summary>
    public Side Side => IsAsk ? Side.Ask : Side.Bid;

    /// <summary>Whether it may only rest.</summary>
    public bool PostOnly => (Bits & PostOnlyBit) != 0;

    /// <summary>Whether it is a stop order that waits for its stop price.</summary>
    public bool IsWaiting => (Bits & WaitingBit) != 0;

    /// <summary>Type at entry.</summary>
    public OrderType Type => (OrderType)((Bits >> TypeShift) & ThreeBits);

    /// <summary>How long it stands.</summary>
    public TimeInForce TimeInForce => (TimeInForce)((Bits >> ForceShift) & ThreeBits);

    /// <summary>What it does when it meets its own firm as the incoming order.</summary>
    public SelfTradeMode SelfTrade => (SelfTradeMode)((Bits >> SelfTradeShift) & ThreeBits);

    /// <summary>Whether what is left of it rests once nothing more matches.</summary>
    public bool Rests => Type is OrderType.Limit or OrderType.StopLimit && TimeInForce is TimeInForce.GoodTillCancelled or TimeInForce.GoodTillDate;

    /// <summary>The traits of a new order.</summary>
    public static OrderTraits Of(in OrderCommand placed) => Of(placed.Side, placed.Type, placed.TimeInForce, placed.PostOnly, placed.SelfTrade);

    /// <summary>The traits with these parts.</summary>
    public static OrderTraits Of(Side side, OrderType type, TimeInForce force, bool postOnly, SelfTradeMode selfTrade) => new((ushort)(
        (side == Side.Ask ? AskBit : 0) | (postOnly ? PostOnlyBit : 0) | ((int)type << TypeShift) | ((int)force << ForceShift) | ((int)selfTrade << SelfTradeShift)));

    /// <summary>The same, waiting or not.</summary>
    public OrderTraits Waiting(bool waits) => new((ushort)(waits ? Bits | WaitingBit : Bits & ~WaitingBit));
}
