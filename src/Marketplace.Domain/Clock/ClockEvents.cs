namespace Marketplace.Domain.Clock;

/// <summary>One move of a manual clock.</summary>
/// <param name="To">The time moved to.</param>
[GenerateSerializer, Alias("gwh.clock-move"), Immutable]
public sealed record ClockMove([property: Id(0)] Timestamp To);

/// <summary>The operator moved the manual clock.</summary>
[GenerateSerializer, Alias("gwh.clock-advanced")]
public sealed class ClockAdvanced(ClockMove move) : EntityEvent
{
    /// <summary>The move.</summary>
    [Id(0)] public ClockMove Move { get; init; } = move;
}
