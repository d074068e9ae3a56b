namespace Marketplace.Domain.Orders;

/// <summary>What happened in a book.</summary>
public enum BookEventKind : byte
{
    /// <summary>The next command of the turn was refused.</summary>
    Refused = 0,
    /// <summary>The next command of the turn, a new order, was taken in.</summary>
    Taken = 1,
    /// <summary>The order taken in, or replaced, traded with the first resting order of the other side.</summary>
    Traded = 2,
    /// <summary>The rest of the order taken in, or replaced, rests at its price behind all others there.</summary>
    Rested = 3,
    /// <summary>What was open of an order is gone without a trade.</summary>
    Cancelled = 4,
    /// <summary>An order has less open and keeps its turn.</summary>
    Reduced = 5,
    /// <summary>An order left its place to come in again at a new price or quantity.</summary>
    Replaced = 6,
    /// <summary>The stop order taken in waits for its stop price.</summary>
    Parked = 7,
    /// <summary>A waiting stop order's price was reached: it is the incoming order now.</summary>
    Triggered = 8,
    /// <summary>Self-trade prevention took the same quantity off the incoming and the first resting order, without a trade.</summary>
    Decremented = 9,
}

/// <summary>One event of a book. Which fields mean something depends on the kind; the others are 0. The journal holds them packed: <see cref="BookEvents"/>.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Order">The book's public number of the order.</param>
/// <param name="Maker">Traded and decremented: the public number of the resting order.</param>
/// <param name="Price">Traded and decremented: the price; replaced: the new limit. USD per GWh.</param>
/// <param name="Quantity">kWh traded, rested, parked, cancelled or taken off, or open after a reduction or replace.</param>
/// <param name="TakerFeeMicros">Traded: fee of the incoming side.</param>
/// <param name="MakerFeeMicros">Traded: fee of the resting side.</param>
/// <param name="Reason">Why, for refused and cancelled.</param>
/// <param name="Key">The book's private key of the resting order that traded, of the stop order that acts, or of the order cancelled without a command (0 for the order just taken in).</param>
/// <param name="ByCommand">Whether it answers the next command of the turn.</param>
/// <param name="Side">Triggered: the order's side; else unspecified.</param>
/// <param name="Waiting">Cancelled, reduced, replaced: whether the order was a waiting stop order, which nobody else sees, so that the public sequence does not move.</param>
[Immutable]
public readonly record struct BookEvent(
    BookEventKind Kind,
    long Order = 0,
    long Maker = 0,
    long Price = 0,
    long Quantity = 0,
    long TakerFeeMicros = 0,
    long MakerFeeMicros = 0,
    RejectReason Reason = RejectReason.None,
    long Key = 0,
    bool ByCommand = false,
    bool Waiting = false,
    Side Side = Side.Unspecified)
{
    /// <summary>Whether it answers a command of the turn: each command is answered once, in order.</summary>
    public bool Answers => ByCommand || Kind == BookEventKind.Taken;
}

/// <summary>The events of a book in one turn, in order, packed: a few bytes each. Read by enumerating.</summary>
[GenerateSerializer, Alias("gwh.book-events")]
public sealed class BookEvents(long sequenceBefore, byte[] packed) : Event
{
    /// <summary>The book's sequence before the first of them.</summary>
    [Id(0)] public long SequenceBefore { get; init; } = sequenceBefore;

    /// <summary>The events in the form of <see cref="BookEventWriter"/>.</summary>
    [Id(2)] public byte[] Packed { get; init; } = packed;

    /// <summary>Events given one by one, packed.</summary>
    public static BookEvents Of(long sequenceBefore, IReadOnlyList<BookEvent> events)
    {
        var writer = new BookEventWriter();
        var firstTaken = events.FirstOrDefault(happened => happened.Kind == BookEventKind.Taken).Order;
        foreach (var happened in events)
        {
            writer.Write(happened, Math.Max(0, firstTaken - 1));
        }

        return new(sequenceBefore, writer.Take());
    }

    /// <summary>Reads them one by one.</summary>
    public BookEventReader GetEnumerator() => new(Packed);

    /// <summary>All of them.</summary>
    public BookEvent[] ToArray()
    {
        var events = new List<BookEvent>();
        foreach (var happened in this)
        {
            events.Add(happened);
        }

        return [.. events];
    }

    /// <summary>
    /// Whether an event moves the book's public sequence: all but a refusal, a taking-in, the end of an order that never rested, and what happens to a waiting stop order.
    /// </summary>
    public static bool MovesSequence(in BookEvent happened) => happened.Kind switch
    {
        BookEventKind.Refused or BookEventKind.Taken or BookEventKind.Parked or BookEventKind.Triggered => false,
        BookEventKind.Cancelled => (happened.ByCommand || happened.Key != 0) && !happened.Waiting,
        _ => !happened.Waiting,
    };
}

/// <summary>The book took over its instrument's entry: listed, opened, halted, closed, or new fees.</summary>
[GenerateSerializer, Alias("gwh.instrument-adopted")]
public sealed class InstrumentAdopted(Instruments.Instrument instrument) : Event
{
    /// <summary>The entry after the change.</summary>
    [Id(0)] public Instruments.Instrument Instrument { get; init; } = instrument;
}

/// <summary>Catalog to book: the instrument's entry, new or changed.</summary>
[GenerateSerializer, Alias("gwh.instrument-listed")]
public sealed class InstrumentListed(Instruments.Instrument instrument) : Message
{
    /// <summary>The entry.</summary>
    [Id(0)] public Instruments.Instrument Instrument { get; init; } = instrument;
}

/// <summary>Book to catalog: the book closed by itself, its gate having closed.</summary>
[GenerateSerializer, Alias("gwh.book-closed")]
public sealed class BookClosed(string instrument) : Message
{
    /// <summary>The instrument.</summary>
    [Id(0)] public string Instrument { get; init; } = instrument;
}
