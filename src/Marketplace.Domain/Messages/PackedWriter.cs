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

    /// <summary>An id, as what differs from the id before: how many characters they share at the beginning, above two flags of the caller, and the rest.</summary>
    public void Id(string id, string before, int flags)
    {
        var shared = id.AsSpan().CommonPrefixLength(before);
        Number(((ulong)shared << 2) | (uint)flags);
        Number((ulong)(id.Length - shared));
        EnsureRoom(id.Length - shared);
        _length += Encoding.ASCII.GetBytes(id.AsSpan(shared), _bytes.AsSpan(_length));
    }

    /// <summary>What was written; the writer is not used after it.</summary>
    public byte[] Finish()
    {
        var finished = _bytes.AsSpan(0, _length).ToArray();
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        return finished;
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

/// <summary>Reads what a <see cref="PackedWriter"/> wrote. The journal is checksummed, so a wrong form is a bug and throws.</summary>
internal ref struct PackedReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;

    /// <summary>Whether all was read.</summary>
    public readonly bool AtEnd => _at == _bytes.Length;

    /// <summary>A number of no sign.</summary>
    public ulong Number()
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = _bytes[_at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }

    /// <summary>A number of either sign.</summary>
    public long Signed()
    {
        var zigzag = Number();
        return unchecked((long)(zigzag >> 1) ^ -(long)(zigzag & 1));
    }

    /// <summary>Eight bytes.</summary>
    public ulong Fixed()
    {
        var value = BinaryPrimitives.ReadUInt64LittleEndian(_bytes[_at..]);
        _at += 8;
        return value;
    }

    /// <summary>An id, given the id before; and the caller's flags.</summary>
    public string Id(string before, out int flags)
    {
        var head = Number();
        flags = (int)(head & 3);
        var shared = (int)(head >> 2);
        var length = (int)Number();
        var id = string.Concat(before.AsSpan(0, shared), Encoding.ASCII.GetString(_bytes.Slice(_at, length)));
        _at += length;
        return id;
    }
}
