using System.Numerics;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Marketplace.Server.Translation;

/// <summary>
/// Messages in bytes, written from the last byte to the first: the length before each part is known when it is its turn. Fields go in from the highest number to the
/// lowest, and those that have their default are left out, so that the bytes are those of the generated messages.
/// </summary>
/// <param name="bytes">How many there is room for at first.</param>
internal struct BackwardWriter(int bytes)
{
    private byte[] _bytes = new byte[bytes];
    private int _at = bytes;

    /// <summary>How many bytes there are.</summary>
    public readonly int Written => _bytes.Length - _at;

    /// <summary>All of them.</summary>
    public readonly Span<byte> All => _bytes.AsSpan(_at);

    /// <summary>Begins anew.</summary>
    public void Clear() => _at = _bytes.Length;

    /// <summary>The last bytes but some.</summary>
    /// <param name="from">How many bytes there were when the first of them was written.</param>
    /// <param name="length">How many of them.</param>
    public readonly Span<byte> Slice(int from, int length) => _bytes.AsSpan(_bytes.Length - from, length);

    /// <summary>Makes room for so many bytes; how many there are.</summary>
    public int Reserve(int room)
    {
        var written = Written;
        if (_at < room)
        {
            var larger = new byte[(_bytes.Length + room) * 2];
            _bytes.AsSpan(_at).CopyTo(larger.AsSpan(larger.Length - written));
            (_bytes, _at) = (larger, larger.Length - written);
        }

        return written;
    }

    /// <summary>A text; nothing where it is empty.</summary>
    public void Text(int field, string text)
    {
        if (text.Length > 0)
        {
            var length = Encoding.UTF8.GetByteCount(text);
            _at -= length;
            Encoding.UTF8.GetBytes(text, _bytes.AsSpan(_at));
            Length(field, length);
        }
    }

    /// <summary>A time.</summary>
    public void Time(int field, VenueTime time)
    {
        var before = Written;
        Varint(Timestamp.NanosFieldNumber, time.Micros % VenueTime.MicrosPerSecond * 1000);
        Varint(Timestamp.SecondsFieldNumber, time.Micros / VenueTime.MicrosPerSecond);
        Length(field, Written - before);
    }

    /// <summary>A number with its tag; nothing where it is 0.</summary>
    public void Varint(int field, long value)
    {
        if (value != 0)
        {
            Raw(unchecked((ulong)value));
            Tag(field, WireFormat.WireType.Varint);
        }
    }

    /// <summary>The tag and length before so many bytes.</summary>
    public void Length(int field, int bytes)
    {
        Raw((uint)bytes);
        Tag(field, WireFormat.WireType.LengthDelimited);
    }

    /// <summary>So many bytes for the caller to fill, and all that there are behind them.</summary>
    public Span<byte> Front(int bytes)
    {
        _at -= bytes;
        return All;
    }

    private void Tag(int field, WireFormat.WireType type) => Raw(WireFormat.MakeTag(field, type));

    private void Raw(ulong value)
    {
        if (value < 0x80)
        {
            _bytes[--_at] = (byte)value;
            return;
        }

        _at -= (BitOperations.Log2(value) / 7) + 1;
        var at = _at;
        for (; value >= 0x80; value >>= 7)
        {
            _bytes[at++] = (byte)(value | 0x80);
        }

        _bytes[at] = (byte)value;
    }
}
