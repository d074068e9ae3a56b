namespace Marketplace.Domain.Refusals;

/// <summary>What came of a command: a value, or a refusal.</summary>
[GenerateSerializer, Alias("gwh.result`1"), Immutable]
public readonly record struct Result<T>([property: Id(0)] T? Value, [property: Id(1)] Refusal Refusal)
    where T : class
{
    /// <summary>Whether it was not refused.</summary>
    public bool Ok => Refusal.Reason == RejectReason.None;

    /// <summary>Whether the same request was run before: its answer is in the record it is remembered by.</summary>
    public bool Repeated => Ok && Value is null;

    /// <summary>A value.</summary>
    public static implicit operator Result<T>(T value) => new(value, default);

    /// <summary>A refusal.</summary>
    public static implicit operator Result<T>(Refusal refusal) => new(null, refusal);

    /// <summary>A refusal by reason alone.</summary>
    public static implicit operator Result<T>(RejectReason reason) => new(null, reason);
}
