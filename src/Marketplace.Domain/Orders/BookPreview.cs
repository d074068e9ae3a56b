namespace Marketplace.Domain.Orders;

/// <summary>What would come of a new order if it were the next the book took: nothing was changed to find out.</summary>
[GenerateSerializer, Alias("gwh.book-preview"), Immutable]
public sealed record BookPreview
{
    /// <summary>The most prices whose fills are told one by one; the sums are of all.</summary>
    public const int MaxPrices = 100;

    /// <summary>The book's sequence it holds for: an order sent with it as its condition fills as told here, or is refused.</summary>
    [Id(0)] public required long Sequence { get; init; }

    /// <summary>Why the book would refuse it; none if it would not.</summary>
    [Id(1)] public RejectReason Refused { get; init; }

    /// <summary>Whether it would wait for its stop price.</summary>
    [Id(2)] public bool Waits { get; init; }

    /// <summary>Its fills by price, in the order they would happen, at most <see cref="MaxPrices"/>.</summary>
    [Id(3)] public PreviewedFill[] Fills { get; init; } = [];

    /// <summary>kWh of all its fills.</summary>
    [Id(4)] public long FilledKwh { get; init; }

    /// <summary>Notional of all its fills, micro-dollars.</summary>
    [Id(5)] public long FilledMicros { get; init; }

    /// <summary>kWh that self-trade prevention would take off without a trade.</summary>
    [Id(6)] public long DecrementedKwh { get; init; }

    /// <summary>kWh that would rest or wait.</summary>
    [Id(7)] public long RestingKwh { get; init; }

    /// <summary>kWh that would be cancelled at once.</summary>
    [Id(8)] public long CancelledKwh { get; init; }

    /// <summary>Why they would be.</summary>
    [Id(9)] public RejectReason CancelReason { get; init; }
}

/// <summary>Fills at one price.</summary>
/// <param name="Price">USD per GWh.</param>
/// <param name="Quantity">kWh.</param>
[GenerateSerializer, Alias("gwh.previewed-fill"), Immutable]
public readonly record struct PreviewedFill([property: Id(0)] long Price, [property: Id(1)] long Quantity);
