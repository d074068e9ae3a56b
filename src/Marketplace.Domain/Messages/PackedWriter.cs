using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Marketplace.Domain.Messages;

/// <summary>
/// Packs many things of one kind into few bytes: numbers are varints of seven bits a byte, least significant first; signed ones zig-zag, so that small differences either
/// way are short. Whoever packs writes differences to the thing before. The bytes are in the journal for ever.
/// </summary>
/// <param name="capacity">Bytes to begin with; grows as needed.</param>
internal ref struct PackedWriter(int capacity)
{
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(capacity);
    private int _length;

    /// <summary>A number of no sign.</summary>
    public void Number(ulong value)
    {
        EnsureRoom(10);
        var bytes = _bytes;
        var at = _length;
        while (value >= 0x80)
        {
            bytes[at++] = (byte)((value & 0x7F) | 0x80);
            value >>= 7;
        }

        bytes[at++] = (byte)value;
        _length = at;
    }

    /// <summary>A number of either sign.</summary>
    public void Signed(long value) => Number(unchecked((ulong)((value << 1) ^ (value >> 63))));

    /// <summary>A number that is as good as random: eight bytes.</summary>
    public void Fixed(ulong value)
    {
        EnsureRoom(8);
        BinaryPrimitives.WriteUInt64LittleEndian(_bytes.AsSpan(_length), value);
        _length += 8;
    }

    /// <summary>One byte.</summary>
    public void Byte(byte value)
    {
        EnsureRoom(1);
        _bytes[_length++] = value;
    }

    /// <summary>Bytes, their length before them.</summary>
    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        Number((ulong)bytes.Length);
        EnsureRoom(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }

    /// <summary>A text, its length in UTF-8 before it.</summary>
    public void Text(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        Number((ulong)length);
        EnsureRoom(length);
        _length += Encoding.UTF8.GetBytes(text, _bytes.AsSpan(_length));
    }

    /// <summary>An id, as what differs from the id before: how many characters they share at the beginning, above two flags of the caller, and the rest.</summary>
    public void Id(string id, string before, int flags)
    {
        var shared = id.AsSpan().CommonPrefixLength(before);
        Number(((ulong)shared << 2) | (uint)flags);
        Number((ulong)(id.Length - shared));
        EnsureRoom(id.Length - shared);
        _length += Encoding.ASCII.GetBytes(id.AsSpan(shared), _bytes.AsSpan(_length));
    }

    /// <summary>What was written so far; good until more is.</summary>
    public readonly ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    /// <summary>What was written; the writer is not used after it.</summary>
    public byte[] Finish()
    {
        var finished = Written.ToArray();
        Dispose();
        return finished;
    }

    /// <summary>Gives the bytes back; the writer is not used after it.</summary>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }

    private void EnsureRoom(int more)
    {
        if (_bytes.Length - _length < more)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_bytes.Length * 2, _length + more));
            _bytes.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }
    }
}
