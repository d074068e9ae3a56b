using CsCheck;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Refusals;

namespace Marketplace.Domain.Tests.Orders;

/// <summary>The packed form of a book's events: what is on file stays readable, whatever was written reads back, and it is small.</summary>
public sealed class BookEventFormTests
{
    /// <summary>A turn with one event of each kind and form.</summary>
    private static readonly BookEvent[] Turn =
    [
        new(BookEventKind.Refused, Reason: RejectReason.NotFillable, ByCommand: true),
        new(BookEventKind.Taken, 1_001),
        new(BookEventKind.Traded, 1_001, 990, 1_520_000, 100, 31, 16, Key: (2L << 40) | 700),
        new(BookEventKind.Traded, 1_001, 991, 1_520_000, 50, Key: (5L << 40) | 9),
        new(BookEventKind.Decremented, 1_001, 17, 1_519_999, 20),
        new(BookEventKind.Rested, 1_001, Quantity: 830),
        new(BookEventKind.Taken, 1_002),
        new(BookEventKind.Parked, 1_002, Quantity: 5_000),
        new(BookEventKind.Triggered, 900, Key: (4L << 40) | 88, Side: Side.Ask),
        new(BookEventKind.Cancelled, 900, Quantity: 7, Reason: RejectReason.NothingLeftToMatch),
        new(BookEventKind.Cancelled, 44, Quantity: 300_000_000, Reason: RejectReason.Expired, Key: (3L << 40) | 12),
        new(BookEventKind.Cancelled, 45, Quantity: 1, Reason: RejectReason.SelfTrade, Key: (1L << 40) | 1_000_000, Waiting: true),
        new(BookEventKind.Cancelled, 1_002, Quantity: 5_000, Reason: RejectReason.CancelledByOwner, ByCommand: true, Waiting: true),
        new(BookEventKind.Cancelled, 1_000, Quantity: 9, Reason: RejectReason.CancelledByMassCancel, ByCommand: true),
        new(BookEventKind.Reduced, 1_001, Quantity: 829, ByCommand: true),
        new(BookEventKind.Replaced, 1_001, Price: 1_519_000, Quantity: 900, ByCommand: true),
        new(BookEventKind.Rested, 1_001, Quantity: 900),
    ];

    private static readonly Gen<BookEvent> Events = Gen.Select(
        Gen.Int[0, 9], Gen.Long[1, 2_000], Gen.OneOf(Gen.Long[1, 200], Gen.Long[1, 100_000_000]), Gen.OneOf(Gen.Long[1, 300], Gen.Long[1, 90_000_000_000]),
        Gen.OneOf(Gen.Const(0L), Gen.Long[0, 9_000_000_000_000_000_000]), Gen.Enum<RejectReason>(), Gen.Bool,
        (kind, order, price, quantity, fee, reason, flag) => (BookEventKind)kind switch
        {
            BookEventKind.Refused => new BookEvent(BookEventKind.Refused, Reason: reason, ByCommand: true),
            BookEventKind.Traded => new(BookEventKind.Traded, 0, order, price, quantity, fee, flag ? 0 : fee / 2, Key: (order << 40) | price),
            BookEventKind.Decremented => new(BookEventKind.Decremented, 0, order, price, quantity),
            BookEventKind.Triggered => new(BookEventKind.Triggered, order, Key: (order << 40) | price, Side: flag ? Side.Bid : Side.Ask),
            BookEventKind.Cancelled => new(
                BookEventKind.Cancelled, price % 3 == 0 ? 0 : order, Quantity: quantity, Reason: reason, Key: price % 3 == 1 ? (order << 40) | quantity : 0,
                ByCommand: price % 3 == 2, Waiting: flag && price % 3 != 0),
            BookEventKind.Reduced => new(BookEventKind.Reduced, order, Quantity: quantity, ByCommand: true, Waiting: flag),
            BookEventKind.Replaced => new(BookEventKind.Replaced, order, Price: price, Quantity: quantity, ByCommand: true, Waiting: flag),
            var other => new(other, 0, Quantity: other == BookEventKind.Taken ? 0 : quantity),
        });

    [Fact]
    public void The_form_on_file_is_written_and_read()
    {
        const string form = "E80700950301121580C6B901641F1002BC052202320509099B0F011403BE060107882718CB0104588407A4FB0E80C6868F01030C649403F90E0101C0843DD4008827149D0303090501BD060601CD0F8407038407";

        Assert.Equal(form, Convert.ToHexString(BookEvents.Of(7, Turn).Packed));
        Assert.Equal(Turn, new BookEvents(7, Convert.FromHexString(form)).ToArray());
    }

    [Fact]
    public void Whatever_is_written_reads_back() => Gen.Select(Gen.Long[0, 3_000], Events.Array[0, 60]).Sample((before, events) =>
    {
        var written = WellFormed(before, events);

        Assert.Equal(written, BookEvents.Of(9, written).ToArray());
    });

    [Fact]
    public void An_order_that_rests_takes_a_few_bytes_and_a_trade_a_few_more()
    {
        var resting = Enumerable.Range(1, 100).SelectMany(number => new BookEvent[] { new(BookEventKind.Taken, number), new(BookEventKind.Rested, number, Quantity: 12_345) }).ToArray();
        var traded = Enumerable.Range(1_001, 100).SelectMany(number => new BookEvent[]
        {
            new(BookEventKind.Taken, number), new(BookEventKind.Traded, number, number - 500, 1_520_000 + (number % 7), 12_345, 3_752_880, 1_876_440, Key: (3L << 40) + number - 500),
        }).ToArray();

        Assert.InRange(BookEvents.Of(0, resting).Packed.Length, 1, 100 * 5 + 1);
        Assert.InRange(BookEvents.Of(0, traded).Packed.Length, 1, (100 * 19) + 8);
    }

    [Fact]
    public void Only_what_others_see_moves_the_sequence()
    {
        Assert.Equal(
            [BookEventKind.Traded, BookEventKind.Traded, BookEventKind.Decremented, BookEventKind.Rested, BookEventKind.Cancelled, BookEventKind.Cancelled, BookEventKind.Reduced, BookEventKind.Replaced, BookEventKind.Rested],
            Turn.Where(happened => BookEvents.MovesSequence(happened)).Select(happened => happened.Kind));
    }

    /// <summary>Gives the events the numbers they must have: orders taken in are numbered on, and what happens to the incoming order is told of it.</summary>
    private static BookEvent[] WellFormed(long before, BookEvent[] events)
    {
        var taken = events.Any(happened => happened.Kind == BookEventKind.Taken) ? before : 0;
        var incoming = taken;
        return [.. events.Select(happened =>
        {
            taken += happened.Kind == BookEventKind.Taken ? 1 : 0;
            incoming = happened.Kind switch
            {
                BookEventKind.Taken => taken,
                BookEventKind.Triggered or BookEventKind.Replaced => happened.Order,
                _ => incoming,
            };
            return happened.Kind switch
            {
                BookEventKind.Taken or BookEventKind.Traded or BookEventKind.Decremented or BookEventKind.Rested or BookEventKind.Parked => happened with { Order = incoming },
                BookEventKind.Cancelled when !happened.ByCommand && happened.Key == 0 => happened with { Order = incoming },
                _ => happened,
            };
        })];
    }
}
