using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace Marketplace.Domain.Messages;

/// <summary>Reads what a <see cref="StateWriter"/> wrote. Snapshots are checksummed before they come here, so a wrong form is a bug and throws.</summary>
/// <param name="input">The state's bytes.</param>
/// <param name="serializer">Reads messages and whole entities.</param>
public sealed class StateReader(ReadOnlyMemory<byte> input, Serializer serializer)
{
    private int _at;

    /// <summary>Whether all was read.</summary>
    public bool AtEnd => _at == input.Length;

    /// <summary>A signed integer.</summary>
    public long Long()
    {
        var zigzag = Varint();
        return unchecked((long)(zigzag >> 1) ^ -(long)(zigzag & 1));
    }

    /// <summary>A collection's count.</summary>
    public int Count() => (int)Varint();

    /// <summary>A truth value.</summary>
    public bool Bool() => Long() != 0;

    /// <summary>A point of time.</summary>
    public Timestamp Time() => new(Long());

    /// <summary>A balance of 128 bits.</summary>
    public Int128 Wide() => BinaryPrimitives.ReadInt128LittleEndian(Take(16).Span);

    /// <summary>A number that is as likely large as small.</summary>
    public ulong Fixed() => BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)).Span);

    /// <summary>A text.</summary>
    public string Text() => Encoding.UTF8.GetString(Take(Count()).Span);

    /// <summary>A message or entity.</summary>
    public T Whole<T>()
        where T : class => serializer.Deserialize<T>(Take(Count()))!;

    private ReadOnlyMemory<byte> Take(int length)
    {
        var taken = input.Slice(_at, length);
        _at += length;
        return taken;
    }

    // A starting process reads all its states by this before anything of it has run often enough to be optimized in the usual way.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private ulong Varint()
    {
        var rest = input.Span[_at..];
        ulong value = rest[0];
        var length = 1;
        if (value >= 0x80)
        {
            value &= 0x7F;
            for (var shift = 7; ; shift += 7)
            {
                var next = rest[length++];
                value |= (ulong)(next & 0x7F) << shift;
                if (next < 0x80)
                {
                    break;
                }
            }
        }

        _at += length;
        return value;
    }
}
