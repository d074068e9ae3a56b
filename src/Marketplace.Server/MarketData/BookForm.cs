using Marketplace.Domain.Orders;
using Marketplace.Grains.Orders;
using Marketplace.Server.Services;

namespace Marketplace.Server.MarketData;

/// <summary>
/// What a kind of reader of one book is sent, as bytes: made once, and shared by all readers of the same form that are at the same place. Everything here runs within
/// the feed's <see cref="BookFeed.At"/>.
/// </summary>
internal abstract class BookForm(BookFeed book, BookWire wire)
{
    /// <summary>The most levels or orders, and trades, of one conflated delta: a reader so far behind is better off with a snapshot.</summary>
    private const int MostConflated = 20_000;

    private readonly Dictionary<long, byte[]> _conflated = [];
    private List<byte[]>? _snapshot;
    private (long Number, int Breaks) _madeAt = (-1, 0);

    /// <summary>Readers of it now.</summary>
    public int Readers { get; set; }

    /// <summary>The messages every form has.</summary>
    public BookWire Wire => wire;

    /// <summary>The book.</summary>
    protected BookFeed Book => book;

    /// <summary>The book as it is now.</summary>
    public IReadOnlyList<byte[]> Snapshot()
    {
        Forget();
        return _snapshot ??= MakeSnapshot();
    }

    /// <summary>One change, for a reader who has the one before; null where it was not kept in this form.</summary>
    public abstract byte[]? Step(BookChange change);

    /// <summary>Several changes up to now as one, for a reader at a sequence; null where they are too many.</summary>
    public byte[]? Conflated(long sequence, BookChange[] changes)
    {
        Forget();
        if (_conflated.TryGetValue(sequence, out var made))
        {
            return made;
        }

        if (changes.Sum(change => change.Levels.Length + change.Trades.Length + change.Orders.Length) > MostConflated)
        {
            return null;
        }

        made = MakeConflated(sequence, changes);
        _conflated.Add(sequence, made);
        return made;
    }

    protected abstract List<byte[]> MakeSnapshot();

    protected abstract byte[] MakeConflated(long sequence, BookChange[] changes);

    /// <summary>What was made up to another change is not the book now.</summary>
    private void Forget()
    {
        if (_madeAt != (book.Number, book.Breaks))
        {
            _madeAt = (book.Number, book.Breaks);
            _snapshot = null;
            _conflated.Clear();
        }
    }
}

/// <summary>The best so many levels of each side.</summary>
internal sealed class LevelsForm(BookFeed book, BookWindow window, BookWire wire) : BookForm(book, wire)
{
    public BookWindow Window => window;

    public override byte[]? Step(BookChange change)
    {
        var step = window.StepOf(change);
        return step is null ? null : step.Encoded ??= Wire.LevelsDelta(change.PreviousSequence, [change], step.Levels, step.Checksum);
    }

    protected override List<byte[]> MakeSnapshot() => [Wire.Levels(Book, window.Depth, window.Checksum())];

    protected override byte[] MakeConflated(long sequence, BookChange[] changes) => Wire.LevelsDelta(sequence, changes, window.Between(changes), window.Checksum());
}

/// <summary>Single orders.</summary>
internal sealed class OrdersForm(BookFeed book, BookWire wire) : BookForm(book, wire)
{
    public override byte[]? Step(BookChange change) => change.EncodedOrders ??= Wire.OrdersDelta(change.PreviousSequence, [change], change.Orders);

    protected override List<byte[]> MakeSnapshot() => Wire.Orders(Book);

    protected override byte[] MakeConflated(long sequence, BookChange[] changes) => Wire.OrdersDelta(sequence, changes, Last(changes));

    /// <summary>
    /// What became of each order in the end, in an order that gives the same queues: an order that went behind others is told where it did so last, with what it shows
    /// in the end; one that only showed less, anywhere; one that is gone, as gone.
    /// </summary>
    private static List<OrderChange> Last(BookChange[] changes)
    {
        var told = new List<OrderChange?>();
        var placeOf = new Dictionary<long, int>();
        foreach (var change in changes.SelectMany(change => change.Orders))
        {
            var known = placeOf.TryGetValue(change.Number, out var place);
            if (known && change is { Quantity: > 0, Behind: false })
            {
                told[place] = change with { Behind = told[place]!.Value.Behind };
                continue;
            }

            if (known)
            {
                told[place] = null;
            }

            placeOf[change.Number] = told.Count;
            told.Add(change);
        }

        return [.. told.OfType<OrderChange>()];
    }
}
