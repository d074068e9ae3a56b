using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Orleans.Serialization;

namespace Marketplace.Grains.Audit;

/// <summary>
/// Every machine of the venue as of a cut, folded from the log: no grain is asked. Snapshots, audits and verification are made from it. A machine whose state is small is
/// kept as the bytes of that state from one snapshot until its stream has a record again (docs/decisions/0035-machines-at-rest.md). Not thread-safe.
/// </summary>
/// <param name="serializer">Reads records and states.</param>
/// <param name="mostBytesAtRest">The most bytes of a state that is kept instead of its machine.</param>
public sealed class VenueFold(Serializer serializer, int mostBytesAtRest = VenueFold.MostBytesAtRest)
{
    /// <summary>The usual bound of a state at rest: one that is larger would take long to read again.</summary>
    public const int MostBytesAtRest = 64 * 1024;

    private readonly Dictionary<string, Folded> _streams = new(StringComparer.Ordinal);
    private readonly Serializer<Record> _records = serializer.GetSerializer<Record>();
    private SortedDictionary<string, Machine>? _machines;

    /// <summary>The cut: all rows up to this position are in it, and nothing else.</summary>
    public long Position { get; private set; }

    /// <summary>The machines by stream. Those at rest are all made again for this, until the next snapshot.</summary>
    public IReadOnlyDictionary<string, Machine> Machines => _machines ??= new(_streams.ToDictionary(stream => stream.Key, stream => Awake(stream.Key, stream.Value)), StringComparer.Ordinal);

    /// <summary>How many machines are kept as the bytes of their states.</summary>
    public int AtRest => _streams.Values.Count(stream => stream.Machine is null);

    /// <summary>Starts from a snapshot instead of from nothing.</summary>
    public void Start(long position, IEnumerable<StreamSnapshot> states)
    {
        Check.That(Position == 0 && _streams.Count == 0);
        foreach (var state in states)
        {
            _streams.Add(state.Stream, new() { State = state.State, Version = state.Version, Wake = state.Wake });
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
        if (!_streams.TryGetValue(record.Stream, out var folded))
        {
            folded = new() { Machine = Hosting.Machines.New(record.Stream) };
            _streams.Add(record.Stream, folded);
            _machines = null;
        }

        var machine = Awake(record.Stream, folded);
        machine.Replay(_records.Deserialize(record.Payload)!);
        Check.That(machine.Version == record.Version);
    }

    /// <summary>
    /// The states, for a snapshot. Each is good until the next is asked for. A machine whose state is small is at rest from then on; one whose state was large once writes it
    /// to where it goes, and it is never in memory whole.
    /// </summary>
    public IEnumerable<StreamSnapshot> States()
    {
        _machines = null;

        var output = new ArrayBufferWriter<byte>();
        foreach (var (stream, folded) in InOrder())
        {
            if (folded.Machine is { } machine)
            {
                (folded.Version, folded.Wake) = (machine.Version, Hosting.Machines.WakeOf(machine));
                if (folded.WasLarge)
                {
                    yield return new(stream, folded.Version, folded.Wake, default) { WriteState = into => machine.Write(new StateWriter(into, serializer)) };
                    continue;
                }

                var written = Bytes(machine, output);
                folded.WasLarge = written.Length > mostBytesAtRest;
                if (folded.WasLarge)
                {
                    yield return new(stream, folded.Version, folded.Wake, written);
                    continue;
                }

                (folded.Machine, folded.State) = (null, written.ToArray());
            }

            yield return new(stream, folded.Version, folded.Wake, folded.State);
        }
    }

    /// <summary>SHA-256 of each machine's state in its canonical form.</summary>
    public IEnumerable<(string Stream, long Version, byte[] Hash)> Hashes()
    {
        var output = new ArrayBufferWriter<byte>();
        foreach (var (stream, folded) in InOrder())
        {
            var version = folded.Machine?.Version ?? folded.Version;
            yield return (stream, version, SHA256.HashData((folded.Machine is { } machine ? Bytes(machine, output) : folded.State).Span));
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

    private IEnumerable<KeyValuePair<string, Folded>> InOrder() => _streams.OrderBy(stream => stream.Key, StringComparer.Ordinal);

    private Machine Awake(string stream, Folded folded)
    {
        if (folded.Machine is null)
        {
            folded.Machine = Hosting.Machines.New(stream);
            folded.Machine.Read(new StateReader(folded.State, serializer));
            Check.That(folded.Machine.Version == folded.Version);
            folded.State = default;
        }

        return folded.Machine;
    }

    private ReadOnlyMemory<byte> Bytes(Machine machine, ArrayBufferWriter<byte> output)
    {
        output.ResetWrittenCount();
        machine.Write(new StateWriter(output, serializer));
        return output.WrittenMemory;
    }

    /// <summary>One stream: its machine, or, at rest, what its machine is made of again.</summary>
    private sealed class Folded
    {
        public Machine? Machine;
        public ReadOnlyMemory<byte> State;
        public long Version;
        public Wake Wake;
        public bool WasLarge;
    }
}
