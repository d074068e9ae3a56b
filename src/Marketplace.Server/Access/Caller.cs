using Grpc.Core;
using Marketplace.Domain.Participants;

namespace Marketplace.Server.Access;

/// <summary>Who makes a call: a key of a participant, in one role.</summary>
/// <param name="Key">The key.</param>
/// <param name="Participant">The participant.</param>
/// <param name="Allowance">What the participant may use of this process.</param>
internal sealed record Caller(ApiKey Key, Participant Participant, Allowance Allowance)
{
    /// <summary>The participant's id.</summary>
    public string Id => Participant.Id;

    /// <summary>The role the key acts in.</summary>
    public Role Role => Key.Role;

    /// <summary>Whether the caller may read what belongs to others.</summary>
    public bool ReadsAll => Role is Role.Auditor or Role.Operator;

    /// <summary>The caller of a call that the access check has let in.</summary>
    public static Caller Of(ServerCallContext context) => context.GetHttpContext().Features.Get<Caller>()!;

    /// <summary>Remembers who makes a call, as a feature of the request: gRPC's own place for it is a dictionary, made for each call.</summary>
    public void Enter(ServerCallContext context) => context.GetHttpContext().Features.Set(this);
}
