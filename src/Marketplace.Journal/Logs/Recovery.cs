namespace Marketplace.Journal;

/// <summary>What is found at start, after every check: the last row, the streams, the bytes of the rows behind the newest snapshot, and the files held open.</summary>
internal sealed record Recovered(Head Last, HeadFile HeadFile, TailFile TailFile, StreamTable Streams, WakeIndex Wakes, VerifiedRows Rows, SnapshotStore Snapshots, long TailBytes);

/// <summary>
/// Takes a data directory up at start: head against store, what the tail holds beyond it, newest whole snapshot, then every row after it. Nothing else is written before all of
/// it has been found unbroken, so that evidence stays as found.
/// </summary>
internal sealed class Recovery(LogOptions options, IJournalStore store)
{
    /// <summary>In the embedded default there is one log over all starts.</summary>
    public const long LogNumber = 1;

    public Recovered Run()
    {
        string directory = options.Directory;
        HeadFile? headFile = HeadFile.ReadSlots(directory) is null ? null : HeadFile.Open(directory);
        SnapshotStore? snapshots = null;
        TailFile? tailFile = null;
        try
        {
            Tail tail = ReadTail();
            StoredLog stored = TakeFrom(tail, OpenStore(headFile?.Current, mayCreate: headFile is null && tail.Rows.Count == 0));
            var names = new StreamNames();
            var rows = new VerifiedRows(store, LogNumber, names, options.RowCacheBytes);
            snapshots = SnapshotStore.Open(directory, stored, store, names, out StreamTable streams);
            long tailBytes = Scan(rows, streams, snapshots.Position, stored);
            long term = store.RaiseTerm(LogNumber);
            tailFile = TailFile.OpenOrCreate(directory, options.TailBytes);
            headFile ??= HeadFile.Create(directory, new Head(LogNumber, 0, 0, RowHash.None));
            var last = new Head(LogNumber, term, stored.Position, stored.Hash);
            // A program that knows of no tail must not find a slot that it can read.
            if (!HeadFile.IsBesideTail(directory)) headFile.Write(last);
            headFile.Write(last);
            var wakes = new WakeIndex();
            foreach (JournalStream stream in streams.All) wakes.Moved(stream);
            return new Recovered(last, headFile, tailFile, streams, wakes, rows, snapshots, tailBytes);
        }
        catch
        {
            headFile?.Dispose();
            tailFile?.Dispose();
            snapshots?.Dispose();
            throw;
        }
    }

    private StoredLog OpenStore(Head? head, bool mayCreate)
    {
        store.Open(mayCreate);
        if (store.FindLog(LogNumber) is not { } stored)
        {
            if (head is { } lost) throw Corrupt(0, $"the store has no log {LogNumber}, the head tells of position {lost.Position}");
            Require.That(store.CreateLog() == LogNumber);
            return new StoredLog(LogNumber, 0, 0, RowHash.None);
        }
        if (head is { } known) CheckHead(known, stored);
        else if (stored.Position > 0) throw new JournalCorruptException(HeadFile.FileName, $"the file is missing, the store ends at position {stored.Position}");
        return stored;
    }

    /// <summary>It is made before the head says that there is one.</summary>
    private Tail ReadTail()
    {
        if (TailFile.WhyNot(options.Directory) is { Tolerable: false } finding) throw new JournalCorruptException(TailFile.FileName, finding.What);
        return TailFile.Read(options.Directory) ?? (HeadFile.IsBesideTail(options.Directory) ? throw new JournalCorruptException(TailFile.FileName, "the file is missing") : Tail.None);
    }

    /// <summary>
    /// Puts rows into the store that only the tail has: after a power cut, or where SQLite has dropped commits that it found damaged. They are written in the term they were
    /// written in before, by the rule of every append.
    /// </summary>
    private StoredLog TakeFrom(Tail tail, StoredLog stored)
    {
        if (tail.WhyNot(stored, position => store.ReadHash(LogNumber, position)) is { } finding) throw Corrupt(finding.Position, finding.What);
        foreach (TailRow missing in tail.Beyond(stored.Position))
        {
            (StoredRow row, RowHash previous) = (missing.Row, missing.Previous);
            store.Append(LogNumber, row.Term, row.Position, previous, row.Hash, row.Payload);
            stored = stored with { Position = row.Position, Hash = row.Hash };
        }
        return stored;
    }

    private void CheckHead(Head head, StoredLog stored)
    {
        if (head.Log != LogNumber) throw new JournalCorruptException(HeadFile.FileName, $"it tells of log {head.Log}, not {LogNumber}");
        if (stored.Position < head.Position) throw Corrupt(stored.Position, $"the store ends here, the head tells of position {head.Position}");
        if (stored.Term < head.Term) throw Corrupt(head.Position, $"the store is at term {stored.Term}, the head at {head.Term}");
        if (head.Position > 0 && store.ReadHash(LogNumber, head.Position) != head.Hash) throw Corrupt(head.Position, "the row has another hash than the head tells");
    }

    private static long Scan(VerifiedRows rows, StreamTable streams, long after, StoredLog stored)
    {
        long term = 0, bytes = 0;
        foreach (LogRow row in rows.Read(after + 1, stored.Position))
        {
            if (row.Term < term || row.Term > stored.Term) throw Corrupt(row.Position, $"the row is of term {row.Term} after {term}, the store at {stored.Term}");
            term = row.Term;
            if (streams.Recover(row) is { } finding) throw Corrupt(row.Position, finding);
            bytes += row.Bytes;
        }
        return bytes;
    }

    private static JournalCorruptException Corrupt(long position, string finding) => new($"log {LogNumber} position {position}", finding);
}
