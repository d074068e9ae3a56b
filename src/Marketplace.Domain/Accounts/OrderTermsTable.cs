using Marketplace.Domain.Instruments;
using Marketplace.Domain.Orders;

namespace Marketplace.Domain.Accounts;

/// <summary>What a request for a new order states, and what it leaves out where that means something: a set.</summary>
[Flags]
internal enum StatedTerms
{
    Nothing = 0,
    Limit = 1 << 0,
    Market = 1 << 1,
    Stop = 1 << 2,
    StopLimit = 1 << 3,
    NoTimeInForce = 1 << 4,
    GoodTillCancelled = 1 << 5,
    ImmediateOrCancel = 1 << 6,
    FillOrKill = 1 << 7,
    GoodTillDate = 1 << 8,
    PostOnly = 1 << 9,
    Display = 1 << 10,
    Price = 1 << 11,
    NoPrice = 1 << 12,
    StopPrice = 1 << 13,
    NoStopPrice = 1 << 14,
    ExpireTime = 1 << 15,
    NoExpireTime = 1 << 16,
    IfBookSequence = 1 << 17,
    NoSelfTradeMode = 1 << 18,
    SelfTradeNone = 1 << 19,
    CancelNewest = 1 << 20,
    CancelOldest = 1 << 21,
    CancelBoth = 1 << 22,
    DecrementAndCancel = 1 << 23,
    RejectSelfTrade = 1 << 24,
}

/// <summary>Two terms that make no sense together.</summary>
/// <param name="Both">The two.</param>
/// <param name="Refusal">What a request that states both is told.</param>
internal readonly record struct TermsClash(StatedTerms Both, Refusal Refusal);

/// <summary>Which terms of a new order make no sense together: what is not listed here does. The first clash of a request is the one it is told.</summary>
internal static class OrderTermsTable
{
    private const string TimeInForceField = "time_in_force";
    private const string ExpiryField = "expire_time";
    private const string PostOnlyField = "post_only";
    private const string DisplayField = "display_kwh";
    private const string PriceField = "price_usd_per_gwh";
    private const string StopField = "stop_price_usd_per_gwh";

    private static readonly TermsClash[] Clashes =
    [
        // A limit is a price; a stop needs the price it waits for, and nothing else has one.
        Clash(StatedTerms.Limit, StatedTerms.NoPrice, PriceField, RejectReason.PriceOutOfRange),
        Clash(StatedTerms.StopLimit, StatedTerms.NoPrice, PriceField, RejectReason.PriceOutOfRange),
        Clash(StatedTerms.Stop, StatedTerms.NoStopPrice, StopField, RejectReason.PriceOutOfRange),
        Clash(StatedTerms.StopLimit, StatedTerms.NoStopPrice, StopField, RejectReason.PriceOutOfRange),
        Clash(StatedTerms.Limit, StatedTerms.StopPrice, StopField),
        Clash(StatedTerms.Market, StatedTerms.StopPrice, StopField),

        // What never rests cannot be sure to rest, nor show a part of what rests; a stop that has acted may not find its price uncrossed.
        Clash(StatedTerms.Market, StatedTerms.PostOnly, PostOnlyField),
        Clash(StatedTerms.Stop, StatedTerms.PostOnly, PostOnlyField),
        Clash(StatedTerms.StopLimit, StatedTerms.PostOnly, PostOnlyField),
        Clash(StatedTerms.ImmediateOrCancel, StatedTerms.PostOnly, PostOnlyField),
        Clash(StatedTerms.FillOrKill, StatedTerms.PostOnly, PostOnlyField),
        Clash(StatedTerms.Market, StatedTerms.Display, DisplayField),
        Clash(StatedTerms.Stop, StatedTerms.Display, DisplayField),
        Clash(StatedTerms.ImmediateOrCancel, StatedTerms.Display, DisplayField),
        Clash(StatedTerms.FillOrKill, StatedTerms.Display, DisplayField),

        // A market order does not stay. A stop order does, until it acts.
        Clash(StatedTerms.Market, StatedTerms.GoodTillCancelled, TimeInForceField),
        Clash(StatedTerms.Market, StatedTerms.GoodTillDate, TimeInForceField),

        // A date belongs to good till date and to nothing else.
        Clash(StatedTerms.NoTimeInForce, StatedTerms.ExpireTime, ExpiryField),
        Clash(StatedTerms.GoodTillCancelled, StatedTerms.ExpireTime, ExpiryField),
        Clash(StatedTerms.ImmediateOrCancel, StatedTerms.ExpireTime, ExpiryField),
        Clash(StatedTerms.FillOrKill, StatedTerms.ExpireTime, ExpiryField),
        Clash(StatedTerms.GoodTillDate, StatedTerms.NoExpireTime, ExpiryField),
    ];

    /// <summary>The clashes, in the order they are looked for.</summary>
    public static IReadOnlyList<TermsClash> All => Clashes;

    /// <summary>What a request states. Its type, time in force and self-trade mode are known ones.</summary>
    public static StatedTerms Of(in OrderRequest request) =>
        (StatedTerms)((int)StatedTerms.Limit << ((int)request.Type - (int)OrderType.Limit))
        | (StatedTerms)((int)StatedTerms.NoTimeInForce << (int)request.TimeInForce)
        | (StatedTerms)((int)StatedTerms.NoSelfTradeMode << (int)request.SelfTrade)
        | (request.PostOnly ? StatedTerms.PostOnly : 0)
        | (request.DisplayKwh != 0 ? StatedTerms.Display : 0)
        | (request.Price != 0 ? StatedTerms.Price : StatedTerms.NoPrice)
        | (request.StopPrice != 0 ? StatedTerms.StopPrice : StatedTerms.NoStopPrice)
        | (request.ExpiresAtMicros != 0 ? StatedTerms.ExpireTime : StatedTerms.NoExpireTime)
        | (request.IfSequence != 0 ? StatedTerms.IfBookSequence : 0);

    /// <summary>Why terms do not go together; reason none when they do.</summary>
    public static Refusal WhyNotTogether(StatedTerms terms)
    {
        foreach (ref readonly var clash in Clashes.AsSpan())
        {
            if ((terms & clash.Both) == clash.Both)
            {
                return clash.Refusal;
            }
        }

        return default;
    }

    private static TermsClash Clash(StatedTerms one, StatedTerms other, string field, RejectReason reason = RejectReason.IncompatibleTerms) => new(one | other, new(reason, field));
}
