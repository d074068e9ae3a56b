namespace Marketplace.Journal;

/// <summary>
/// The seam to what keeps the rows. Synchronous: only a log's own commit thread appends, and any thread may read at the same time.
/// A row that was appended is durable when <see cref="Sync"/> has returned, every other write when its own call has; a call that throws leaves its outcome unknown, and the caller must stop.
/// Throws <see cref="StoreFailedException"/> when the store fails and <see cref="JournalCorruptException"/> when it finds itself damaged.
/// </summary>
public interface IJournalStore : IDisposable
{
    /// <summary>Opens the store. When it is missing or empty it is created if <paramref name="mayCreate"/>, else it is corrupt.</summary>
    void Open(bool mayCreate);

    /// <summary>Begins a log, in term 0 and without rows, and returns its number, which no log had before: 1, 2, 3 ...</summary>
    long CreateLog();

    /// <summary>The log with its last row; null when there is none of this number.</summary>
    StoredLog? FindLog(long log);

    /// <summary>
    /// Raises the log's term by one and returns it: whoever wrote in an earlier term is fenced. When this returns, every row that can be
    /// read is durable, also one that a process wrote which did not live to see its sync end.
    /// </summary>
    long RaiseTerm(long log);

    /// <summary>
    /// Appends one row, all or nothing: it can be read when this returns. In the same transaction it checks that the log is in this term (else <see cref="LogFencedException"/>)
    /// and that the row before has the previous hash (else <see cref="JournalCorruptException"/>).
    /// </summary>
    void Append(long log, long term, long position, RowHash previousHash, RowHash hash, ReadOnlySpan<byte> payload);

    /// <summary>Makes every row that was appended durable.</summary>
    void Sync();

    /// <summary>Up to <paramref name="maxRows"/> rows from a position on, in order; it stops after the row that brings the payloads to <paramref name="maxBytes"/>.</summary>
    IReadOnlyList<StoredRow> ReadRows(long log, long from, int maxRows, long maxBytes);

    /// <summary>The hash of one row; null when there is no such row.</summary>
    RowHash? ReadHash(long log, long position);

    /// <summary>Called by the commit thread between two flushes, when nobody waits for it: the place for housekeeping.</summary>
    void AfterFlush();

    /// <summary>Claims a stream that nobody owns. Returns the owner after the call: this log, or the log that has it.</summary>
    long Claim(string stream, long log, long term);

    /// <summary>
    /// Takes a stream over from a log whose term the caller has raised to <paramref name="formerTerm"/>. False when the stream has another
    /// owner by now or the former log has since begun a newer term.
    /// </summary>
    bool TakeOver(string stream, long log, long term, long formerLog, long formerTerm);

    /// <summary>Gives up a stream; without effect when another log owns it.</summary>
    void Release(string stream, long log, long term);

    /// <summary>The log that owns the stream; null when none does.</summary>
    long? OwnerOf(string stream);
}
