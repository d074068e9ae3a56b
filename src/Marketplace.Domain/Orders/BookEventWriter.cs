namespace Marketplace.Domain.Orders;

/// <summary>
/// Packs the events of one turn. A byte holds the kind and four flags; numbers are varints, and those near one another are told as differences (zig-zag): a maker's number
/// from that of the maker before, any other order's from that of the order taken in last, a price from the price before. The number of the order taken in last before the
/// first event comes first of all, so that the bytes can be read alone. What an auditor must see is there (prices, quantities, fees, numbers); what follows from the event
/// before is not (the incoming order's number).
/// </summary>
public sealed class BookEventWriter
{
    internal const int HasFees = 1 << 4;
    internal const int SamePrice = 1 << 5;
    internal const int IsAsk = 1 << 4;
    internal const int ByCommand = 1 << 4;
    internal const int InBook = 1 << 5;
    internal const int Waiting = 1 << 6;
    internal const int UsualReason = 1 << 7;
    internal const int AccountOrderBits = 40;

    private byte[] _bytes = [];
    private int _length;
    private long _taken;
    private long _incoming;
    private long _maker;
    private long _price;

    /// <summary>Whether nothing was written since <see cref="Take"/>.</summary>
    public bool IsEmpty => _length == 0;

    /// <summary>Adds an event.</summary>
    /// <param name="happened">The event.</param>
    /// <param name="takenBefore">Number of the order taken in last before it. Only the first event needs it.</param>
    public void Write(in BookEvent happened, long takenBefore)
    {
        if (_bytes.Length - _length < 128)
        {
            MakeRoom();
        }

        if (_length == 0)
        {
            (_taken, _incoming, _maker, _price) = (takenBefore, takenBefore, takenBefore, 0);
            Varint((ulong)_taken);
        }

        switch (happened.Kind)
        {
            case BookEventKind.Refused:
                Head(happened.Kind, 0);
                Varint((ulong)happened.Reason);
                break;
            case BookEventKind.Taken:
                Head(happened.Kind, 0);
                _incoming = ++_taken;
                _maker = _taken;
                Check.That(happened.Order == _taken);
                break;
            case BookEventKind.Traded:
                Trade(happened);
                break;
            case BookEventKind.Rested or BookEventKind.Parked:
                Check.That(happened.Order == _incoming);
                Head(happened.Kind, 0);
                Varint((ulong)happened.Quantity);
                break;
            case BookEventKind.Triggered:
                Head(happened.Kind, happened.Side == Side.Ask ? IsAsk : 0);
                Difference(happened.Order - _taken);
                KeyOf(happened.Key);
                _incoming = happened.Order;
                break;
            case BookEventKind.Decremented:
                Check.That(happened.Order == _incoming);
                Head(happened.Kind, 0);
                Maker(happened.Maker);
                PriceOf(happened.Price);
                Varint((ulong)happened.Quantity);
                break;
            case BookEventKind.Cancelled:
                Cancel(happened);
                break;
            case BookEventKind.Reduced or BookEventKind.Replaced:
                Head(happened.Kind, happened.Waiting ? Waiting : 0);
                Difference(happened.Order - _taken);
                if (happened.Kind == BookEventKind.Replaced)
                {
                    PriceOf(happened.Price);
                    _incoming = happened.Order;
                }

                Varint((ulong)happened.Quantity);
                break;
        }
    }

    /// <summary>The bytes so far; begins anew.</summary>
    public byte[] Take()
    {
        var taken = _bytes.AsSpan(0, _length).ToArray();
        TurnRoom.Give(_bytes);
        _bytes = [];
        _length = 0;
        return taken;
    }

    /// <summary>The reason that needs no byte.</summary>
    internal static RejectReason UsualReasonOf(int flags) => (flags & (ByCommand | InBook)) switch
    {
        ByCommand => RejectReason.CancelledByOwner,
        InBook => RejectReason.Expired,
        _ => RejectReason.NothingLeftToMatch,
    };

    private void MakeRoom()
    {
        if (_bytes.Length == 0)
        {
            _bytes = TurnRoom.TakeBytes();
        }
        else
        {
            Array.Resize(ref _bytes, _bytes.Length * 2);
        }
    }

    private void Trade(in BookEvent happened)
    {
        Check.That(happened.Order == _incoming);
        var hasFees = happened.TakerFeeMicros != 0 || happened.MakerFeeMicros != 0;
        Head(happened.Kind, (hasFees ? HasFees : 0) | (happened.Price == _price ? SamePrice : 0));
        Maker(happened.Maker);
        if (happened.Price != _price)
        {
            PriceOf(happened.Price);
        }

        Varint((ulong)happened.Quantity);
        if (hasFees)
        {
            Varint((ulong)happened.TakerFeeMicros);
            Varint((ulong)happened.MakerFeeMicros);
        }

        KeyOf(happened.Key);
    }

    private void Cancel(in BookEvent happened)
    {
        var flags = happened.ByCommand ? ByCommand : happened.Key != 0 ? InBook : 0;
        flags |= happened.Waiting ? Waiting : 0;
        flags |= happened.Reason == UsualReasonOf(flags) ? UsualReason : 0;
        Head(happened.Kind, flags);
        if ((flags & UsualReason) == 0)
        {
            Varint((ulong)happened.Reason);
        }

        if ((flags & (ByCommand | InBook)) == 0)
        {
            Check.That(happened.Order == _incoming);
        }
        else
        {
            Difference(happened.Order - _taken);
        }

        Varint((ulong)happened.Quantity);
        if ((flags & InBook) != 0)
        {
            KeyOf(happened.Key);
        }
    }

    private void KeyOf(long key)
    {
        Varint((ulong)(key >> AccountOrderBits));
        Varint((ulong)(key & ((1L << AccountOrderBits) - 1)));
    }

    private void Maker(long number)
    {
        Difference(number - _maker);
        _maker = number;
    }

    private void PriceOf(long price)
    {
        Difference(price - _price);
        _price = price;
    }

    private void Head(BookEventKind kind, int flags) => _bytes[_length++] = (byte)((int)kind | flags);

    private void Difference(long value) => Varint(unchecked((ulong)((value << 1) ^ (value >> 63))));

    private void Varint(ulong value)
    {
        while (value >= 0x80)
        {
            _bytes[_length++] = (byte)((value & 0x7F) | 0x80);
            value >>= 7;
        }

        _bytes[_length++] = (byte)value;
    }
}
