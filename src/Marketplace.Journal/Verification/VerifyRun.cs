namespace Marketplace.Journal;

/// <summary>One check of a data directory, from the head over the rows to the snapshots.</summary>
internal sealed class VerifyRun(string directory, Action<JournalRecord>? onRecord)
{
    private const int MaxFindings = 1_000;
    private const int PageRows = 256;
    private const long PageBytes = 4 * 1024 * 1024;

    private readonly List<VerifyFinding> _findings = [];
    private readonly StreamNames _names = new();
    private readonly StreamTable _streams = new();
    private long _rows, _records, _position, _lastTerm, _rowsInTailOnly;
    private RowHash _hash;
    private Head? _head;
    private Tail _tail = Tail.None;

    public VerifyReport Run()
    {
        VerifyHead();
        VerifyTail();
        List<(string Name, SnapshotFile File, StreamTable Streams)> snapshots = OpenSnapshots();
        try
        {
            VerifyStore(snapshots.Select(snapshot => snapshot.File.Footer).ToList());
            foreach ((string name, SnapshotFile file, StreamTable streams) in snapshots) VerifySnapshot(name, file, streams);
        }
        finally
        {
            foreach (var snapshot in snapshots) snapshot.File.Dispose();
        }
        return new VerifyReport(_rows, _records, _streams.All.LongCount(), _position, _hash, _rowsInTailOnly, _findings);
    }

    private void VerifyHead()
    {
        Head?[]? slots = HeadFile.ReadSlots(directory);
        if (slots is null) return;
        long length = new FileInfo(Path.Combine(directory, HeadFile.FileName)).Length;
        if (length != HeadFile.Bytes) Find(HeadFile.FileName, null, $"the file has {length} bytes instead of {HeadFile.Bytes}", slots.Any(slot => slot is not null));
        for (int i = 0; i < slots.Length; i++)
        {
            if (slots[i] is null) Find(HeadFile.FileName, null, $"slot {i} is damaged", slots[1 - i] is not null);
        }
        _head = HeadFile.Newest(slots);
        if (_head is { Log: not Recovery.LogNumber }) Find(HeadFile.FileName, null, $"it tells of log {_head.Value.Log}");
    }

    private void VerifyTail()
    {
        if (TailFile.WhyNot(directory) is { } finding) Find(TailFile.FileName, null, finding.What, finding.Tolerable);
        if (TailFile.Read(directory) is { } tail) _tail = tail;
        else if (HeadFile.IsBesideTail(directory)) Find(TailFile.FileName, null, "the file is missing");
    }

    private void VerifyStore(List<SnapshotFooter> snapshots)
    {
        string file = Path.Combine(directory, SqliteSchema.FileName);
        if (!File.Exists(file) || new FileInfo(file).Length == 0)
        {
            if (_head is not null || _tail.Rows.Count > 0 || snapshots.Count > 0) Find(SqliteSchema.FileName, null, "the file is missing or empty");
            return;
        }
        try
        {
            SqliteSchemaCheck.RequireWriteAheadLog(file);
            using SqliteLink link = SqliteLink.OpenAsFound(file);
            foreach (string line in SqliteSchemaCheck.Integrity(link)) Find(SqliteSchema.FileName, null, line);
            SqliteSchemaCheck.Run(link);
            using var reader = new SqliteReader(link, owned: false);
            VerifyRows(reader, snapshots);
        }
        catch (JournalCorruptException e)
        {
            Find(e.Place, _position + 1, e.Finding);
        }
        catch (JournalException e)
        {
            Find(SqliteSchema.FileName, _position + 1, e.Message);
        }
    }

    private void VerifyRows(SqliteReader reader, List<SnapshotFooter> snapshots)
    {
        if (reader.FindLog(Recovery.LogNumber) is not { } stored)
        {
            if (_head is not null || _tail.Rows.Count > 0 || snapshots.Count > 0) Find(SqliteSchema.FileName, null, $"there is no log {Recovery.LogNumber}");
            return;
        }
        if (HeadFile.ReadSlots(directory) is null && stored.Position > 0) Find(HeadFile.FileName, null, $"the file is missing, the store ends at position {stored.Position}");
        while (reader.ReadRows(stored.Log, _position + 1, PageRows, PageBytes) is { Count: > 0 } page)
        {
            foreach (StoredRow row in page) VerifyRow(row, stored, snapshots);
        }
        if (_position != stored.Position) Find(SqliteSchema.FileName, _position, $"the rows end here, the last is said to be {stored.Position}");
        if (_head is { } head && head.Position > _position) Find(SqliteSchema.FileName, _position, $"the store ends here, the head tells of position {head.Position}");
        if (_head is { } of && stored.Term < of.Term) Find(SqliteSchema.FileName, _position, $"the store is at term {stored.Term}, the head at {of.Term}");
        VerifyRowsOfTail(stored, reader, snapshots);
        foreach (SnapshotFooter snapshot in snapshots.Where(snapshot => snapshot.Position > _position))
            Find(SqliteSchema.FileName, _position, $"the store ends here, a snapshot stands for position {snapshot.Position}");
    }

