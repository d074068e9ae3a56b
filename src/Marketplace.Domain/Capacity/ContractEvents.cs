namespace Marketplace.Domain.Capacity;

/// <summary>What happened to a contract.</summary>
public enum ContractChange
{
    /// <summary>Not stated.</summary>
    Unspecified = 0,
    /// <summary>It was offered.</summary>
    Offered = 1,
    /// <summary>It was attested, anew or for another count.</summary>
    Attested = 2,
    /// <summary>The attestation was withdrawn, in part or whole.</summary>
    AttestationWithdrawn = 3,
    /// <summary>Tokens were issued.</summary>
    Issued = 4,
    /// <summary>Tokens are asked back from the supplier's account.</summary>
    ReclaimAsked = 5,
    /// <summary>Tokens came back.</summary>
    Reclaimed = 6,
    /// <summary>Tokens did not come back: they were not available.</summary>
    ReclaimRefused = 7,
    /// <summary>Unissued capacity was withdrawn.</summary>
    CapacityWithdrawn = 8,
}

/// <summary>A contract changed.</summary>
[GenerateSerializer, Alias("gwh.contract-changed")]
public sealed class ContractChanged(ContractChange change, CapacityContract contract) : EntityEvent
{
    /// <summary>How.</summary>
    [Id(0)] public ContractChange Change { get; init; } = change;

    /// <summary>The contract after it.</summary>
    [Id(1)] public CapacityContract Contract { get; init; } = contract;

    /// <summary>The instrument of tokens issued or taken back; empty otherwise.</summary>
    [Id(2)] public string Instrument { get; init; } = "";

    /// <summary>kWh issued, taken back or withdrawn.</summary>
    [Id(3)] public long Kwh { get; init; }

    /// <summary>Why a reclaim was refused.</summary>
    [Id(4)] public RejectReason Refused { get; init; }

    /// <summary>The reclaim this answers: the supplier's request id.</summary>
    [Id(5)] public string Reclaim { get; init; } = "";
}
