namespace Marketplace.Simulation.Tests.Machinery;

/// <summary>One process: a log, a clock a little off the others', and the machines it hosts.</summary>
internal sealed class Process(int index, long clockSkewMicros)
{
    /// <summary>Its log.</summary>
    public SimulatedLog Log { get; } = new(index + 1);

    /// <summary>How far its clock is off, microseconds.</summary>
    public long ClockSkewMicros { get; } = clockSkewMicros;

    /// <summary>Its machines, in the order of their streams.</summary>
    public List<HostedMachine> Machines { get; } = [];
}
