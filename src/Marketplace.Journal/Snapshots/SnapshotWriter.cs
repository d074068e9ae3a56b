using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Marketplace.Journal;

/// <summary>Writes one snapshot file under a temporary name; it counts only when it is whole, synced and renamed.</summary>
internal sealed class SnapshotWriter : IDisposable
{
    private const int BufferBytes = 256 * 1024;

    private readonly string _path;
    private readonly SafeFileHandle _file;
    private readonly ArrayBufferWriter<byte> _directory = new();
    private readonly IncrementalHash _stateHash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private byte[] _buffer = new byte[BufferBytes];
    private int _buffered;
    private int _hashed;
    private bool _inState;
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
        long at = _written;
        (_inState, _hashed) = (true, _buffered);
        if (snapshot.WriteState is { } write) write(new Pieces(this));
        else Write(snapshot.State.Span);
        HashState();
        _inState = false;
        if (_written - at > Array.MaxLength) throw new IOException($"{_path}: the state of {snapshot.Stream} has {_written - at} bytes, which nobody could read");
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        _stateHash.GetHashAndReset(hash);
        new SnapshotEntry(snapshot.Stream, snapshot.Version, snapshot.Wake, at, (int)(_written - at),
            BinaryPrimitives.ReadUInt128LittleEndian(hash[..Checksum.Size])).Write(_directory, stream, position);
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

    public void Dispose()
    {
        _stateHash.Dispose();
        _file.Dispose();
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _buffer.Length - _buffered) Flush();
        if (bytes.Length > _buffer.Length)
        {
            if (_inState) _stateHash.AppendData(bytes);
            NativeFile.WriteAt(_file, _path, bytes, _written);
        }
        else
        {
            bytes.CopyTo(_buffer.AsSpan(_buffered));
            _buffered += bytes.Length;
        }
        _written += bytes.Length;
    }

    /// <summary>What of the state is in the buffer and not in its sum yet: not piece by piece, because most are a few bytes.</summary>
    private void HashState()
    {
        _stateHash.AppendData(_buffer.AsSpan(_hashed, _buffered - _hashed));
        _hashed = _buffered;
    }

    private void Flush()
    {
        if (_inState) HashState();
        NativeFile.WriteAt(_file, _path, _buffer.AsSpan(0, _buffered), _written - _buffered);
        _buffered = _hashed = 0;
    }

    /// <summary>The buffer, for a state that is written into it piece by piece.</summary>
    private sealed class Pieces(SnapshotWriter writer) : IBufferWriter<byte>
    {
        public void Advance(int count)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(count);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(count, writer._buffer.Length - writer._buffered);
            writer._buffered += count;
            writer._written += count;
        }

        public Memory<byte> GetMemory(int sizeHint = 0)
        {
            Room(sizeHint);
            return writer._buffer.AsMemory(writer._buffered);
        }

        public Span<byte> GetSpan(int sizeHint = 0)
        {
            Room(sizeHint);
            return writer._buffer.AsSpan(writer._buffered);
        }

        private void Room(int wanted)
        {
            if (writer._buffer.Length - writer._buffered >= Math.Max(1, wanted)) return;
            writer.Flush();
            if (wanted > writer._buffer.Length) writer._buffer = new byte[wanted];
        }
    }
}
