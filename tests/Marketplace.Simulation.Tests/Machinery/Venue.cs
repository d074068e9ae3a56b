using Marketplace.Simulation.Tests.Checks;
using Marketplace.Simulation.Tests.Clients;
using Marketplace.Simulation.Tests.Tampering;

namespace Marketplace.Simulation.Tests.Machinery;

/// <summary>A whole venue in memory: processes with their logs and machines, the network between them, the callers, and those who watch.</summary>
internal sealed class Venue
{
    private readonly Dictionary<string, HostedMachine> _machines = new(StringComparer.Ordinal);
    private readonly Conservation _live;
    private readonly Conservation _durable;
    private readonly HashSet<HostedMachine> _touched = [];
    private long _timeMicros = Population.Start.Micros;

    public Venue(int processes, long clockSkewMicros, int maxParcelMessages, Tamper tampering)
    {
        MaxParcelMessages = maxParcelMessages;
        Tampering = tampering;
        Processes = [.. Enumerable.Range(0, processes).Select(index => new Process(index, index * clockSkewMicros))];
        Network = new(this);
        Clients = new(this);
        Auditor = new(Registry, Rare);
        for (var at = 0; at < Population.Streams.Length; at++)
        {
            var stream = Population.Streams[at];
            var process = Processes[at % processes];
            var machine = new HostedMachine(this, process, new(stream, () => Population.New(stream)), Population.New(stream));
            process.Machines.Add(machine);
            _machines.Add(stream, machine);
        }

        All = [.. Population.Streams.Select(Machine)];
        _live = new("live", place => All[place].Machine);
        _durable = new("durable", place => All[place].History.Replica);
    }

    public IReadOnlyList<Process> Processes { get; }

    /// <summary>All machines, in one order.</summary>
    public IReadOnlyList<HostedMachine> All { get; }

    public Network Network { get; }

    public ClientSide Clients { get; }

    public CallRegistry Registry { get; } = new();

    public Auditor Auditor { get; }

    public RareEvents Rare { get; } = new();

    public Tamper Tampering { get; }

    public int MaxParcelMessages { get; }

    /// <summary>Event time of the venue, without any process's skew.</summary>
    public Timestamp Time => new(_timeMicros);

    /// <summary>A process's clock.</summary>
    public Timestamp ClockOf(Process process) => new(_timeMicros + process.ClockSkewMicros);

    public HostedMachine Machine(string stream) => _machines[stream];

    /// <summary>The machine of a stream as it is now.</summary>
    public T Now<T>(string stream)
        where T : Machine => (T)_machines[stream].Machine;

    /// <summary>A machine has queued a record in this step.</summary>
    public void Touched(HostedMachine machine) => _touched.Add(machine);

    /// <summary>Lets time pass.</summary>
    public void Advance(long micros) => _timeMicros += micros;

    /// <summary>Makes a process's log durable up to a position.</summary>
    public void Flush(Process process, long upTo)
    {
        if (upTo <= process.Log.Durable)
        {
            return;
        }

        foreach (var entry in process.Log.Flush(upTo))
        {
            Auditor.Take(entry);
            _durable.Touch(entry.Stream.Name);
        }

        _durable.Check();
        if (_durable.CashInTransit > 0)
        {
            Rare.Count(RareEvent.CashInTransitInADurableCut);
        }

        if (_durable.TokensInTransit > 0)
        {
            Rare.Count(RareEvent.TokensInTransitInADurableCut);
        }
    }

    /// <summary>Stops a machine once it has drained, and starts it again from its stream: it must be the same.</summary>
    public void Reactivate(HostedMachine machine, Prng random)
    {
        Flush(machine.Process, machine.Position);
        var restored = machine.History.Restore(random, Rare);
        Violation.Unless(JournalForm.StateOf(machine.Machine).AsSpan().SequenceEqual(machine.History.ReplicaState), "J2", $"{machine.History.Name} replayed is not what it was live");
        machine.Activate(restored);
        Touched(machine);
        Rare.Count(RareEvent.Reactivated);
    }

    /// <summary>Stops a process as a power cut does, and starts it again from what is durable.</summary>
    public void Crash(Process process, Prng random)
    {
        if (process.Log.LoseTail() > 0)
        {
            Rare.Count(RareEvent.CrashWithUnflushedRecords);
        }

        if (Processes.Count > 1)
        {
            Rare.Count(RareEvent.CrashOfOneOfTwoProcesses);
        }

        Network.Crashed(process, random);
        Clients.Crashed(process);
        foreach (var machine in process.Machines)
        {
            machine.Activate(machine.History.Restore(random, Rare));
            Touched(machine);
        }
    }

    /// <summary>What must hold after every step.</summary>
    public void CheckStep()
    {
        if (_touched.Count == 0)
        {
            return;
        }

        foreach (var machine in _touched)
        {
            MachineChecks.Check(machine.Machine);
            _live.Touch(machine.History.Name);
        }

        _touched.Clear();
        _live.Check();
    }
}
