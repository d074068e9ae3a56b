namespace Marketplace.Domain.Participants;

/// <summary>A firm was entered.</summary>
[GenerateSerializer, Alias("gwh.firm-entered")]
public sealed class FirmEntered(Firm firm) : EntityEvent
{
    /// <summary>The entry after it.</summary>
    [Id(0)] public Firm Firm { get; init; } = firm;
}

/// <summary>A participant was entered, suspended, resumed, or given other limits.</summary>
[GenerateSerializer, Alias("gwh.participant-entered")]
public sealed class ParticipantEntered(Participant participant) : EntityEvent
{
    /// <summary>The entry after it.</summary>
    [Id(0)] public Participant Participant { get; init; } = participant;
}

/// <summary>A key was made or revoked.</summary>
[GenerateSerializer, Alias("gwh.key-entered")]
public sealed class KeyEntered(ApiKey key) : EntityEvent
{
    /// <summary>The entry after it.</summary>
    [Id(0)] public ApiKey Key { get; init; } = key;
}
