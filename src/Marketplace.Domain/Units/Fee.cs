namespace Marketplace.Domain.Units;

/// <summary>
/// Fees in basis points of notional (0 to 10,000). The fee of an order over all its fills so far is
/// ceil((maker bps x maker notional + taker bps x taker notional) / 10,000) micro-dollars; a fill is charged that less what was charged before,
/// so cutting an order into fills never changes its fee. The numerator is the order's <em>fee weight</em> (basis points x micro-dollars).
/// </summary>
public static class Fee
{
    /// <summary>Basis points in one.</summary>
    public const int BasisPoints = 10_000;

    /// <summary>The highest rate, all of the notional.</summary>
    public const int MaxBps = BasisPoints;

    /// <summary>Micro-dollars charged for a fee weight so far: rounded up to the next micro-dollar, in the venue's favour.</summary>
    public static long Micros(Int128 weight)
    {
        if (weight >= 0 && weight <= long.MaxValue - BasisPoints)
        {
            return ((long)weight + BasisPoints - 1) / BasisPoints;
        }

        return (long)((weight + BasisPoints - 1) / BasisPoints);
    }

    /// <summary>Weight of a fill: rate x notional.</summary>
    public static Int128 Weight(int bps, long notionalMicros) =>
        notionalMicros <= long.MaxValue / BasisPoints ? bps * notionalMicros : (Int128)bps * notionalMicros;

    /// <summary>
    /// Micro-dollars charged for one more fill of an order: what its fee becomes less what was charged. It depends on the weight before modulo 10,000 and on nothing else,
    /// so an order keeps that remainder alone, and 64 bits are enough.
    /// </summary>
    /// <param name="remainder">The weight before, modulo 10,000.</param>
    /// <param name="bps">The rate of this fill.</param>
    /// <param name="notionalMicros">The notional of this fill.</param>
    /// <param name="after">The weight after, modulo 10,000.</param>
    public static long OfFill(int remainder, int bps, long notionalMicros, out int after)
    {
        if (bps == 0)
        {
            after = remainder;
            return 0;
        }

        var (whole, part) = Math.DivRem(notionalMicros, BasisPoints);
        var (carried, rest) = Math.DivRem(remainder + (bps * part), BasisPoints);
        after = (int)rest;
        return (bps * whole) + carried + (rest > 0 ? 1 : 0) - (remainder > 0 ? 1 : 0);
    }
}
