namespace Marketplace.Journal.Tests;

/// <summary>A store that passes everything on.</summary>
internal abstract class StoreWrapper(IJournalStore inner) : IJournalStore
{
    public virtual void Open(bool mayCreate) => inner.Open(mayCreate);

    public virtual long CreateLog() => inner.CreateLog();

    public virtual StoredLog? FindLog(long log) => inner.FindLog(log);

    public virtual long RaiseTerm(long log) => inner.RaiseTerm(log);

    public virtual void Append(long log, long term, long position, RowHash previousHash, RowHash hash, ReadOnlySpan<byte> payload)
        => inner.Append(log, term, position, previousHash, hash, payload);

    public virtual void Sync() => inner.Sync();

    public virtual IReadOnlyList<StoredRow> ReadRows(long log, long from, int maxRows, long maxBytes) => inner.ReadRows(log, from, maxRows, maxBytes);

    public virtual RowHash? ReadHash(long log, long position) => inner.ReadHash(log, position);

    public virtual void AfterFlush() => inner.AfterFlush();

    public virtual long Claim(string stream, long log, long term) => inner.Claim(stream, log, term);

    public virtual bool TakeOver(string stream, long log, long term, long formerLog, long formerTerm) => inner.TakeOver(stream, log, term, formerLog, formerTerm);

    public virtual void Release(string stream, long log, long term) => inner.Release(stream, log, term);

    public virtual long? OwnerOf(string stream) => inner.OwnerOf(stream);

    public virtual void Dispose() => inner.Dispose();
}
