namespace Marketplace.Journal.Tests;

/// <summary>A store that tells when everything in it has been made durable.</summary>
internal sealed class SyncedStore(IJournalStore inner, Action afterSync) : StoreWrapper(inner)
{
    public override long RaiseTerm(long log)
    {
        long term = base.RaiseTerm(log);
        afterSync();
        return term;
    }

    public override void Sync()
    {
        base.Sync();
        afterSync();
    }
}
