using Marketplace.Simulation.Tests.Machinery;

namespace Marketplace.Simulation.Tests.Clients;

/// <summary>What a caller is told.</summary>
/// <param name="Reason">Why not; none when it was done.</param>
/// <param name="Body">A hash of everything else it is told.</param>
/// <param name="Version">The record of the stream the answer stands in; 0 when it stands in none: a refusal at the door, a read.</param>
internal readonly record struct Answer(RejectReason Reason, ulong Body, long Version);

/// <summary>One request of a caller under an id, sent again under the same id until it is answered.</summary>
internal abstract class Call(string caller, string id, string stream)
{
    /// <summary>Who asks.</summary>
    public string Caller { get; } = caller;

    /// <summary>Under which id.</summary>
    public string Id { get; } = id;

    /// <summary>Whom.</summary>
    public string Stream { get; } = stream;

    /// <summary>How often it was sent.</summary>
    public int Attempts { get; set; }

    /// <summary>What its caller has heard; null until then.</summary>
    public Answer? Heard { get; set; }

    /// <summary>Does the work at the machine; whoever answers replies to the clients.</summary>
    public abstract void Run(HostedMachine machine, ClientSide clients);

    /// <summary>Whether what the caller hears now is what the durable records say.</summary>
    public abstract void Check(in Answer answer, StreamHistory durable);
}
