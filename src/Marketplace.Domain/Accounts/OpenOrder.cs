using Marketplace.Domain.Orders;

namespace Marketplace.Domain.Accounts;

/// <summary>An order as its account keeps it while it is open, and as a fold of the log makes it again once it is not.</summary>
public sealed class OpenOrder
{
    private Queue<Change>? _changes;

    private OpenOrder(string instrument, string id, string session)
    {
        Instrument = instrument;
        Id = id;
        Session = session;
    }

    /// <summary>The instrument.</summary>
    public string Instrument { get; }

    /// <summary>The participant's own id.</summary>
    public string Id { get; }

    /// <summary>The session it was entered through; empty where that has no id.</summary>
    public string Session { get; }

    /// <summary>The effective terms; price, stop price and whole quantity as they are now.</summary>
    public OrderCommand Terms { get; private set; }

    /// <summary>The record it was placed in.</summary>
    public long EnteredVersion { get; private set; }

    /// <summary>The book's public number; 0 until the book took it.</summary>
    public long BookOrder { get; private set; }

    /// <summary>How far it is.</summary>
    public OrderStatus Status { get; private set; }

    /// <summary>Why it was refused, cancelled or expired.</summary>
    public RejectReason Reason { get; private set; }

    /// <summary>kWh open.</summary>
    public long Open { get; private set; }

    /// <summary>kWh filled.</summary>
    public long Filled { get; private set; }

    /// <summary>Notional of the fills, micro-dollars.</summary>
    public long FilledMicros { get; private set; }

    /// <summary>Fees so far, micro-dollars.</summary>
    public long FeeMicros { get; private set; }

    /// <summary>Held for it and for changes of it that are under way: micro-dollars of a bid, kWh of an ask. 0 once it is not open.</summary>
    public long HoldAmount { get; private set; }

    /// <summary>The book's sequence at its last change.</summary>
    public long Sequence { get; private set; }

    /// <summary>Event time of its last change.</summary>
    public Timestamp Time { get; private set; }

    /// <summary>Whether the book, or the way to it, still has it.</summary>
    public bool IsOpen => Status is OrderStatus.Pending or OrderStatus.Open or OrderStatus.Untriggered;

    /// <summary>A new order, with its hold.</summary>
    public static OpenOrder Enter(string instrument, in EnteredCommand entered, string session, long version, Timestamp now) => new(instrument, entered.Id, session)
    {
        Terms = entered.Command,
        EnteredVersion = version,
        Status = OrderStatus.Pending,
        Open = entered.Command.Quantity,
        HoldAmount = HoldOf(entered.Command),
        Time = now,
    };

    /// <summary>What a new order with these terms holds: micro-dollars of a bid (throws beyond 2^63), kWh of an ask.</summary>
    public static long HoldOf(in OrderCommand command) =>
        command.Side == Side.Ask ? command.Quantity : (long)Units.Hold.BidMicros(command.Price, command.Quantity, command.MaxBps, 0);

    /// <summary>Commands about it that its book has not answered.</summary>
    public int ChangesUnderWay => _changes?.Count ?? 0;

    /// <summary>A command about it was sent; a replace may hold more, or name another stop price.</summary>
    public void Ask(in OrderCommand command)
    {
        HoldAmount += command.ExtraHold;
        (_changes ??= new()).Enqueue(new(command.ExtraHold, command.StopPrice));
    }

