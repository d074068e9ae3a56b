namespace Marketplace.Journal.Tests;

/// <summary>A store whose appends tell that they have begun and wait at a gate.</summary>
internal sealed class GatedStore(IJournalStore inner, ManualResetEventSlim gate, ManualResetEventSlim? entered = null) : StoreWrapper(inner)
{
    public override void Append(long log, long term, long position, RowHash previousHash, RowHash hash, ReadOnlySpan<byte> payload)
    {
        entered?.Set();
        gate.Wait();
        base.Append(log, term, position, previousHash, hash, payload);
    }
}
