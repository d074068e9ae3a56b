namespace Marketplace.Domain.Units;

/// <summary>kWh of rated critical-IT accelerator capacity. 1 GWh = 1,000,000 kWh; the smallest unit is 1 kWh. Arithmetic is checked.</summary>
[GenerateSerializer, Alias("gwh.quantity"), Immutable]
public readonly record struct Quantity([property: Id(0)] long Kwh)
{
    /// <summary>The smallest quantity of an order, 1 kWh.</summary>
    public const long MinOrderKwh = 1;

    /// <summary>The largest quantity of an order, 90,000,000,000 kWh (6 GW for a year is 52,560,000,000).</summary>
    public const long MaxOrderKwh = 90_000_000_000;

    /// <summary>Whether an order may have this quantity.</summary>
    public static bool IsOrderQuantity(long kwh) => kwh is >= MinOrderKwh and <= MaxOrderKwh;

    /// <summary>Capacity of accelerators over a time: floor(count x W x hours / 1000), in kWh. Rounds down: a seller never promises a kWh more than it has.</summary>
    /// <param name="count">Accelerators, at least 0.</param>
    /// <param name="ratedWatts">Rated critical-IT watts of one accelerator.</param>
    /// <param name="micros">Length of the time in microseconds.</param>
    public static Quantity OfAccelerators(long count, long ratedWatts, long micros)
    {
        var wattMicros = (Int128)count * ratedWatts * micros;
        return new((long)(wattMicros / ((Int128)1000 * Timestamp.MicrosPerHour)));
    }

    /// <summary>Sum; checked.</summary>
    public static Quantity operator +(Quantity a, Quantity b) => new(a.Kwh + b.Kwh);

    /// <summary>Difference; checked.</summary>
    public static Quantity operator -(Quantity a, Quantity b) => new(a.Kwh - b.Kwh);

    /// <inheritdoc/>
    public override string ToString() => $"{Kwh} kWh";
}
