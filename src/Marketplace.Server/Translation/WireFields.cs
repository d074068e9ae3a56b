using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Marketplace.Server.Translation;

/// <summary>
/// The fields of a message, read from its bytes one after the other. It knows what clients of this contract send; of all else it says that it is odd, and the generated
/// messages are to read it instead: what is read then is not to be used.
/// </summary>
/// <param name="message">The message's bytes.</param>
internal ref struct WireFields(ReadOnlySpan<byte> message)
{
    private const int VarintBytes = 10;
    private const int WireTypeBits = 3;

    private ReadOnlySpan<byte> _rest = message;
    private WireFormat.WireType _type;

    /// <summary>Whether something was met that is left to the generated messages.</summary>
    public bool IsOdd { get; private set; }

    /// <summary>The number of the next field; 0 where there is none, or none can be read.</summary>
    public int Next()
    {
        if (_rest.IsEmpty)
        {
            return 0;
        }

        var tag = Varint();
        if (tag is < 1 << WireTypeBits or > uint.MaxValue)
        {
            Odd();
            return 0;
        }

        _type = WireFormat.GetTagWireType((uint)tag);
        return (int)(tag >> WireTypeBits);
    }

    /// <summary>The field as a number.</summary>
    public long Number()
    {
        if (_type == WireFormat.WireType.Varint)
        {
            return Varint();
        }

        Odd();
        return 0;
    }

    /// <summary>The field as bytes.</summary>
    public ReadOnlySpan<byte> Bytes()
    {
        var length = _type == WireFormat.WireType.LengthDelimited ? Varint() : -1;
        if (length < 0 || length > _rest.Length)
        {
            Odd();
            return default;
        }

        var bytes = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return bytes;
    }

    /// <summary>The field as a text in ASCII: no other is an id.</summary>
    public string Text() => Encoding.ASCII.GetString(AsciiBytes());

    /// <summary>The bytes of a field that is a text in ASCII.</summary>
    public ReadOnlySpan<byte> AsciiBytes()
    {
        var bytes = Bytes();
        if (Ascii.IsValid(bytes))
        {
            return bytes;
        }

        Odd();
        return default;
    }

    /// <summary>The field as a time, as <see cref="Wire.ToMicrosOrInvalid(Timestamp?)"/> reads it.</summary>
    /// <param name="before">The same field as read before; 0 where it comes for the first time: a second would be merged into the first.</param>
    public long Micros(long before)
    {
        var time = new WireFields(Bytes());
        long seconds = 0;
        var nanos = 0;
        while (time.Next() is var field and not 0)
        {
            switch (field)
            {
                case Timestamp.SecondsFieldNumber:
                    seconds = time.Number();
                    break;
                case Timestamp.NanosFieldNumber:
                    nanos = unchecked((int)time.Number());
                    break;
                default:
                    time.Odd();
                    break;
            }
        }

        if (time.IsOdd || before != 0)
        {
            Odd();
        }

        return Wire.ToMicrosOrInvalid(seconds, nanos);
    }

    /// <summary>Passes over the field.</summary>
    public void Skip()
    {
        if (_type == WireFormat.WireType.Varint)
        {
            Varint();
        }
        else
        {
            Bytes();
        }
    }

    /// <summary>Leaves the message to the generated ones; nothing more is read.</summary>
    public void Odd()
    {
        IsOdd = true;
        _rest = default;
    }

    private long Varint()
    {
        var most = Math.Min(_rest.Length, VarintBytes);
        ulong value = 0;
        for (var at = 0; at < most; at++)
        {
            var next = _rest[at];
            value |= (ulong)(next & 0x7F) << (7 * at);
            if (next < 0x80)
            {
                _rest = _rest[(at + 1)..];
                return unchecked((long)value);
            }
        }

        Odd();
        return 0;
    }
}
