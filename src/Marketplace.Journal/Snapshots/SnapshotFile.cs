using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Marketplace.Journal;

/// <summary>A snapshot file opened for reading: its directory has been checked, a state is read and checked when it is asked for. Any thread may use it.</summary>
internal sealed class SnapshotFile : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly Dictionary<string, SnapshotEntry> _entries;

    private SnapshotFile(string path, SafeFileHandle file, SnapshotFooter footer, Dictionary<string, SnapshotEntry> entries)
    {
        (Path, _file, Footer, _entries) = (path, file, footer, entries);
    }

    public string Path { get; }

    public SnapshotFooter Footer { get; }

    public IReadOnlyDictionary<string, SnapshotEntry> Entries => _entries;

    /// <summary>Opens a file and fills a fresh table with its streams. Throws <see cref="SnapshotDamagedException"/> when any part needed for that is damaged.</summary>
    public static SnapshotFile Open(string path, StreamNames names, StreamTable streams)
    {
        SafeFileHandle file = File.OpenHandle(path);
        try
        {
            SnapshotFooter footer = ReadFooter(path, file);
            byte[] directory = ReadDirectory(path, file, footer);
            var entries = new Dictionary<string, SnapshotEntry>(StringComparer.Ordinal);
            long stateAt = SnapshotFormat.MagicBytes;
            for (int at = 0; at < directory.Length;)
            {
                if (!SnapshotEntry.TryRead(directory, ref at, names, streams, out SnapshotEntry entry) || entry.StateAt != stateAt)
                    throw new SnapshotDamagedException(path, "an entry of the directory is damaged");
                stateAt += entry.StateBytes;
                entries.Add(entry.Stream, entry);
            }
            if (entries.Count != footer.Streams || stateAt != footer.DirectoryAt) throw new SnapshotDamagedException(path, "the directory is incomplete");
            return new SnapshotFile(path, file, footer, entries);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads the state of a stream that the directory names.</summary>
    public StreamSnapshot Read(string stream)
    {
        SnapshotEntry entry = _entries[stream];
        byte[] state = new byte[entry.StateBytes];
        Fill(Path, _file, state, entry.StateAt);
        Span<byte> sum = stackalloc byte[Checksum.Size];
        Checksum.Write(state, sum);
        if (BinaryPrimitives.ReadUInt128LittleEndian(sum) != entry.StateSum) throw new SnapshotDamagedException(Path, $"the state of stream {stream} is damaged");
        return new StreamSnapshot(stream, entry.Version, entry.Wake, state);
    }

    public void Dispose() => _file.Dispose();

    private static SnapshotFooter ReadFooter(string path, SafeFileHandle file)
    {
        long length = RandomAccess.GetLength(file);
        if (length < SnapshotFormat.MagicBytes + SnapshotFooter.Bytes) throw new SnapshotDamagedException(path, "the file is cut");
        Span<byte> magic = stackalloc byte[SnapshotFormat.MagicBytes];
        Fill(path, file, magic, 0);
        if (BinaryPrimitives.ReadUInt64LittleEndian(magic) != SnapshotFormat.Magic) throw new SnapshotDamagedException(path, "the file does not begin as a snapshot");
        Span<byte> bytes = stackalloc byte[SnapshotFooter.Bytes];
        Fill(path, file, bytes, length - SnapshotFooter.Bytes);
        SnapshotFooter footer = SnapshotFooter.Read(bytes) ?? throw new SnapshotDamagedException(path, "the footer is damaged or cut");
        if (footer.DirectoryAt + footer.DirectoryBytes != length - SnapshotFooter.Bytes) throw new SnapshotDamagedException(path, "the file has another length than its footer says");
        return footer;
    }

    private static byte[] ReadDirectory(string path, SafeFileHandle file, SnapshotFooter footer)
    {
        byte[] framed = new byte[footer.DirectoryBytes];
        Fill(path, file, framed, footer.DirectoryAt);
        var directory = new MemoryStream(framed.Length);
        for (int at = 0; at < framed.Length;)
        {
            int length = framed.Length - at < SnapshotFormat.BlockOverhead ? -1 : BinaryPrimitives.ReadInt32LittleEndian(framed.AsSpan(at));
            if (length is < 0 or > SnapshotFormat.BlockBytes || length > framed.Length - at - SnapshotFormat.BlockOverhead)
                throw new SnapshotDamagedException(path, "a block of the directory is damaged");
            ReadOnlySpan<byte> block = framed.AsSpan(at + sizeof(int), length);
            at += sizeof(int) + length;
            if (!Checksum.Matches(block, framed.AsSpan(at, Checksum.Size))) throw new SnapshotDamagedException(path, "a block of the directory is damaged");
            at += Checksum.Size;
            directory.Write(block);
        }
        return directory.ToArray();
    }

    private static void Fill(string path, SafeFileHandle file, Span<byte> target, long at)
    {
        while (!target.IsEmpty)
        {
            int read = RandomAccess.Read(file, target, at);
            if (read == 0) throw new SnapshotDamagedException(path, "the file is cut");
            target = target[read..];
            at += read;
        }
    }
}

/// <summary>A snapshot that cannot be used. It is only a short cut: an older one, or the whole log, says the same.</summary>
internal sealed class SnapshotDamagedException(string path, string finding) : Exception($"snapshots/{System.IO.Path.GetFileName(path)}: {finding}")
{
    public string Finding { get; } = finding;
}
