namespace Marketplace.Domain.Participants;

/// <summary>What a key may do.</summary>
public enum Role
{
    /// <summary>Not stated.</summary>
    Unspecified = 0,
    /// <summary>Lists capacity, issues tokens, trades for its participant.</summary>
    Supplier = 1,
    /// <summary>Trades for its participant.</summary>
    Buyer = 2,
    /// <summary>Trades for its participant.</summary>
    Trader = 3,
    /// <summary>Vouches for capacity.</summary>
    Attestor = 4,
    /// <summary>Reports delivery.</summary>
    Meter = 5,
    /// <summary>Reports share prices.</summary>
    PriceReporter = 6,
    /// <summary>Reads everything, changes nothing.</summary>
    Auditor = 7,
    /// <summary>Runs the venue.</summary>
    Operator = 8,
}

/// <summary>An API key: acts for one participant in one role. The secret is 256 random bits, known to its owner alone; the venue keeps its SHA-256.</summary>
[GenerateSerializer, Alias("gwh.api-key"), Immutable]
public sealed record ApiKey
{
    /// <summary>Its id, which is no secret: key-1, key-2 ...</summary>
    [Id(0)] public required string Id { get; init; }
    /// <summary>The participant it acts for.</summary>
    [Id(1)] public required string Participant { get; init; }
    /// <summary>What it may do.</summary>
    [Id(2)] public required Role Role { get; init; }
    /// <summary>SHA-256 of the secret, upper-case hexadecimal.</summary>
    [Id(3)] public required string SecretSha256 { get; init; }
    /// <summary>When it was made.</summary>
    [Id(4)] public required Timestamp CreatedAt { get; init; }
    /// <summary>When it ends by itself.</summary>
    [Id(5)] public required Timestamp ExpiresAt { get; init; }
    /// <summary>Whether it was revoked.</summary>
    [Id(6)] public bool Revoked { get; init; }
}

/// <summary>One or more participants who are one to self-trade prevention.</summary>
[GenerateSerializer, Alias("gwh.firm"), Immutable]
public sealed record Firm
{
    /// <summary>1 to 64 characters of [A-Za-z0-9_.-].</summary>
    [Id(0)] public required string Id { get; init; }
    /// <summary>Its name, up to 200 characters.</summary>
    [Id(1)] public required string Name { get; init; }
}
