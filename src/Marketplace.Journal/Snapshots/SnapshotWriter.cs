using System.Buffers;
using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Marketplace.Journal;

/// <summary>Writes one snapshot file under a temporary name; it counts only when it is whole, synced and renamed.</summary>
internal sealed class SnapshotWriter : IDisposable
{
    private const int BufferBytes = 256 * 1024;

    private readonly string _path;
    private readonly SafeFileHandle _file;
    private readonly byte[] _buffer = new byte[BufferBytes];
    private readonly ArrayBufferWriter<byte> _directory = new();
    private int _buffered;
    private long _written;
    private long _streams;

    public SnapshotWriter(string path)
    {
        _path = path;
        File.Delete(path);
        _file = NativeFile.Open(path, create: true);
        Span<byte> magic = stackalloc byte[SnapshotFormat.MagicBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(magic, SnapshotFormat.Magic);
        Write(magic);
    }

    /// <summary>Adds a stream with its state and its index up to the snapshot's position.</summary>
    public void Add(JournalStream stream, StreamSnapshot snapshot, long position)
    {
        Span<byte> sum = stackalloc byte[Checksum.Size];
        Checksum.Write(snapshot.State.Span, sum);
        new SnapshotEntry(snapshot.Stream, snapshot.Version, snapshot.WakeAtMicros ?? JournalStream.NoWake, _written, snapshot.State.Length,
            BinaryPrimitives.ReadUInt128LittleEndian(sum)).Write(_directory, stream, position);
        Write(snapshot.State.Span);
        _streams++;
    }

    /// <summary>Writes directory and footer and makes the file durable under its temporary name.</summary>
    public void Finish(long log, long position, RowHash hash)
    {
        long directoryAt = _written;
        Span<byte> frame = stackalloc byte[sizeof(int)];
        Span<byte> sum = stackalloc byte[Checksum.Size];
        for (ReadOnlyMemory<byte> rest = _directory.WrittenMemory; !rest.IsEmpty;)
        {
            ReadOnlyMemory<byte> block = rest[..Math.Min(SnapshotFormat.BlockBytes, rest.Length)];
            BinaryPrimitives.WriteInt32LittleEndian(frame, block.Length);
            Checksum.Write(block.Span, sum);
            Write(frame);
            Write(block.Span);
            Write(sum);
            rest = rest[block.Length..];
        }
        Span<byte> footer = stackalloc byte[SnapshotFooter.Bytes];
        new SnapshotFooter(log, position, hash, directoryAt, _written - directoryAt, _streams).Write(footer);
        Write(footer);
        Flush();
        NativeFile.SyncAll(_file, _path);
    }

    public void Dispose() => _file.Dispose();

    private void Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > BufferBytes - _buffered) Flush();
        if (bytes.Length > BufferBytes) NativeFile.WriteAt(_file, _path, bytes, _written);
        else
        {
            bytes.CopyTo(_buffer.AsSpan(_buffered));
            _buffered += bytes.Length;
        }
        _written += bytes.Length;
    }

    private void Flush()
    {
        NativeFile.WriteAt(_file, _path, _buffer.AsSpan(0, _buffered), _written - _buffered);
        _buffered = 0;
    }
}
