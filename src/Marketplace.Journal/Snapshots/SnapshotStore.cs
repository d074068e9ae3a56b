namespace Marketplace.Journal;

/// <summary>
/// The snapshots of a log, in a folder of their own: each holds every stream's state, and the index, as of one durable position. Two are kept.
/// A damaged one is passed over for the one before, or for the whole log, and told in <see cref="Warnings"/>. Any thread may use it.
/// </summary>
public sealed class SnapshotStore : IDisposable
{
    internal const string FolderName = "snapshots";

    private const int Kept = 2;
    private const int MaxWarnings = 100;

    private readonly string _folder;
    private readonly IJournalStore _store;
    private readonly StreamNames _names;
    private readonly Lock _gate = new();
    private readonly Lock _writing = new();
    private readonly List<SnapshotFile> _files = [];
    private readonly List<string> _warnings = [];
    private Log? _log;
    private StreamTable? _streams;

    private SnapshotStore(string directory, IJournalStore store, StreamNames names) => (_folder, _store, _names) = (Path.Combine(directory, FolderName), store, names);

    /// <summary>The position of the newest snapshot; 0 when there is none.</summary>
    public long Position
    {
        get
        {
            lock (_gate) return _files.Count == 0 ? 0 : _files[0].Footer.Position;
        }
    }

    /// <summary>Bytes of all states in the newest snapshot; 0 when there is none.</summary>
    public long StateBytes
    {
        get
        {
            lock (_gate) return _files.Count == 0 ? 0 : _files[0].Footer.DirectoryAt - SnapshotFormat.MagicBytes;
        }
    }

    /// <summary>What was found damaged and passed over, at most 100 lines.</summary>
    public IReadOnlyList<string> Warnings
    {
        get
        {
            lock (_gate) return [.. _warnings];
        }
    }

    /// <summary>The states of the newest snapshot, from which a new one may be folded; none when there is no snapshot.</summary>
    /// <exception cref="JournalCorruptException">A state in it is damaged: fold from the whole log instead.</exception>
    public IEnumerable<StreamSnapshot> ReadNewest()
    {
        SnapshotFile newest;
        lock (_gate)
        {
            if (_files.Count == 0) yield break;
            newest = _files[0];
        }
        foreach (string stream in newest.Entries.Keys) yield return ReadOrThrow(newest, stream);
    }

