namespace Marketplace.Cli.Demo.Scenarios;

/// <summary>
/// How much of an instrument a participant may still offer. Every ask counts in full and for ever, filled or not, so that no order can ever lack its
/// tokens, whatever is matched.
/// </summary>
internal sealed class TokenBudget(TradedInstrument instrument, long kwh)
{
    private long left = kwh;

    /// <summary>Whole lots of about <paramref name="wanted"/> kWh, no more than is left; 0 when nothing is.</summary>
    public long Take(long wanted)
    {
        var taken = instrument.ToLot(Math.Min(Math.Max(wanted, instrument.LotKwh), left));
        left -= taken;
        return taken;
    }
}
