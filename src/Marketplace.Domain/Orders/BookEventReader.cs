namespace Marketplace.Domain.Orders;

/// <summary>Reads what a <see cref="BookEventWriter"/> packed, one event after the other.</summary>
/// <param name="bytes">The bytes, as journaled: they are checksummed before they come here, so a wrong form is a bug and throws.</param>
public struct BookEventReader(byte[] bytes)
{
    private int _at;
    private long _taken;
    private long _incoming;
    private long _maker;
    private long _price;

    /// <summary>The event read last.</summary>
    public BookEvent Current { get; private set; }

    /// <summary>Reads the next event; false at the end.</summary>
    public bool MoveNext()
    {
        if (_at == bytes.Length)
        {
            return false;
        }

        if (_at == 0)
        {
            _taken = (long)Varint();
            (_incoming, _maker) = (_taken, _taken);
        }

        var head = bytes[_at++];
        var flags = head & 0xF0;
        var kind = (BookEventKind)(head & 0x0F);
        Current = kind switch
        {
            BookEventKind.Refused => new(kind, Reason: (RejectReason)Varint(), ByCommand: true),
            BookEventKind.Taken => new(kind, TakeIn()),
            BookEventKind.Traded => Trade(flags),
            BookEventKind.Rested or BookEventKind.Parked => new(kind, _incoming, Quantity: (long)Varint()),
            BookEventKind.Triggered => new(
                kind, _incoming = _taken + Difference(), Key: KeyOf(), Side: (flags & BookEventWriter.IsAsk) != 0 ? Side.Ask : Side.Bid),
            BookEventKind.Decremented => new(kind, _incoming, Maker(), PriceOf(), (long)Varint()),
            BookEventKind.Cancelled => Cancel(flags),
            BookEventKind.Reduced => new(kind, _taken + Difference(), Quantity: (long)Varint(), ByCommand: true, Waiting: (flags & BookEventWriter.Waiting) != 0),
            BookEventKind.Replaced => new(
                kind, _incoming = _taken + Difference(), 0, PriceOf(), (long)Varint(), ByCommand: true, Waiting: (flags & BookEventWriter.Waiting) != 0),
            _ => throw new InvariantBrokenException($"no event of a book: {kind}"),
        };
        return true;
    }

    private long TakeIn()
    {
        _incoming = ++_taken;
        _maker = _taken;
        return _taken;
    }

    private BookEvent Trade(int flags)
    {
        var maker = Maker();
        var price = (flags & BookEventWriter.SamePrice) != 0 ? _price : PriceOf();
        var quantity = (long)Varint();
        var hasFees = (flags & BookEventWriter.HasFees) != 0;
        return new(BookEventKind.Traded, _incoming, maker, price, quantity, hasFees ? (long)Varint() : 0, hasFees ? (long)Varint() : 0, Key: KeyOf());
    }

    private BookEvent Cancel(int flags)
    {
        var reason = (flags & BookEventWriter.UsualReason) != 0 ? BookEventWriter.UsualReasonOf(flags) : (RejectReason)Varint();
        var byCommand = (flags & BookEventWriter.ByCommand) != 0;
        var inBook = (flags & BookEventWriter.InBook) != 0;
        var order = byCommand || inBook ? _taken + Difference() : _incoming;
        var quantity = (long)Varint();
        var key = inBook ? KeyOf() : 0;
        return new(BookEventKind.Cancelled, order, Quantity: quantity, Reason: reason, Key: key, ByCommand: byCommand, Waiting: (flags & BookEventWriter.Waiting) != 0);
    }

    private long KeyOf() => ((long)Varint() << BookEventWriter.AccountOrderBits) | (long)Varint();

    private long Maker() => _maker += Difference();

    private long PriceOf() => _price += Difference();

    private long Difference()
    {
        var zigzag = Varint();
        return unchecked((long)(zigzag >> 1) ^ -(long)(zigzag & 1));
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = bytes[_at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}
