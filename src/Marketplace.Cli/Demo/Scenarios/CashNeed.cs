namespace Marketplace.Cli.Demo.Scenarios;

/// <summary>Adds up what a participant's bids could hold if none were ever released: its deposit covers that, so no bid can lack its cash.</summary>
internal sealed class CashNeed
{
    private const long RoundedUpTo = 1_000_000_000;
    private long micros;

    /// <summary>One more bid, or a bid moved to another price: the notional at that price and the fee at the higher rate, rounded up.</summary>
    public void Add(long priceUsdPerGwh, long kwh)
    {
        var notional = checked(priceUsdPerGwh * kwh);
        var fee = (long)(((Int128)notional * Math.Max(TradedInstrument.MakerBasisPoints, TradedInstrument.TakerBasisPoints) + 9_999) / 10_000);
        micros = checked(micros + notional + fee);
    }

    /// <summary>Up to the next thousand dollars, micro-dollars; 0 when it never bids.</summary>
    public long DepositMicros => (micros + RoundedUpTo - 1) / RoundedUpTo * RoundedUpTo;
}
