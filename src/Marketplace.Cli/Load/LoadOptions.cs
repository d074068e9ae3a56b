using Gwh.Marketplace.V1;

namespace Marketplace.Cli.Load;

/// <summary>What load to offer.</summary>
/// <param name="Mode">How commands reach the venue.</param>
/// <param name="Arrival">How they come.</param>
/// <param name="Seconds">For how long new batches are due.</param>
/// <param name="Rate">Commands a second, over all traders.</param>
/// <param name="Sessions">Traders: sessions, or callers of unary calls, each a participant of its own.</param>
/// <param name="Batch">Commands in a batch; 1 where each is a call.</param>
/// <param name="Settlement">How trades of the instrument settle.</param>
/// <param name="Seed">Makes the same commands at the same times again.</param>
/// <param name="Record">File to write every answered command to; null for none.</param>
internal sealed record LoadOptions(
    LoadMode Mode, LoadArrival Arrival, int Seconds, int Rate, int Sessions, int Batch, SettlementMode Settlement, int Seed, FileInfo? Record)
{
    /// <summary>Batches due in all when they come evenly.</summary>
    public long Batches => Math.Max(1, (long)Seconds * Rate / Batch);
}
