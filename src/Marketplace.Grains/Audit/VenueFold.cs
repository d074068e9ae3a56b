using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Marketplace.Grains.Hosting;
using Orleans.Serialization;

namespace Marketplace.Grains.Audit;

/// <summary>Every machine of the venue as of a cut, folded from the log: no grain is asked. Snapshots, audits and verification are made from it. Not thread-safe.</summary>
public sealed class VenueFold(Serializer serializer)
{
    private readonly SortedDictionary<string, Machine> _machines = new(StringComparer.Ordinal);

    /// <summary>The cut: all rows up to this position are in it, and nothing else.</summary>
    public long Position { get; private set; }

    /// <summary>The machines by stream.</summary>
    public IReadOnlyDictionary<string, Machine> Machines => _machines;

    /// <summary>Starts from a snapshot instead of from nothing.</summary>
    public void Start(long position, IEnumerable<StreamSnapshot> states)
    {
        Check.That(Position == 0 && _machines.Count == 0);
        foreach (var state in states)
        {
            var machine = Hosting.Machines.New(state.Stream);
            machine.Read(new StateReader(state.State, serializer));
            Check.That(machine.Version == state.Version);
            _machines.Add(state.Stream, machine);
        }

        Position = position;
    }

    /// <summary>Takes in the next row.</summary>
    public void Apply(LogRow row)
    {
        Check.That(row.Position == Position + 1);
        foreach (var record in row.Records)
        {
            Apply(record);
        }

        Position = row.Position;
    }

    /// <summary>Takes in the next record of its stream.</summary>
    public void Apply(in JournalRecord record)
    {
        if (!_machines.TryGetValue(record.Stream, out var machine))
        {
            machine = Hosting.Machines.New(record.Stream);
            _machines.Add(record.Stream, machine);
        }

        machine.Replay(serializer.Deserialize<Record>(record.Payload)!);
        Check.That(machine.Version == record.Version);
    }

    /// <summary>The states, for a snapshot.</summary>
    public IEnumerable<StreamSnapshot> States()
    {
        foreach (var (stream, machine) in _machines)
        {
            var wake = Hosting.Machines.WakeOf(machine);
            yield return new(stream, machine.Version, wake.IsAt ? wake.AtMicros : null, Bytes(machine));
        }
    }

    /// <summary>SHA-256 of each machine's state in its canonical form.</summary>
    public IEnumerable<(string Stream, long Version, byte[] Hash)> Hashes()
    {
        foreach (var (stream, machine) in _machines)
        {
            yield return (stream, machine.Version, SHA256.HashData(Bytes(machine).Span));
        }
    }

    /// <summary>The state hash of the whole venue: SHA-256 over (stream, version, hash) in order of stream.</summary>
    public byte[] Hash()
    {
        using var total = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (stream, version, hash) in Hashes())
        {
            total.AppendData(Encoding.UTF8.GetBytes(stream));
            total.AppendData(BitConverter.GetBytes(version));
            total.AppendData(hash);
        }

        return total.GetHashAndReset();
    }

    private ReadOnlyMemory<byte> Bytes(Machine machine)
    {
        var output = new ArrayBufferWriter<byte>();
        machine.Write(new StateWriter(output, serializer));
        return output.WrittenMemory;
    }
}
