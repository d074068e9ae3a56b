namespace Marketplace.Domain.Catalog;

/// <summary>One version of an accelerator's rating: watts of critical IT power, with its source. Never changed, only followed by the next version.</summary>
[GenerateSerializer, Alias("gwh.rating"), Immutable]
public sealed record Rating
{
    /// <summary>From 1, contiguous per accelerator.</summary>
    [Id(0)] public required int Version { get; init; }
    /// <summary>Critical-IT watts of one accelerator, all-in, 1 to 1,000,000.</summary>
    [Id(1)] public required long Watts { get; init; }
    /// <summary>Where the figure is from.</summary>
    [Id(2)] public required string Source { get; init; }
    /// <summary>Whether an attestor, and not the operator, stands behind it.</summary>
    [Id(3)] public bool Attested { get; init; }
}

/// <summary>An accelerator model in the registry.</summary>
[GenerateSerializer, Alias("gwh.accelerator"), Immutable]
public sealed record Accelerator
{
    /// <summary>Its id, part of instruments' ids: 1 to 16 of [A-Z0-9].</summary>
    [Id(0)] public required string Id { get; init; }
    /// <summary>Who makes it.</summary>
    [Id(1)] public required string Vendor { get; init; }
    /// <summary>Model name as its vendor spells it.</summary>
    [Id(2)] public required string Model { get; init; }
    /// <summary>Architecture generation.</summary>
    [Id(3)] public required string Generation { get; init; }
    /// <summary>Published dense performance, GFLOP/s; 0 where not published.</summary>
    [Id(4)] public required long DenseGflops { get; init; }
    /// <summary>Precision that performance is stated at, such as BF16.</summary>
    [Id(5)] public required string Precision { get; init; }
    /// <summary>Its ratings, version 1 first; empty while it is unrated.</summary>
    [Id(6)] public required Rating[] Ratings { get; init; }
    /// <summary>Where the other figures are from.</summary>
    [Id(7)] public required string Source { get; init; }

    /// <summary>The newest rating; null while it is unrated.</summary>
    public Rating? Current => Ratings.Length == 0 ? null : Ratings[^1];
}
