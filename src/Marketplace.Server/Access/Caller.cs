using Grpc.Core;
using Marketplace.Domain.Participants;
using Marketplace.Grains.Hosting;
using Marketplace.Grains.Participants;

namespace Marketplace.Server.Access;

/// <summary>Who makes a call: a key of a participant, in one role.</summary>
internal sealed class Caller(ApiKey key, Participant participant, Allowance allowance, long asOf)
{
    /// <summary>The key.</summary>
    public ApiKey Key => key;

    /// <summary>The participant.</summary>
    public Participant Participant => participant;

    /// <summary>What the participant may use of this process.</summary>
    public Allowance Allowance => allowance;

    /// <summary>How often the directory had changed when this was found out (<see cref="DirectoryView.Changes"/>).</summary>
    public long AsOf => asOf;

    /// <summary>The mailbox of the participant's account, where it was active in this process when it was last looked for; one whose grain has left says so.</summary>
    public Mailbox? Mailbox { get; set; }

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
