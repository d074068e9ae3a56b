using System.Numerics;
using Marketplace.Domain.Orders;

namespace Marketplace.Domain.Tests.Orders;

/// <summary>An order of the <see cref="NaiveBook"/>.</summary>
internal sealed class NaiveOrder
{
    public required OrderCommand Terms;
    public required string Account;
    public required string Firm;
    public long Number;
    public long Price;
    public long Stop;
    public bool Waits;
    public long Shown;
    public long Hidden;
    public long Filled;
    public BigInteger FeeWeight;
    public int Answer;

    public long Open => Shown + Hidden;

    public bool IsBid => Terms.Side == Side.Bid;

    /// <summary>What its account holds for it.</summary>
    public BigInteger Held()
    {
        if (!IsBid)
        {
            return Open;
        }

        var notional = (BigInteger)Price * Open;
        return notional + Ceiling(FeeWeight + (Math.Max(Terms.MakerBps, Terms.TakerBps) * notional)) - Ceiling(FeeWeight);
    }

    /// <summary>Shows a fresh tip of so much.</summary>
    public void Show(long open)
    {
        Shown = Terms.DisplayKwh == 0 ? open : Math.Min(open, Terms.DisplayKwh);
        Hidden = open - Shown;
    }

    /// <summary>Takes quantity off, hidden first.</summary>
    public void TakeOff(long kwh)
    {
        var hidden = Math.Min(kwh, Hidden);
        Hidden -= hidden;
        Shown -= kwh - hidden;
    }

    public NaiveOrder Copy() => (NaiveOrder)MemberwiseClone();

    public static BigInteger Ceiling(BigInteger weight) => (weight + 9_999) / 10_000;
}
