using Marketplace.Domain.Instruments;
using Marketplace.Domain.Orders;

namespace Marketplace.Domain.Accounts;

/// <summary>
/// An order as its account keeps it while it is open: a place in its table, read as it is at the moment. Not to be kept beyond the account's next turn, in which another
/// order may have the place.
/// </summary>
public readonly record struct OpenOrder : IOrderState
{
    private readonly OpenOrders _orders;
    private readonly int _place;

    internal OpenOrder(OpenOrders orders, int place)
    {
        _orders = orders;
        _place = place;
    }

    /// <summary>The instrument.</summary>
    public string Instrument => _orders.NameAt(Row.Instrument);

    /// <summary>The participant's own id.</summary>
    public string Id => _orders.IdOf(_place);

    /// <summary>The session it was entered through; empty where that has no id.</summary>
    public string Session => _orders.NameAt(Row.Session);

    /// <summary>The account's number.</summary>
    public long Number => Row.Number;

    /// <summary>Side.</summary>
    public Side Side => Row.Side;

    /// <summary>The effective terms; price, stop price and whole quantity as they are now.</summary>
    public OrderCommand Terms => _orders.TermsOf(_place);

    /// <summary>The record it was placed in.</summary>
    public long EnteredVersion => Row.EnteredVersion;

    /// <summary>The book's public number; 0 until the book took it.</summary>
    public long BookOrder => Row.BookOrder;

    /// <summary>How far it is.</summary>
    public OrderStatus Status => Row.Status;

    /// <summary>Why it was refused, cancelled or expired.</summary>
    public RejectReason Reason => Row.Reason;

    /// <summary>kWh open.</summary>
    public long Open => Row.Open;

    /// <summary>kWh filled.</summary>
    public long Filled => Row.Filled;

    /// <summary>Notional of the fills, micro-dollars.</summary>
    public long FilledMicros => Row.FilledMicros;

    /// <summary>Fees so far, micro-dollars.</summary>
    public long FeeMicros => Row.FeeMicros;

    /// <summary>Held for it and for changes of it that are under way: micro-dollars of a bid, kWh of an ask. 0 once it is not open.</summary>
    public long HoldAmount => Row.HoldAmount;

    /// <summary>The book's sequence at its last change.</summary>
    public long Sequence => Row.Sequence;

    /// <summary>Event time of its last change.</summary>
    public Timestamp Time => new(Row.TimeMicros);

    /// <summary>Whether the book, or the way to it, still has it.</summary>
    public bool IsOpen => Row.IsOpen;

    /// <summary>Commands about it that its book has not answered.</summary>
    public int ChangesUnderWay => Row.ChangesUnderWay;

    /// <summary>What a new order with these terms holds: micro-dollars of a bid (throws beyond 2^63), kWh of an ask.</summary>
    public static long HoldOf(in OrderCommand command) =>
        command.Side == Side.Ask ? command.Quantity : (long)Units.Hold.BidMicros(command.Price, command.Quantity, command.MaxBps, 0);

    /// <summary>The order as its owner sees it. Its id, where whoever asks has it as a text, is not made anew.</summary>
    public OrderView View(string? id = null) => new()
    {
        ClientOrderId = id ?? Id,
        Instrument = Instrument,
        Number = Number,
        BookOrder = BookOrder,
        Terms = Terms,
        Status = Status,
        Reason = Reason,
        Open = Open,
        Filled = Filled,
        FilledMicros = FilledMicros,
        FeeMicros = FeeMicros,
        Hold = HoldAmount,
        Sequence = Sequence,
        Time = Time,
        Session = Session,
    };

    private ref readonly OrderRow Row => ref _orders.At(_place);
}
