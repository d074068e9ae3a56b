using Orleans.Serialization;

namespace Marketplace.Grains.Hosting;

/// <summary>Brings a machine to where its stream ends: the newest snapshot, then every record after it.</summary>
public static class Recovery
{
    /// <summary>Restores a new machine from a claim of its stream.</summary>
    public static void Restore(Machine machine, StreamClaim claim, Serializer serializer)
    {
        if (claim.SnapshotState is { } state)
        {
            machine.Read(new StateReader(state, serializer));
            Check.That(machine.Version == claim.SnapshotVersion);
        }

        foreach (var record in claim.Tail())
        {
            machine.Replay(serializer.Deserialize<Record>(record.Payload)!);
            Check.That(machine.Version == record.Version);
        }

        machine.Prepare();
    }
}
