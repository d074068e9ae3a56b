namespace Marketplace.Domain.Participants;

/// <summary>What a participant may use of the venue.</summary>
/// <param name="OrdersPerSecond">Orders, cancels and changes a second, with a burst of one second; 1 to 10,000,000.</param>
/// <param name="MaxOpenOrders">Open orders at once, over all instruments; 1 to 4,000,000.</param>
/// <param name="MaxStreams">Streams at once; 1 to 10,000.</param>
[GenerateSerializer, Alias("gwh.limits"), Immutable]
public readonly record struct ParticipantLimits(
    [property: Id(0)] int OrdersPerSecond,
    [property: Id(1)] int MaxOpenOrders,
    [property: Id(2)] int MaxStreams)
{
    /// <summary>What a participant gets unless the operator states otherwise.</summary>
    public static readonly ParticipantLimits Default = new(10_000, 10_000, 100);

    /// <summary>Whether all three are in their ranges.</summary>
    public bool AreInRange => OrdersPerSecond is >= 1 and <= 10_000_000 && MaxOpenOrders is >= 1 and <= 4_000_000 && MaxStreams is >= 1 and <= 10_000;
}

/// <summary>Somebody who trades, with one account; one of a firm.</summary>
[GenerateSerializer, Alias("gwh.participant"), Immutable]
public sealed record Participant
{
    /// <summary>The venue's own participant: fees are swept to its account, and its keys run the desk.</summary>
    public const string Operator = "operator";

    /// <summary>The venue's own firm.</summary>
    public const string OperatorFirm = "venue";

    /// <summary>1 to 64 characters of [A-Za-z0-9_.-].</summary>
    [Id(0)] public required string Id { get; init; }

    /// <summary>Its firm.</summary>
    [Id(1)] public required string Firm { get; init; }

    /// <summary>What it may use.</summary>
    [Id(2)] public required ParticipantLimits Limits { get; init; }

    /// <summary>Whether the operator has suspended it: no new orders, its open ones cancelled.</summary>
    [Id(3)] public bool Suspended { get; init; }

    /// <summary>Counts changes, from 1.</summary>
    [Id(4)] public required long Revision { get; init; }
}
