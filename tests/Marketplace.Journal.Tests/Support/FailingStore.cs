namespace Marketplace.Journal.Tests;

/// <summary>A store whose append of one position, and every call after it, fails.</summary>
internal sealed class FailingStore(IJournalStore inner, long failAt) : StoreWrapper(inner)
{
    public StoreFailedException? Thrown { get; private set; }

    public override void Append(long log, long term, long position, RowHash previousHash, RowHash hash, ReadOnlySpan<byte> payload)
    {
        if (position >= failAt) throw Thrown ??= new StoreFailedException("the disk says no");
        base.Append(log, term, position, previousHash, hash, payload);
    }
}
