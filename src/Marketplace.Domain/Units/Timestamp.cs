namespace Marketplace.Domain.Units;

/// <summary>A point of event time: microseconds since 1970-01-01T00:00:00Z. Range 0 to 9999-12-31. Given to the domain, never read by it.</summary>
[GenerateSerializer, Alias("gwh.timestamp"), Immutable]
public readonly record struct Timestamp([property: Id(0)] long Micros) : IComparable<Timestamp>
{
    /// <summary>Microseconds in one second.</summary>
    public const long MicrosPerSecond = 1_000_000;

    /// <summary>Microseconds in one hour.</summary>
    public const long MicrosPerHour = 3600 * MicrosPerSecond;

    /// <summary>The latest point the venue accepts: 9999-12-31T00:00:00Z.</summary>
    public static readonly Timestamp Max = FromUtc(new DateTime(9999, 12, 31, 0, 0, 0, DateTimeKind.Utc));

    /// <summary>From a UTC calendar time; ticks below a microsecond are dropped.</summary>
    public static Timestamp FromUtc(DateTime utc) => new((utc.Ticks - DateTime.UnixEpoch.Ticks) / 10);

    /// <summary>As a UTC calendar time.</summary>
    public DateTime ToUtc() => DateTime.UnixEpoch.AddTicks(Micros * 10);

    /// <summary>The later of two.</summary>
    public static Timestamp Later(Timestamp a, Timestamp b) => a.Micros >= b.Micros ? a : b;

    /// <inheritdoc/>
    public int CompareTo(Timestamp other) => Micros.CompareTo(other.Micros);

    /// <summary>Order in time.</summary>
    public static bool operator <(Timestamp a, Timestamp b) => a.Micros < b.Micros;

    /// <summary>Order in time.</summary>
    public static bool operator >(Timestamp a, Timestamp b) => a.Micros > b.Micros;

    /// <summary>Order in time.</summary>
    public static bool operator <=(Timestamp a, Timestamp b) => a.Micros <= b.Micros;

    /// <summary>Order in time.</summary>
    public static bool operator >=(Timestamp a, Timestamp b) => a.Micros >= b.Micros;

    /// <summary>This much later; checked.</summary>
    public Timestamp Plus(long micros) => new(Micros + micros);

    /// <inheritdoc/>
    public override string ToString() => ToUtc().ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", System.Globalization.CultureInfo.InvariantCulture);
}
