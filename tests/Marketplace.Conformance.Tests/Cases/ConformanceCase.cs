using System.Text.Json;
using System.Text.Json.Serialization;

namespace Marketplace.Conformance.Tests.Cases;

/// <summary>A sequence of steps and what it must come to.</summary>
public sealed record ConformanceCase
{
    public required string Id { get; init; }

    public string Title { get; init; } = "";

    public required Step[] Steps { get; init; }

    public required Expected Expected { get; init; }

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
    public string Side { get; init; } = "";

    /// <summary>L, M, S or SL.</summary>
    public string Type { get; init; } = "";

    /// <summary>Limit; 0 for a market or stop order. A replace without one keeps its price.</summary>
    public long Price { get; init; }

    /// <summary>Quantity with its hidden part; of a replace, the new open quantity.</summary>
    public long Qty { get; init; }

    /// <summary>GTC, IOC, FOK or AON.</summary>
    public string Tif { get; init; } = "GTC";

    [JsonPropertyName("post_only")]
    public bool PostOnly { get; init; }

    /// <summary>An iceberg's tip; 0 for an order shown whole.</summary>
    public long Display { get; init; }

    /// <summary>Stop price; 0 for none.</summary>
    public long Stop { get; init; }

    [JsonPropertyName("expire_at")]
    public long ExpireAt { get; init; }

    /// <summary>CN, CO, CB or DC; absent: own orders trade.</summary>
    public string Stp { get; init; } = "";

    /// <summary>The time of the step; absent: that of the step before.</summary>
    public long? T { get; init; }
}

/// <summary>What a case must come to. What the file does not say is null and not compared.</summary>
public sealed record Expected
{
    public long[][] Trades { get; init; } = [];

    public JsonElement[][] Bids { get; init; } = [];

    public JsonElement[][] Asks { get; init; } = [];

    public long[] Stops { get; init; } = [];

    public JsonElement[][] Rejected { get; init; } = [];

    public Dictionary<string, long>? Filled { get; init; }

    public Dictionary<string, long>? Gone { get; init; }

    public long[]? Triggered { get; init; }

    public long[][]? Decremented { get; init; }
}