    /// <summary>A row that only the tail has is as good as one in the store: the next start puts it there.</summary>
    private void VerifyRowsOfTail(StoredLog stored, SqliteReader reader, List<SnapshotFooter> snapshots)
    {
        if (_tail.WhyNot(stored, position => reader.ReadHash(stored.Log, position)) is { } finding)
        {
            Find(TailFile.FileName, finding.Position, finding.What);
            return;
        }
        foreach (TailRow row in _tail.Beyond(stored.Position))
        {
            VerifyRow(row.Row, stored, snapshots);
            _rowsInTailOnly++;
        }
    }

    private void VerifyRow(StoredRow row, StoredLog stored, List<SnapshotFooter> snapshots)
    {
        if (row.Position != _position + 1) Find(SqliteSchema.FileName, _position + 1, $"rows are missing up to {row.Position - 1}");
        (RowHash previous, _position, _hash) = (_hash, row.Position, row.Hash);
        if (RowHash.OfRow(previous, stored.Log, row.Term, row.Position, row.Payload) != row.Hash)
            Find(SqliteSchema.FileName, row.Position, "the row does not have its hash");
        else if (!LogRow.TryParse(row, _names, out LogRow? parsed, out string finding)) Find(SqliteSchema.FileName, row.Position, finding);
        else Take(parsed);
        if (row.Term < _lastTerm || row.Term > stored.Term) Find(SqliteSchema.FileName, row.Position, $"the row is of term {row.Term} after {_lastTerm}, the store at {stored.Term}");
        _lastTerm = row.Term;
        if (_head is { } head && head.Position == row.Position && head.Hash != row.Hash) Find(SqliteSchema.FileName, row.Position, "the row has another hash than the head tells");
        foreach (SnapshotFooter snapshot in snapshots.Where(snapshot => snapshot.Position == row.Position && snapshot.Hash != row.Hash))
            Find($"{SnapshotStore.FolderName}/{SnapshotFormat.NameOf(snapshot.Position)}", row.Position, "the row has another hash than the snapshot tells");
    }

    private void Take(LogRow row)
    {
        _rows++;
        _records += row.Records.Count;
        if (_streams.Recover(row) is { } finding) Find(SqliteSchema.FileName, row.Position, finding);
        if (onRecord is null) return;
        foreach (JournalRecord record in row.Records) onRecord(record);
    }

    private List<(string Name, SnapshotFile File, StreamTable Streams)> OpenSnapshots()
    {
        var snapshots = new List<(string, SnapshotFile, StreamTable)>();
        foreach (string path in SnapshotStore.FilesOf(directory))
        {
            string name = $"{SnapshotStore.FolderName}/{Path.GetFileName(path)}";
            var streams = new StreamTable();
            try
            {
                SnapshotFile file = SnapshotFile.Open(path, _names, streams);
                snapshots.Add((name, file, streams));
                if (Path.GetFileName(path) != SnapshotFormat.NameOf(file.Footer.Position)) Find(name, file.Footer.Position, "the file is not named by its position", tolerable: true);
            }
            catch (SnapshotDamagedException e)
            {
                Find(name, null, e.Finding, tolerable: true);
            }
        }
        return snapshots;
    }

    private void VerifySnapshot(string name, SnapshotFile file, StreamTable streams)
    {
        long position = file.Footer.Position;
        foreach (SnapshotEntry entry in file.Entries.Values)
        {
            try
            {
                file.Read(entry.Stream);
            }
            catch (SnapshotDamagedException e)
            {
                Find(name, position, e.Finding, tolerable: true);
            }
            if (_streams.Find(entry.Stream) is not { } stream || !SameIndex(stream, streams.Find(entry.Stream)!, position))
                Find(name, position, $"the index of stream {entry.Stream} is not that of the rows");
        }
        long expected = _streams.All.LongCount(stream => stream.Index.VersionAt(position) > 0);
        if (expected != file.Entries.Count) Find(name, position, $"it holds {file.Entries.Count} streams, the rows {expected}");
    }

    private static bool SameIndex(JournalStream found, JournalStream told, long position)
        => found.Index.Forward(1).TakeWhile(entry => entry.Position <= position).SequenceEqual(told.Index.Forward(1));

    private void Find(string file, long? position, string what, bool tolerable = false)
    {
        if (_findings.Count < MaxFindings) _findings.Add(new VerifyFinding(file, position, what, tolerable));
    }
}
