using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Marketplace.Domain.Messages;

/// <summary>
/// Writes a machine's state in its one canonical form: the same state gives the same bytes, whichever way it came about, so a hash of the bytes is the state hash
/// and the bytes are the snapshot. Integers are zig-zag varints, texts are UTF-8 with their length before them, collections are written in a stated order.
/// </summary>
/// <param name="output">Where to.</param>
/// <param name="serializer">Writes messages and whole entities: Orleans' serializer, the same as for the journal.</param>
public sealed class StateWriter(IBufferWriter<byte> output, Serializer serializer)
{
    private const int MostBytes = 10;

    private readonly ArrayBufferWriter<byte> _message = new();

    /// <summary>A signed integer.</summary>
    public void Long(long value) => Varint(ZigZag(value));

    /// <summary>A collection's count, 0 or more.</summary>
    public void Count(int count) => Varint((ulong)count);

    /// <summary>A truth value.</summary>
    public void Bool(bool value) => Long(value ? 1 : 0);

    /// <summary>A point of time.</summary>
    public void Time(Timestamp time) => Long(time.Micros);

    /// <summary>A balance of 128 bits.</summary>
    public void Wide(Int128 value)
    {
        BinaryPrimitives.WriteInt128LittleEndian(output.GetSpan(16), value);
        output.Advance(16);
    }

    /// <summary>A number that is as likely large as small.</summary>
    public void Fixed(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(output.GetSpan(sizeof(ulong)), value);
        output.Advance(sizeof(ulong));
    }

    /// <summary>Signed integers one after the other.</summary>
    public void Longs(ReadOnlySpan<long> values)
    {
        var span = output.GetSpan(values.Length * MostBytes);
        var length = 0;
        foreach (var value in values)
        {
            length += Put(span[length..], ZigZag(value));
        }

        output.Advance(length);
    }

    /// <summary>A text, not null.</summary>
    public void Text(string text)
    {
        var bytes = Encoding.UTF8.GetByteCount(text);
        Count(bytes);
        Encoding.UTF8.GetBytes(text, output.GetSpan(bytes));
        output.Advance(bytes);
    }

    /// <summary>
    /// A message of an outbox, or an entity that events carry whole: in its journal form. That form tells a text used twice from two equal texts, so a message is made
    /// of one event's texts, and never holds one text as two things.
    /// </summary>
    public void Whole<T>(T value)
    {
        _message.ResetWrittenCount();
        serializer.Serialize(value, _message);
        Count(_message.WrittenCount);
        output.Write(_message.WrittenSpan);
    }

    private void Varint(ulong value) => output.Advance(Put(output.GetSpan(MostBytes), value));

    private static ulong ZigZag(long value) => unchecked((ulong)((value << 1) ^ (value >> 63)));

    private static int Put(Span<byte> span, ulong value)
    {
        var length = 0;
        while (value >= 0x80)
        {
            span[length++] = (byte)((value & 0x7F) | 0x80);
            value >>= 7;
        }

        span[length++] = (byte)value;
        return length;
    }
}
