using Gwh.Marketplace.V1;

namespace Marketplace.Cli.Load;

/// <summary>What load to offer.</summary>
/// <param name="Seconds">For how long new batches are sent.</param>
/// <param name="Rate">Commands a second, over all sessions.</param>
/// <param name="Sessions">Sessions, each of a participant of its own.</param>
/// <param name="Batch">Commands in a batch.</param>
/// <param name="Settlement">How trades of the instrument settle.</param>
/// <param name="Seed">Makes the same commands again.</param>
/// <param name="Record">File to write every answered command to; null for none.</param>
internal sealed record LoadOptions(int Seconds, int Rate, int Sessions, int Batch, SettlementMode Settlement, int Seed, FileInfo? Record)
{
    /// <summary>Batches offered in all.</summary>
    public long Batches => Math.Max(1, (long)Seconds * Rate / Batch);

    /// <summary>When a batch is to be sent, after the start: evenly spread, whatever became of those before it.</summary>
    public TimeSpan StartOf(long batch) => TimeSpan.FromTicks((long)((Int128)batch * Batch * TimeSpan.TicksPerSecond / Rate));
}
