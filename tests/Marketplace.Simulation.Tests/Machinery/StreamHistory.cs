using Marketplace.Simulation.Tests.Checks;

namespace Marketplace.Simulation.Tests.Machinery;

/// <summary>One stream of a log as its reader finds it: all records, those that are durable read back, the state they fold to, and snapshots of that.</summary>
internal sealed class StreamHistory(string name, Func<Machine> make)
{
    private const int SnapshotsKept = 2;

    private readonly List<byte[]> _queued = [];
    private readonly List<(long Version, byte[] State)> _snapshots = [];
    private byte[]? _replicaState;

    /// <summary>The stream.</summary>
    public string Name { get; } = name;

    /// <summary>The durable records, as read back from their bytes.</summary>
    public List<Record> Durable { get; } = [];

    /// <summary>The machine as the durable records alone make it.</summary>
    public Machine Replica { get; } = make();

    /// <summary>The replica's state in canonical form.</summary>
    public byte[] ReplicaState => _replicaState ??= JournalForm.StateOf(Replica);

    public void Queue(byte[] bytes) => _queued.Add(bytes);

    public void LoseLast() => _queued.RemoveAt(_queued.Count - 1);

    /// <summary>The next record has become durable.</summary>
    public Record BecomeDurable()
    {
        var record = JournalForm.Serializer.Deserialize<Record>(_queued[Durable.Count])!;
        Violation.Unless(record.TimeMicros >= Replica.LastEventTime.Micros, "Q3", $"{Name}: event time went back");
        Durable.Add(record);
        Replica.Replay(record);
        _replicaState = null;
        return record;
    }

    /// <summary>A record by its version, durable or only queued.</summary>
    public Record At(long version) =>
        version <= Durable.Count ? Durable[(int)version - 1] : JournalForm.Serializer.Deserialize<Record>(_queued[(int)version - 1])!;

    /// <summary>Records from one version to another, both included.</summary>
    public IEnumerable<(long Version, Record Record)> Between(long from, long to)
    {
        for (var version = from; version <= to; version++)
        {
            yield return (version, At(version));
        }
    }

    /// <summary>Takes a snapshot of the durable state.</summary>
    public void TakeSnapshot()
    {
        if (_snapshots.Count == SnapshotsKept)
        {
            _snapshots.RemoveAt(0);
        }

        _snapshots.Add((Replica.Version, ReplicaState));
    }

    /// <summary>Makes the machine again from all durable records, or from a snapshot and the records behind it.</summary>
    public Machine Restore(Prng random, RareEvents rare)
    {
        var machine = make();
        if (_snapshots.Count > 0 && !random.Chance(50))
        {
            rare.Count(RareEvent.RestoredFromSnapshot);
            machine.Read(new StateReader(random.Pick(_snapshots).State, JournalForm.Serializer));
        }
        else
        {
            rare.Count(RareEvent.RestoredFromGenesis);
        }

        for (var version = (int)machine.Version; version < Durable.Count; version++)
        {
            machine.Replay(JournalForm.Serializer.Deserialize<Record>(_queued[version])!);
        }

        Violation.Unless(JournalForm.StateOf(machine).AsSpan().SequenceEqual(ReplicaState), "J2", $"{Name}: a restart ends in another state");
        return machine;
    }
}
