using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Marketplace.Conformance.Tests.Cases;

/// <summary>A sequence of steps and what it must come to.</summary>
public sealed record ConformanceCase
{
    private const decimal EarliestOfCalendar = 100_000_000;

    public required string Id { get; init; }

    [AllowNull]
    public string Title { get; init => field = value ?? ""; } = "";

    public required Step[] Steps { get; init; }

    public required Expected Expected { get; init; }

    /// <summary>
    /// The case with its times counted from just before the first of them, where they are points of a calendar (seconds since 1970): what is between them stays, and a venue
    /// that plays many cases does not move on by decades with each.
    /// </summary>
    public ConformanceCase FromItsStart()
    {
        var first = Steps.SelectMany(step => new[] { step.T ?? 0, step.ExpireAt }).Where(time => time != 0).DefaultIfEmpty().Min();
        if (first < EarliestOfCalendar)
        {
            return this;
        }

        var before = decimal.Floor(first) - 1;
        return this with { Steps = [.. Steps.Select(step => step with { T = step.T - before, ExpireAt = step.ExpireAt == 0 ? 0 : step.ExpireAt - before })] };
    }

    public override string ToString() => Id;
}

/// <summary>One step: a new order, a change of one, or time.</summary>
public sealed record Step
{
    /// <summary>new, cancel, replace, reduce_to or time.</summary>
    public required string Op { get; init; }

    public long Id { get; init; }

    /// <summary>A firm with one participant.</summary>
    public long User { get; init; }

    /// <summary>B or S.</summary>
    [AllowNull]
    public string Side { get; init => field = value ?? ""; } = "";

    /// <summary>L, M, S or SL.</summary>
    [AllowNull]
    public string Type { get; init => field = value ?? ""; } = "";

    /// <summary>Limit; 0 for a market or stop order. A replace without one keeps its price.</summary>
    public long Price { get; init; }

    /// <summary>Quantity with its hidden part; of a replace, the new open quantity. A replace without one keeps its quantity, which is not the same as one to 0.</summary>
    public long? Qty { get; init; }

    /// <summary>GTC, IOC, FOK or AON; absent: GTC.</summary>
    [AllowNull]
    public string Tif { get; init => field = value ?? "GTC"; } = "GTC";

    [JsonPropertyName("post_only")]
    public bool PostOnly { get; init; }

    /// <summary>An iceberg's tip; 0 for an order shown whole.</summary>
    public long Display { get; init; }

    /// <summary>Stop price; 0 for none.</summary>
    public long Stop { get; init; }

    /// <summary>Seconds, in the time of <see cref="T"/>; 0 for none.</summary>
    [JsonPropertyName("expire_at")]
    public decimal ExpireAt { get; init; }

    /// <summary>CN, CO, CB or DC; absent: own orders trade.</summary>
    [AllowNull]
    public string Stp { get; init => field = value ?? ""; } = "";

    /// <summary>
    /// The time of the step in seconds, down to a microsecond. Absent, or earlier than that of the step before: that of the step before, because time does not go back.
    /// </summary>
    public decimal? T { get; init; }

    /// <summary>Seconds in microseconds, the nearest: what is written as 0.7999999999999999 was 0.8.</summary>
    public static long Micros(decimal seconds) => decimal.ToInt64(decimal.Round(seconds * 1_000_000));
}

/// <summary>What a case must come to. What the file does not say is null and not compared.</summary>
public sealed record Expected
{
    [AllowNull]
    public long[][] Trades { get; init => field = value ?? []; } = [];

    [AllowNull]
    public JsonElement[][] Bids { get; init => field = value ?? []; } = [];

    [AllowNull]
    public JsonElement[][] Asks { get; init => field = value ?? []; } = [];

    [AllowNull]
    public long[] Stops { get; init => field = value ?? []; } = [];

    [AllowNull]
    public JsonElement[][] Rejected { get; init => field = value ?? []; } = [];

    public Dictionary<string, long>? Filled { get; init; }

    public Dictionary<string, long>? Gone { get; init; }

    public long[]? Triggered { get; init; }

    public long[][]? Decremented { get; init; }
}
