using Marketplace.Simulation.Tests.Machinery;

namespace Marketplace.Simulation.Tests.Tampering;

/// <summary>The seam through which a venue is broken on purpose: what passes between machine, journal and network goes through here. This one changes nothing.</summary>
internal class Tamper
{
    /// <summary>How often it has done harm.</summary>
    public int Done { get; protected set; }

    /// <summary>The record a machine is about to queue.</summary>
    public virtual Record Record(HostedMachine machine, Record record) => record;

    /// <summary>The parcel a machine is about to send.</summary>
    public virtual Parcel Parcel(HostedMachine sender, Outbox.Channel channel, Parcel parcel) => parcel;

    /// <summary>Whether an answer may leave although what it rests on is not durable.</summary>
    public virtual bool AnswersEarly(HostedMachine machine, long position) => false;
}
