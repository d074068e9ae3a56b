namespace Marketplace.Journal.Tests;

/// <summary>A store whose appends wait at a gate.</summary>
internal sealed class GatedStore(IJournalStore inner, ManualResetEventSlim gate) : StoreWrapper(inner)
{
    public override void Append(long log, long term, long position, RowHash previousHash, RowHash hash, ReadOnlySpan<byte> payload)
    {
        gate.Wait();
        base.Append(log, term, position, previousHash, hash, payload);
    }
}
