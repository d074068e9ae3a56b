using Marketplace.Domain.Catalog;
using Marketplace.Domain.Instruments;

namespace Marketplace.Domain.Capacity;

/// <summary>What a supplier offers.</summary>
/// <param name="Count">Accelerators, 1 to 100,000,000.</param>
/// <param name="Zone">Zone.</param>
/// <param name="Firmness">Unspecified is firm.</param>
/// <param name="Start">Start, on an hour.</param>
/// <param name="End">End, on an hour, after the start and the present.</param>
/// <param name="Site">Up to 200 characters.</param>
/// <param name="Notes">Up to 1,000 characters.</param>
[GenerateSerializer, Alias("gwh.offer"), Immutable]
public sealed record CapacityOffer(
    [property: Id(0)] long Count,
    [property: Id(1)] string Zone,
    [property: Id(2)] Firmness Firmness,
    [property: Id(3)] Timestamp Start,
    [property: Id(4)] Timestamp End,
    [property: Id(5)] string Site,
    [property: Id(6)] string Notes)
{
    /// <summary>Why this cannot be offered of an accelerator; null when it can.</summary>
    internal Refusal? WhyNot(Accelerator accelerator, Timestamp now)
    {
        if (accelerator.Current is null)
        {
            return new Refusal(RejectReason.Unrated, "accelerator_id");
        }

        if (Count is < 1 or > 100_000_000)
        {
            return new Refusal(RejectReason.QuantityOutOfRange, "accelerator_count");
        }

        if (!Ids.IsZone(Zone))
        {
            return new Refusal(RejectReason.MalformedId, "zone");
        }

        if (Firmness is not (Firmness.Unspecified or Firmness.Firm))
        {
            return new Refusal(RejectReason.InvalidArgument, "firmness");
        }

        if (!IsOnHour(Start) || Start.Micros < 0 || Start > Timestamp.Max)
        {
            return new Refusal(RejectReason.TimeOutOfRange, "start_time");
        }

        if (!IsOnHour(End) || End <= Start || End <= now || End > Timestamp.Max)
        {
            return new Refusal(RejectReason.TimeOutOfRange, "end_time");
        }

        var kwh = (Int128)Count * accelerator.Current.Watts * (End.Micros - Start.Micros) / 1000 / Timestamp.MicrosPerHour;
        return kwh < 1 || kwh > long.MaxValue ? new Refusal(RejectReason.QuantityOutOfRange, "accelerator_count")
            : Site.Length > 200 ? new Refusal(RejectReason.InvalidArgument, "site")
            : Notes.Length > 1_000 ? new Refusal(RejectReason.InvalidArgument, "notes")
            : null;
    }

    private static bool IsOnHour(Timestamp time) => time.Micros % Timestamp.MicrosPerHour == 0;
}
