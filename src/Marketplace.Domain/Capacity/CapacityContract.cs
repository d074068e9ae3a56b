using System.Numerics;
using Marketplace.Domain.Instruments;

namespace Marketplace.Domain.Capacity;

/// <summary>How far a contract is. Delivery will follow behind <see cref="Attested"/>.</summary>
public enum ContractState
{
    /// <summary>Not stated.</summary>
    Unspecified = 0,
    /// <summary>Offered; nobody vouches for it yet.</summary>
    Offered = 1,
    /// <summary>Attested, in part or whole: tokens may be issued.</summary>
    Attested = 2,
    /// <summary>Withdrawn whole, for ever.</summary>
    Withdrawn = 3,
}

/// <summary>What an attestor vouches for.</summary>
[GenerateSerializer, Alias("gwh.attestation"), Immutable]
public sealed record Attestation
{
    /// <summary>The attestor.</summary>
    [Id(0)] public required string Attestor { get; init; }
    /// <summary>Accelerators vouched for.</summary>
    [Id(1)] public required long Count { get; init; }
    /// <summary>Critical-IT kW found at the site.</summary>
    [Id(2)] public required long Kilowatts { get; init; }
    /// <summary>The site seen.</summary>
    [Id(3)] public required string Site { get; init; }
    /// <summary>SHA-256 of the evidence, lower-case hexadecimal.</summary>
    [Id(4)] public required string EvidenceSha256 { get; init; }
    /// <summary>When.</summary>
    [Id(5)] public required Timestamp Time { get; init; }
}

/// <summary>Tokens of one instrument issued from a contract.</summary>
[GenerateSerializer, Alias("gwh.issue-line"), Immutable]
public sealed record IssueLine
{
    /// <summary>The instrument.</summary>
    [Id(0)] public required string Instrument { get; init; }
    /// <summary>Its delivery period.</summary>
    [Id(1)] public required DeliveryPeriod Period { get; init; }
    /// <summary>kWh ever issued.</summary>
    [Id(2)] public required long IssuedKwh { get; init; }
    /// <summary>kWh taken back.</summary>
    [Id(3)] public long WithdrawnKwh { get; init; }

    /// <summary>kWh outstanding.</summary>
    public long OutstandingKwh => IssuedKwh - WithdrawnKwh;
}

/// <summary>Tokens asked back from the supplier's account, which has not answered yet.</summary>
[GenerateSerializer, Alias("gwh.reclaim"), Immutable]
public sealed record Reclaim
{
    /// <summary>The supplier's request id.</summary>
    [Id(0)] public required string Request { get; init; }
    /// <summary>The instrument.</summary>
    [Id(1)] public required string Instrument { get; init; }
    /// <summary>kWh.</summary>
    [Id(2)] public required long Kwh { get; init; }
}

/// <summary>A supplier's commitment: so many accelerators of a rating, in a zone, over a time.</summary>
[GenerateSerializer, Alias("gwh.contract"), Immutable]
public sealed record CapacityContract
{
    /// <summary>Supplier, colon, the request id it was offered under.</summary>
    [Id(0)] public required string Id { get; init; }
    /// <summary>The supplier.</summary>
    [Id(1)] public required string Supplier { get; init; }
    /// <summary>Accelerator model.</summary>
    [Id(2)] public required string Accelerator { get; init; }
    /// <summary>Rating version, frozen.</summary>
    [Id(3)] public required int RatingVersion { get; init; }
    /// <summary>Rated watts of one accelerator, frozen.</summary>
    [Id(4)] public required long RatedWatts { get; init; }
    /// <summary>Accelerators offered.</summary>
    [Id(5)] public required long Count { get; init; }
    /// <summary>Zone of delivery.</summary>
    [Id(6)] public required string Zone { get; init; }
    /// <summary>How sure.</summary>
    [Id(7)] public required Firmness Firmness { get; init; }
    /// <summary>Start of delivery, on an hour.</summary>
    [Id(8)] public required Timestamp Start { get; init; }
    /// <summary>End of delivery, on an hour.</summary>
    [Id(9)] public required Timestamp End { get; init; }
    /// <summary>The site, in the supplier's words.</summary>
    [Id(10)] public required string Site { get; init; }
    /// <summary>Source or notes, in the supplier's words.</summary>
    [Id(11)] public required string Notes { get; init; }
    /// <summary>How far it is.</summary>
    [Id(12)] public required ContractState State { get; init; }
    /// <summary>The attestation in force; null while none is.</summary>
    [Id(13)] public Attestation? Attestation { get; init; }
    /// <summary>Tokens issued, by instrument.</summary>
    [Id(14)] public IssueLine[] Issued { get; init; } = [];
    /// <summary>kWh of unissued capacity the supplier took back, spread evenly over the contract's time.</summary>
    [Id(15)] public long WithdrawnKwh { get; init; }
    /// <summary>When it was offered.</summary>
    [Id(16)] public required Timestamp OfferedAt { get; init; }
    /// <summary>Tokens asked back and not answered, in the order asked.</summary>
    [Id(17)] public Reclaim[] Reclaims { get; init; } = [];

    /// <summary>Length of the delivery, microseconds.</summary>
    public long LengthMicros => End.Micros - Start.Micros;

    /// <summary>Capacity offered: floor(count x W x hours / 1000), kWh.</summary>
    public long OfferedKwh => Quantity.OfAccelerators(Count, RatedWatts, LengthMicros).Kwh;

    /// <summary>Capacity attested, kWh, rounded down; 0 while nothing is.</summary>
    public long AttestedKwh => Quantity.OfAccelerators(Attestation?.Count ?? 0, RatedWatts, LengthMicros).Kwh;

    /// <summary>Tokens outstanding over all instruments, kWh.</summary>
    public long OutstandingKwh => Issued.Sum(line => line.OutstandingKwh);

    /// <summary>
    /// Whether so many accelerators carry, at every moment, all that is outstanding and withdrawn: a token of a period is baseload, q kWh over its length, and the sum of the
    /// rates of the periods that cover a moment may not pass count x W. Exact, in fractions.
    /// </summary>
    public bool IsCoveredBy(long count)
    {
        foreach (var at in Issued.Select(line => line.Period.Start).Append(Start))
        {
            BigInteger numerator = WithdrawnKwh;
            BigInteger denominator = LengthMicros;
            foreach (var line in Issued)
            {
                if (line.Period.Start <= at && at < line.Period.End)
                {
                    numerator = (numerator * line.Period.LengthMicros) + (line.OutstandingKwh * denominator);
                    denominator *= line.Period.LengthMicros;
                }
            }

            // kWh per microsecond x 1000 W/kW x microseconds an hour = W.
            if (numerator * 1000 * Timestamp.MicrosPerHour > (BigInteger)count * RatedWatts * denominator)
            {
                return false;
            }
        }

        return true;
    }
}
