namespace Marketplace.Simulation.Tests.Machinery;

/// <summary>Where a call between two machines is.</summary>
internal enum FlightStage
{
    /// <summary>The parcel is on its way.</summary>
    Parcel,
    /// <summary>The target would not take it yet: the sender repeats it when its record is durable.</summary>
    NotYet,
    /// <summary>The receipt is on its way, or waits in the target's process for durability.</summary>
    Receipt,
}

/// <summary>One call from one machine to another.</summary>
internal sealed class Flight(HostedMachine sender, Outbox.Channel channel, Parcel parcel, HostedMachine target)
{
    private readonly int _activation = sender.Activation;

    public HostedMachine Sender { get; } = sender;

    public Outbox.Channel Channel { get; } = channel;

    public HostedMachine Target { get; } = target;

    public Parcel Parcel { get; set; } = parcel;

    public FlightStage Stage { get; set; }

    public Receipt Receipt { get; set; }

    /// <summary>A parcel that arrives once more although its call is over.</summary>
    public bool IsEcho { get; init; }

    /// <summary>Whether the activation that sent it still listens.</summary>
    public bool IsHeard => !IsEcho && Sender.Activation == _activation;

    public bool IsWithinOneProcess => Sender.Process == Target.Process;

    /// <summary>Whether it may move on: a receipt leaves its process only when what it tells is durable.</summary>
    public bool CanMove => Stage switch
    {
        FlightStage.NotYet => Sender.Process.Log.Durable >= Parcel.Position,
        FlightStage.Receipt => IsWithinOneProcess || Target.Process.Log.Durable >= Receipt.Position,
        _ => true,
    };
}
