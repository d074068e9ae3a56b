namespace Marketplace.Domain.Orders;

/// <summary>
/// What one step of a <see cref="LimitOrderBook"/> did, with all that accounts, market data and journal need of it. Which fields mean something depends on the kind;
/// those that do not are left as an earlier event had them.
/// </summary>
public struct OrderEvent
{
    /// <summary>What happened.</summary>
    public BookEventKind Kind;
    /// <summary>Side of the order; of the incoming one where there are two.</summary>
    public Side Side;
    /// <summary>Whether it answers the command.</summary>
    public bool ByCommand;
    /// <summary>Whether the order was resting or waiting before: false for the incoming one.</summary>
    public bool WasInBook;
    /// <summary>Whether the order was a waiting stop order: what happens to it is nobody else's to see.</summary>
    public bool WasWaiting;
    /// <summary>Whether the maker, or the order itself, stands behind all others of its price now.</summary>
    public bool Behind;
    /// <summary>Why, for refused and cancelled.</summary>
    public RejectReason Reason;
    /// <summary>The book's public number of the order.</summary>
    public long Number;
    /// <summary>Its private key.</summary>
    public long Key;
    /// <summary>Traded: the price; else the order's limit, the new one for a replace. USD per GWh.</summary>
    public long Price;
    /// <summary>Replaced: the limit before.</summary>
    public long PriceBefore;
    /// <summary>kWh traded, rested, parked, cancelled or taken off; what is open after a reduction or replace.</summary>
    public long Quantity;
    /// <summary>kWh of the order open after it, shown or not.</summary>
    public long Open;
    /// <summary>kWh shown after it: of the maker where there are two, else of the order.</summary>
    public long Shown;
    /// <summary>Hold of the order that becomes available; what a fill pays is not in it. Micro-dollars of a bid, kWh of an ask.</summary>
    public long Release;
    /// <summary>Traded: the order's fee, micro-dollars.</summary>
    public long FeeMicros;
    /// <summary>Traded and decremented: the public number of the resting order.</summary>
    public long MakerNumber;
    /// <summary>Its private key.</summary>
    public long MakerKey;
    /// <summary>Its kWh open after it, shown or not.</summary>
    public long MakerOpen;
    /// <summary>Its hold that becomes available.</summary>
    public long MakerRelease;
    /// <summary>Traded: its fee, micro-dollars.</summary>
    public long MakerFeeMicros;
    /// <summary>The book's public sequence after it.</summary>
    public long Sequence;

    /// <summary>The party of a private key: an index given by <see cref="LimitOrderBook.AddParty"/>.</summary>
    public static int PartyOf(long key) => new RestingOrder { Key = key }.Party;

    /// <summary>The account's number in a private key.</summary>
    public static long AccountOrderOf(long key) => new RestingOrder { Key = key }.AccountOrder;
}
