namespace Marketplace.Journal.Tests;

/// <summary>A store that tells when a row has been committed, before its log knows.</summary>
internal sealed class ObservedStore(IJournalStore inner, Action<long> afterAppend) : StoreWrapper(inner)
{
    public override void Append(long log, long term, long position, RowHash previousHash, RowHash hash, ReadOnlySpan<byte> payload)
    {
        base.Append(log, term, position, previousHash, hash, payload);
        afterAppend(position);
    }
}