    /// <summary>
    /// Writes a snapshot as of a durable position. When this returns it is durable; the oldest beyond two is removed. Slow: never called on a grain's turn.
    /// </summary>
    /// <param name="position">Durable, and later than that of the newest snapshot.</param>
    /// <param name="states">Every stream that has a record up to the position, each once, with its version, wake time and state as of the position.</param>
    public void Write(long position, IEnumerable<StreamSnapshot> states)
    {
        Log log = _log ?? throw new InvalidOperationException("The log is not open.");
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position, log.DurablePosition);
        lock (_writing)
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(position, Position);
            if (!Directory.Exists(_folder))
            {
                Directory.CreateDirectory(_folder);
                NativeFile.SyncDirectory(Path.GetDirectoryName(_folder)!);
            }
            RowHash hash = _store.ReadHash(log.Number, position) ?? throw new JournalCorruptException($"log {log.Number} position {position}", "the row is missing");
            string path = Path.Combine(_folder, SnapshotFormat.NameOf(position)), temporary = path + SnapshotFormat.TemporaryExtension;
            WriteFile(temporary, log.Number, position, hash, states);
            File.Move(temporary, path, overwrite: true);
            NativeFile.SyncDirectory(_folder);
            Adopt(SnapshotFile.Open(path, _names, new StreamTable()));
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (SnapshotFile file in _files) file.Dispose();
            _files.Clear();
        }
    }

    /// <summary>Opens what is there and fills the table from the newest whole snapshot. Changes nothing.</summary>
    internal static SnapshotStore Open(string directory, StoredLog stored, IJournalStore store, StreamNames names, out StreamTable streams)
    {
        var snapshots = new SnapshotStore(directory, store, names);
        streams = new StreamTable();
        foreach (string path in FilesOf(directory).Take(MaxWarnings))
        {
            var table = new StreamTable();
            try
            {
                SnapshotFile file = SnapshotFile.Open(path, names, table);
                snapshots._files.Add(file);
                snapshots.CheckAgainst(stored, file);
                if (snapshots._files.Count == 1) streams = table;
                if (snapshots._files.Count == Kept) break;
            }
            catch (SnapshotDamagedException e)
            {
                snapshots._warnings.Add(e.Message);
            }
            catch (JournalException)
            {
                snapshots.Dispose();
                throw;
            }
        }
        return snapshots;
    }

    /// <summary>The snapshot files of a directory, newest first.</summary>
    internal static IEnumerable<string> FilesOf(string directory)
    {
        string folder = Path.Combine(directory, FolderName);
        return Directory.Exists(folder) ? Directory.GetFiles(folder, "*" + SnapshotFormat.Extension).OrderDescending(StringComparer.Ordinal) : [];
    }

    internal void Attach(Log log, StreamTable streams) => (_log, _streams) = (log, streams);

    /// <summary>The newest undamaged state of a stream that is no later than a version.</summary>
    internal StreamSnapshot? Find(string stream, long atMostVersion)
    {
        lock (_gate)
        {
            foreach (SnapshotFile file in _files)
            {
                if (!file.Entries.TryGetValue(stream, out SnapshotEntry entry) || entry.Version > atMostVersion) continue;
                try
                {
                    return file.Read(stream);
                }
                catch (SnapshotDamagedException e)
                {
                    Warn(e.Message);
                }
            }
        }
        return null;
    }

    private StreamSnapshot ReadOrThrow(SnapshotFile file, string stream)
    {
        try
        {
            return file.Read(stream);
        }
        catch (SnapshotDamagedException e)
        {
            lock (_gate) Warn(e.Message);
            throw new JournalCorruptException($"{FolderName}/{Path.GetFileName(file.Path)}", e.Finding, e);
        }
    }

    private void Warn(string warning)
    {
        if (_warnings.Count < MaxWarnings && !_warnings.Contains(warning)) _warnings.Add(warning);
    }

    private void WriteFile(string temporary, long log, long position, RowHash hash, IEnumerable<StreamSnapshot> states)
    {
        bool whole = false;
        try
        {
            using var writer = new SnapshotWriter(temporary);
            WriteStates(writer, position, states);
            writer.Finish(log, position, hash);
            whole = true;
        }
        finally
        {
            if (!whole) File.Delete(temporary);
        }
    }

    private void WriteStates(SnapshotWriter writer, long position, IEnumerable<StreamSnapshot> states)
    {
        Dictionary<string, JournalStream> expected = _streams!.All.Where(stream => stream.Index.VersionAt(position) > 0).ToDictionary(stream => stream.Name, StringComparer.Ordinal);
        foreach (StreamSnapshot state in states)
        {
            if (!expected.Remove(state.Stream, out JournalStream? stream)) throw new ArgumentException($"Stream {state.Stream} has no record up to {position} or is given twice.", nameof(states));
            long version = stream.Index.VersionAt(position);
            if (state.Version != version) throw new ArgumentException($"Stream {state.Stream} is at version {version} at {position}, not {state.Version}.", nameof(states));
            if (state.Wake.IsUnchanged) throw new ArgumentException($"Nothing is said of when stream {state.Stream} is to be woken.", nameof(states));
            if (stream.WakeAsOf(position) is { } known && known != state.Wake) throw new ArgumentException($"Stream {state.Stream} is to be woken {known}, not {state.Wake}.", nameof(states));
            writer.Add(stream, state, position);
        }
        if (expected.Count > 0) throw new ArgumentException($"{expected.Count} streams are missing, among them {expected.Keys.First()}.", nameof(states));
    }

    private void Adopt(SnapshotFile file)
    {
        lock (_gate)
        {
            _files.Insert(0, file);
            foreach (SnapshotFile old in _files.Skip(Kept)) old.Dispose();
            if (_files.Count > Kept) _files.RemoveRange(Kept, _files.Count - Kept);
            HashSet<string> kept = [.. _files.Select(kept => kept.Path)];
            foreach (string path in Directory.GetFiles(_folder).Where(path => !kept.Contains(path))) File.Delete(path);
        }
    }

    private void CheckAgainst(StoredLog stored, SnapshotFile file)
    {
        (long position, string name) = (file.Footer.Position, $"{FolderName}/{Path.GetFileName(file.Path)}");
        if (file.Footer.Log != stored.Log || position > stored.Position) throw new JournalCorruptException(name, $"it stands for position {position}, the store ends at {stored.Position}");
        if (_store.ReadHash(stored.Log, position) != file.Footer.Hash) throw new JournalCorruptException(name, $"the row at position {position} has another hash");
    }
}