    /// <summary>Takes in a report of the book.</summary>
    public void Apply(in OrderReport report, Timestamp now)
    {
        Time = now;
        Sequence = Math.Max(Sequence, report.Sequence);
        HoldAmount -= report.Release;
        var change = report.Answers && report.Command != CommandKind.Place ? _changes!.Dequeue() : default;

        switch (report.Kind)
        {
            case ReportKind.Accepted:
                BookOrder = report.BookOrder;
                Status = report.Parked ? OrderStatus.Untriggered : OrderStatus.Open;
                break;
            case ReportKind.Triggered:
                Status = OrderStatus.Open;
                break;
            case ReportKind.Refused when report.Command == CommandKind.Place:
                End(OrderStatus.Rejected, report.Reason);
                break;
            case ReportKind.Filled:
                var notional = Price.NotionalMicros(report.Price, report.Quantity);
                HoldAmount -= report.Side == Side.Bid ? notional + report.FeeMicros : report.Quantity;
                Filled += report.Quantity;
                FilledMicros += notional;
                FeeMicros += report.FeeMicros;
                Open -= report.Quantity;
                if (Open == 0)
                {
                    End(OrderStatus.Filled, RejectReason.None);
                }

                break;
            case ReportKind.Closed:
                Check.That(report.Quantity == Open);
                End(report.Reason == RejectReason.Expired ? OrderStatus.Expired : OrderStatus.Cancelled, report.Reason);
                break;
            case ReportKind.Reduced or ReportKind.Replaced:
                Open = report.Quantity;
                var stop = Status == OrderStatus.Untriggered && change.StopPrice != 0 ? change.StopPrice : Terms.StopPrice;
                Terms = Terms with { Price = report.Price, Quantity = Filled + Open, StopPrice = stop };
                if (report.Kind == ReportKind.Replaced)
                {
                    Status = report.Parked ? OrderStatus.Untriggered : OrderStatus.Open;
                }

                break;
            case ReportKind.Decremented:
                Open -= report.Quantity;
                Terms = Terms with { Quantity = Filled + Open };
                break;
        }

        Check.That(HoldAmount >= 0 && Open >= 0);
    }

    /// <summary>The order as its owner sees it.</summary>
    public OrderView View() => new()
    {
        ClientOrderId = Id,
        Instrument = Instrument,
        Number = Terms.Order,
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

    internal void Write(StateWriter writer)
    {
        writer.Text(Instrument);
        writer.Text(Id);
        writer.Text(Session);
        foreach (var field in (ReadOnlySpan<long>)[Terms.Order, (long)Terms.Side, (long)Terms.Type, (long)Terms.TimeInForce, Terms.PostOnly ? 1 : 0, (long)Terms.SelfTrade, Terms.Price,
            Terms.Quantity, Terms.ExpiresAtMicros, Terms.MakerBps, Terms.TakerBps, Terms.DisplayKwh, Terms.StopPrice, Terms.IfSequence, EnteredVersion, BookOrder, (long)Status, Open, Filled,
            FilledMicros, FeeMicros, HoldAmount, Sequence, Time.Micros])
        {
            writer.Long(field);
        }

        writer.Count(ChangesUnderWay);
        foreach (var change in _changes ?? [])
        {
            writer.Long(change.ExtraHold);
            writer.Long(change.StopPrice);
        }
    }

    internal static OpenOrder Read(StateReader reader)
    {
        var order = ReadTerms(reader);
        for (var changes = reader.Count(); changes > 0; changes--)
        {
            (order._changes ??= new()).Enqueue(new(reader.Long(), reader.Long()));
        }

        return order;
    }

    private static OpenOrder ReadTerms(StateReader reader) => new(reader.Text(), reader.Text(), reader.Text())
    {
        Terms = new OrderCommand(
            CommandKind.Place, reader.Long(), (Side)reader.Long(), (OrderType)reader.Long(), (TimeInForce)reader.Long(), reader.Long() != 0, (Instruments.SelfTradeMode)reader.Long(),
            reader.Long(), reader.Long(), reader.Long(), (int)reader.Long(), (int)reader.Long(), DisplayKwh: reader.Long(), StopPrice: reader.Long(), IfSequence: reader.Long()),
        EnteredVersion = reader.Long(),
        BookOrder = reader.Long(),
        Status = (OrderStatus)reader.Long(),
        Open = reader.Long(),
        Filled = reader.Long(),
        FilledMicros = reader.Long(),
        FeeMicros = reader.Long(),
        HoldAmount = reader.Long(),
        Sequence = reader.Long(),
        Time = reader.Time(),
    };

    /// <summary>What is still held is held for changes under way: the book refuses each of them, and the account releases it then.</summary>
    private void End(OrderStatus status, RejectReason reason)
    {
        Status = status;
        Reason = reason;
        Open = 0;
        Check.That(HoldAmount == ExtraHolds());
        HoldAmount = 0;
    }

    private long ExtraHolds()
    {
        long sum = 0;
        foreach (var change in _changes ?? [])
        {
            sum += change.ExtraHold;
        }

        return sum;
    }

    /// <summary>A change under way: what it holds on top, and the stop price it names.</summary>
    private readonly record struct Change(long ExtraHold, long StopPrice);
}
