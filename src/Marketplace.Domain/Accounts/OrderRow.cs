using Marketplace.Domain.Instruments;
using Marketplace.Domain.Orders;

namespace Marketplace.Domain.Accounts;

/// <summary>
/// An open order in its account's table: numbers only, so that a million of them are a few thousand arrays the garbage collector never looks into. Names are numbers of a
/// <see cref="SharedNames"/>, an id of up to 15 characters is in its key, and what few orders have is in <see cref="RareOrderTerms"/>.
/// </summary>
internal struct OrderRow
{
    /// <summary>The key of its id.</summary>
    public RequestKey Key;
    /// <summary>Where its id is remembered, while it is.</summary>
    public long IdPlace;
    /// <summary>The account's number of it.</summary>
    public long Number;
    /// <summary>The record it was placed in.</summary>
    public long EnteredVersion;
    /// <summary>The book's public number; 0 until the book took it.</summary>
    public long BookOrder;
    /// <summary>The book's sequence at its last change.</summary>
    public long Sequence;
    /// <summary>Event time of its last change.</summary>
    public long TimeMicros;
    /// <summary>Limit or worst price as it is now, USD per GWh.</summary>
    public long Price;
    /// <summary>The whole quantity as it is now, kWh: filled and open, and what was cancelled of an order that has ended.</summary>
    public long Quantity;
    /// <summary>kWh filled.</summary>
    public long Filled;
    /// <summary>Notional of the fills, micro-dollars.</summary>
    public long FilledMicros;
    /// <summary>Fees so far, micro-dollars.</summary>
    public long FeeMicros;
    /// <summary>Held for it and for changes under way: micro-dollars of a bid, kWh of an ask.</summary>
    public long HoldAmount;
    /// <summary>The part of it that is held for changes under way.</summary>
    public long ExtraHolds;
    /// <summary>Instrument: a place of the name table.</summary>
    public int Instrument;
    /// <summary>Session: a place of the name table.</summary>
    public int Session;
    /// <summary>Commands about it that its book has not answered.</summary>
    public int ChangesUnderWay;
    /// <summary>The turn in which it last came in to its book, by the lower half of its version: a note for <see cref="AccountChanges"/>, not part of the state.</summary>
    public int IncomingTurn;
    /// <summary>Why it was refused, cancelled or expired.</summary>
    public RejectReason Reason;
    /// <summary>Maker rate, basis points.</summary>
    public short MakerBps;
    /// <summary>Taker rate, basis points.</summary>
    public short TakerBps;
    /// <summary>Side.</summary>
    public Side Side;
    /// <summary>Type.</summary>
    public OrderType Type;
    /// <summary>How long it stands.</summary>
    public TimeInForce TimeInForce;
    /// <summary>How far it is.</summary>
    public OrderStatus Status;
    /// <summary>Self-trade mode.</summary>
    public byte SelfTrade;
    /// <summary>Whether it may only rest.</summary>
    public bool PostOnly;
    /// <summary>Whether it has rare terms.</summary>
    public bool IsRare;

    /// <summary>Whether the book, or the way to it, still has it.</summary>
    public readonly bool IsOpen => Status is OrderStatus.Pending or OrderStatus.Open or OrderStatus.Untriggered;

    /// <summary>kWh open.</summary>
    public readonly long Open => IsOpen ? Quantity - Filled : 0;

    /// <summary>A new order that holds so much.</summary>
    public static OrderRow Enter(RequestKey key, in OrderCommand placed, long hold, long version, Timestamp now) => new()
    {
        Key = key,
        IdPlace = -1,
        Number = placed.Order,
        EnteredVersion = version,
        TimeMicros = now.Micros,
        Price = placed.Price,
        Quantity = placed.Quantity,
        HoldAmount = hold,
        IncomingTurn = -1,
        MakerBps = (short)placed.MakerBps,
        TakerBps = (short)placed.TakerBps,
        Side = placed.Side,
        Type = placed.Type,
        TimeInForce = placed.TimeInForce,
        Status = OrderStatus.Pending,
        SelfTrade = (byte)placed.SelfTrade,
        PostOnly = placed.PostOnly,
        IsRare = RareOrderTerms.AreIn(placed),
    };

    /// <summary>A command about it was sent; a replace may hold more.</summary>
    public void Ask(in OrderCommand command)
    {
        HoldAmount += command.ExtraHold;
        ExtraHolds += command.ExtraHold;
        ChangesUnderWay++;
    }

    /// <summary>Takes in a report of the book, and what a change held on top where the report answers one.</summary>
    public void Apply(in OrderReport report, Timestamp now, long extraHold)
    {
        TimeMicros = now.Micros;
        Sequence = Math.Max(Sequence, report.Sequence);
        HoldAmount -= report.Release;
        if (report.Answers && report.Command != CommandKind.Place)
        {
            ExtraHolds -= extraHold;
            ChangesUnderWay--;
        }

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
                Fill(report);
                break;
            case ReportKind.Closed:
                Check.That(report.Quantity == Open);
                End(report.Reason == RejectReason.Expired ? OrderStatus.Expired : OrderStatus.Cancelled, report.Reason);
                break;
            case ReportKind.Reduced or ReportKind.Replaced:
                Price = report.Price;
                Quantity = Filled + report.Quantity;
                if (report.Kind == ReportKind.Replaced)
                {
                    Status = report.Parked ? OrderStatus.Untriggered : OrderStatus.Open;
                }

                break;
            case ReportKind.Decremented:
                Quantity -= report.Quantity;
                break;
        }

        Check.That(HoldAmount >= 0 && Open >= 0 && ChangesUnderWay >= 0);
    }

    private void Fill(in OrderReport report)
    {
        var notional = Units.Price.NotionalMicros(report.Price, report.Quantity);
        HoldAmount -= report.Side == Side.Bid ? notional + report.FeeMicros : report.Quantity;
        Filled += report.Quantity;
        FilledMicros += notional;
        FeeMicros += report.FeeMicros;
        if (Filled == Quantity)
        {
            End(OrderStatus.Filled, RejectReason.None);
        }
    }

    /// <summary>What is still held is held for changes under way: the book refuses each of them, and the account releases it then.</summary>
    private void End(OrderStatus status, RejectReason reason)
    {
        Status = status;
        Reason = reason;
        Check.That(HoldAmount == ExtraHolds);
        HoldAmount = 0;
    }
}

/// <summary>Terms that few orders have.</summary>
/// <param name="ExpiresAtMicros">Expiry, microseconds since the Unix epoch.</param>
/// <param name="DisplayKwh">An iceberg's tip, kWh.</param>
/// <param name="StopPrice">Stop price as it is now, USD per GWh.</param>
/// <param name="IfSequence">The book's sequence it was entered for.</param>
internal readonly record struct RareOrderTerms(long ExpiresAtMicros, long DisplayKwh, long StopPrice, long IfSequence)
{
    /// <summary>Whether a placing has any.</summary>
    public static bool AreIn(in OrderCommand placed) => (placed.ExpiresAtMicros | placed.DisplayKwh | placed.StopPrice | placed.IfSequence) != 0;

    /// <summary>Those of a placing.</summary>
    public static RareOrderTerms Of(in OrderCommand placed) => new(placed.ExpiresAtMicros, placed.DisplayKwh, placed.StopPrice, placed.IfSequence);
}
