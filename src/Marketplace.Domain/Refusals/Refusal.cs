namespace Marketplace.Domain.Refusals;

/// <summary>A business refusal: a value, never an exception. It has no effect and leaves no record unless a book journaled it.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Field">The request's field it speaks of, in the proto's spelling; empty where none.</param>
[GenerateSerializer, Alias("gwh.refusal"), Immutable]
public readonly record struct Refusal([property: Id(0)] RejectReason Reason, [property: Id(1)] string Field = "")
{
    /// <summary>A reason alone, about no single field.</summary>
    public static implicit operator Refusal(RejectReason reason) => new(reason);
}
