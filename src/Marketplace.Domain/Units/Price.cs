namespace Marketplace.Domain.Units;

/// <summary>US dollars per GWh, which is the same number as micro-dollars per kWh. 1 to 100,000,000.</summary>
[GenerateSerializer, Alias("gwh.price"), Immutable]
public readonly record struct Price([property: Id(0)] long UsdPerGwh)
{
    /// <summary>The lowest price, 1 USD per GWh.</summary>
    public const long Min = 1;

    /// <summary>The highest price, 100,000,000 USD per GWh.</summary>
    public const long Max = 100_000_000;

    /// <summary>Whether the venue trades at this price at all.</summary>
    public static bool IsInRange(long usdPerGwh) => usdPerGwh is >= Min and <= Max;

    /// <summary>Price x quantity: micro-dollars, exactly; the largest, 9e18, fits. Nothing rounds.</summary>
    public static long NotionalMicros(long usdPerGwh, long kwh) => usdPerGwh * kwh;

    /// <inheritdoc/>
    public override string ToString() => $"{UsdPerGwh} USD/GWh";
}
