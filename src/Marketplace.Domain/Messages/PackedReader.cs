using System.Buffers.Binary;

namespace Marketplace.Domain.Messages;

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
        ulong value = _bytes[_at++];
        if (value < 0x80)
        {
            return value;
        }

        value &= 0x7F;
        for (var shift = 7; ; shift += 7)
        {
            Check.That(shift < 64);
            var next = _bytes[_at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }

    /// <summary>How many things follow: each takes at least one byte, so there are never more than bytes left.</summary>
    public int Count()
    {
        var count = Number();
        Check.That(count <= (ulong)(_bytes.Length - _at));
        return (int)count;
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

    /// <summary>One byte.</summary>
    public byte Byte() => _bytes[_at++];

    /// <summary>Bytes with their length before them.</summary>
    public ReadOnlySpan<byte> Bytes()
    {
        var length = Count();
        var bytes = _bytes.Slice(_at, length);
        _at += length;
        return bytes;
    }
}
