using Grpc.Core;
using Marketplace.Domain.Participants;

namespace Marketplace.Server.Access;

/// <summary>Who makes a call: a key of a participant, in one role.</summary>
/// <param name="Key">The key.</param>
/// <param name="Participant">The participant.</param>
internal sealed record Caller(ApiKey Key, Participant Participant)
{
    private static readonly object Place = new();

    /// <summary>The participant's id.</summary>
    public string Id => Participant.Id;

    /// <summary>The role the key acts in.</summary>
    public Role Role => Key.Role;

    /// <summary>Whether the caller may read what belongs to others.</summary>
    public bool ReadsAll => Role is Role.Auditor or Role.Operator;

    /// <summary>The caller of a call that the access check has let in.</summary>
    public static Caller Of(ServerCallContext context) => (Caller)context.UserState[Place];

    /// <summary>Remembers who makes a call.</summary>
    public void Enter(ServerCallContext context) => context.UserState[Place] = this;
}
