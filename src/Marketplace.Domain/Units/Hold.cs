namespace Marketplace.Domain.Units;

/// <summary>
/// What an open order holds in its account. A bid holds the notional of its open quantity at its limit (or worst price) plus the most its fee can still become;
/// an ask holds its open quantity in tokens and no cash, because its fee is taken from proceeds.
/// </summary>
public static class Hold
{
    /// <summary>
    /// Micro-dollars a bid must hold: open notional + ceil((weight + max rate x open notional) / 10,000) - ceil(weight / 10,000).
    /// Never grows by a fill: cost + new hold is at most the hold before, and the difference is the release.
    /// </summary>
    /// <param name="limit">Limit or worst price, USD per GWh.</param>
    /// <param name="openKwh">Quantity not yet filled, kWh.</param>
    /// <param name="maxBps">The higher of the maker and the taker rate frozen at entry.</param>
    /// <param name="weight">Fee weight of the fills so far.</param>
    public static Int128 BidMicros(long limit, long openKwh, int maxBps, Int128 weight)
    {
        var notional = Price.NotionalMicros(limit, openKwh);
        return (Int128)notional + Fee.Micros(weight + Fee.Weight(maxBps, notional)) - Fee.Micros(weight);
    }

    /// <summary>The same from the fee weight modulo 10,000, of which alone it depends; throws beyond 2^63, which no account can have held.</summary>
    public static long OfBid(long limit, long openKwh, int maxBps, int remainder)
    {
        var notional = Price.NotionalMicros(limit, openKwh);
        return notional + Fee.OfFill(remainder, maxBps, notional, out _);
    }
}
