using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Marketplace.Journal;

/// <summary>
/// The newest rows in a file of their own beside the store: each is written through with one sync, and durable by that, while the store is synced once for many of them
/// (docs/decisions/0048-the-tail.md). A row begins at a page, behind the row before it; when one does not fit any more the tail begins anew at the front, and what stands behind
/// the newest row is of an earlier round. Written by one thread at a time.
/// </summary>
internal sealed class TailFile : IDisposable
{
    public const string FileName = "tail";

    // A row a page: tearing one cannot touch the row before.
    private const int PageBytes = 4096;

    // Magic, log, term, position, length of the payload, the hash of the row before, that of the row, and a checksum over all of these. The payload is checked by the row's hash.
    private const int HeaderBytes = 5 * sizeof(long) + 2 * RowHash.Size + Checksum.Size;
    private const ulong Magic = 0x314C494154485747; // "GWHTAIL1"

    private readonly string _path;
    private readonly SafeFileHandle _file;
    private readonly long _bytes;
    private byte[] _pages = new byte[16 * PageBytes];
    private long _at;

    private TailFile(string path, SafeFileHandle file, long bytes) => (_path, _file, _bytes) = (path, file, bytes);

    /// <summary>Whether a directory has one.</summary>
    public static bool Exists(string directory) => File.Exists(Path.Combine(directory, FileName));

    /// <summary>What is wrong with the length of a directory's tail; null when nothing is, or when there is none. One that is not empty can be read and written all the same.</summary>
    public static (string What, bool Tolerable)? WhyNot(string directory)
        => new FileInfo(Path.Combine(directory, FileName)) is { Exists: true } file && (file.Length == 0 || file.Length % PageBytes != 0)
            ? ($"the file has {file.Length} bytes", file.Length > 0)
            : null;

    /// <summary>
    /// The rows of a directory's tail, from its front on: whole, each the next one of the row before. The first that is not ends them: it was never acknowledged, is of an earlier
    /// round, or is damaged, which headers of later rows behind it tell. Null when there is no file.
    /// </summary>
    public static Tail? Read(string directory)
    {
        if (!Exists(directory)) return null;
        ReadOnlySpan<byte> bytes = File.ReadAllBytes(Path.Combine(directory, FileName));
        var rows = new List<TailRow>();
        int at = 0;
        for (; at < bytes.Length && RowAt(bytes[at..]) is { } row && (rows.Count == 0 || row.Follows(rows[^1])); at += PagesFor(row.Row.Payload.Length)) rows.Add(row);
        long furthest = 0;
        for (; at < bytes.Length; at += PageBytes)
        {
            if (HasHeader(bytes[at..])) furthest = Math.Max(furthest, PositionIn(bytes[at..]));
        }
        return new Tail(rows, furthest);
    }

    /// <summary>Opens the tail for writing from its front on, and makes it when it is missing; it is there whole or not at all.</summary>
    public static TailFile OpenOrCreate(string directory, int bytes)
    {
        string path = Path.Combine(directory, FileName);
        if (!Exists(directory)) Create(directory, path, bytes);
        return new TailFile(path, NativeFile.Open(path, create: false), new FileInfo(path).Length / PageBytes * PageBytes);
    }

    /// <summary>Writes a row through: when this returns true it is durable. False, and nothing is written, when it does not fit behind the row before.</summary>
    public bool TryWrite(in Head row, RowHash previous, ReadOnlySpan<byte> payload)
    {
        int bytes = PagesFor(payload.Length);
        if (bytes > _bytes - _at) return false;
        if (_pages.Length < bytes) _pages = new byte[bytes];
        Span<byte> pages = _pages.AsSpan(0, bytes);
        WriteHeader(pages, row, previous, payload.Length);
        payload.CopyTo(pages[HeaderBytes..]);
        pages[(HeaderBytes + payload.Length)..].Clear();
        NativeFile.WriteAt(_file, _path, pages, _at);
        NativeFile.SyncContent(_file, _path);
        _at += bytes;
        return true;
    }

    /// <summary>The next row goes to the front: all rows written so far must be durable elsewhere.</summary>
    public void BeginAnew() => _at = 0;

    public void Dispose() => _file.Dispose();

    // Every byte is written once: a sync of a place that has been written before need not write where on the disk it is.
    private static void Create(string directory, string path, int bytes)
    {
        string fresh = path + ".new";
        using (SafeFileHandle file = NativeFile.Open(fresh, create: true))
        {
            NativeFile.WriteAt(file, fresh, new byte[bytes / PageBytes * PageBytes], 0);
            NativeFile.SyncAll(file, fresh);
        }
        File.Move(fresh, path, overwrite: false);
        NativeFile.SyncDirectory(directory);
    }

    private static int PagesFor(int payloadBytes) => (HeaderBytes + payloadBytes + PageBytes - 1) / PageBytes * PageBytes;

    private static void WriteHeader(Span<byte> to, in Head row, RowHash previous, int payloadBytes)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(to, Magic);
        BinaryPrimitives.WriteInt64LittleEndian(to[8..], row.Log);
        BinaryPrimitives.WriteInt64LittleEndian(to[16..], row.Term);
        BinaryPrimitives.WriteInt64LittleEndian(to[24..], row.Position);
        BinaryPrimitives.WriteInt64LittleEndian(to[32..], payloadBytes);
        previous.CopyTo(to[40..]);
        row.Hash.CopyTo(to[(40 + RowHash.Size)..]);
        Checksum.Write(to[..(HeaderBytes - Checksum.Size)], to[(HeaderBytes - Checksum.Size)..HeaderBytes]);
    }

    private static bool HasHeader(ReadOnlySpan<byte> bytes)
        => bytes.Length >= HeaderBytes && BinaryPrimitives.ReadUInt64LittleEndian(bytes) == Magic
            && Checksum.Matches(bytes[..(HeaderBytes - Checksum.Size)], bytes[(HeaderBytes - Checksum.Size)..HeaderBytes]);

    private static long PositionIn(ReadOnlySpan<byte> header) => BinaryPrimitives.ReadInt64LittleEndian(header[24..]);

    private static TailRow? RowAt(ReadOnlySpan<byte> bytes)
    {
        if (!HasHeader(bytes)) return null;
        long length = BinaryPrimitives.ReadInt64LittleEndian(bytes[32..]);
        if (length < 0 || length > bytes.Length - HeaderBytes) return null;
        var row = new TailRow(
            BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]),
            RowHash.FromBytes(bytes.Slice(40, RowHash.Size)),
            new StoredRow(
                PositionIn(bytes),
                BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
                RowHash.FromBytes(bytes.Slice(40 + RowHash.Size, RowHash.Size)),
                bytes.Slice(HeaderBytes, (int)length).ToArray()));
        return row.HasItsHash ? row : null;
    }
}
