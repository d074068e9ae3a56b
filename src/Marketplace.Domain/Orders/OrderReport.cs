namespace Marketplace.Domain.Orders;

/// <summary>What a book reports of an order.</summary>
public enum ReportKind : byte
{
    /// <summary>The book took the order. A stop order then acts, or waits: <see cref="OrderReport.Parked"/>.</summary>
    Accepted = 0,
    /// <summary>The book refused a command; a refused placing ends the order.</summary>
    Refused = 1,
    /// <summary>A fill.</summary>
    Filled = 2,
    /// <summary>What was open is cancelled or expired.</summary>
    Closed = 3,
    /// <summary>Less is open; the turn is kept.</summary>
    Reduced = 4,
    /// <summary>New price, stop price or more quantity. A waiting stop order then waits on, or acts at once: <see cref="OrderReport.Parked"/>.</summary>
    Replaced = 5,
    /// <summary>A stop order's price was reached: it acts from now on.</summary>
    Triggered = 6,
    /// <summary>Self-trade prevention took quantity off without a trade, and some is left. An order of which nothing is left is closed instead, as self-trade.</summary>
    Decremented = 7,
}

/// <summary>One fact a book reports to an account, with the exact amounts to move. Amounts are never "the rest".</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Order">The account's number of the order.</param>
/// <param name="BookOrder">The book's public number of the order; 0 when refused.</param>
/// <param name="Sequence">The book's sequence after it (of the trade, for a fill).</param>
/// <param name="Price">Fill price, or the new limit of a replace, USD per GWh.</param>
/// <param name="Quantity">Filled kWh; or what is open after a reduction or replace; or what was cancelled, or taken off by a decrement.</param>
/// <param name="FeeMicros">Fee of the fill.</param>
/// <param name="Release">Hold that becomes available: micro-dollars of a bid, kWh of an ask. What a fill pays is not in it.</param>
/// <param name="Settled">For a fill: both legs post now (mode immediate); else they stay held until the trade is settled.</param>
/// <param name="Maker">For a fill: whether this order was the resting one.</param>
/// <param name="Reason">Why, for refused and closed.</param>
/// <param name="Command">The kind of command this answers, where it answers one.</param>
/// <param name="Answers">Whether this report answers a command of the account: each command is answered once, in the order sent.</param>
/// <param name="Side">Side of the order.</param>
/// <param name="Parked">For an accepted or replaced stop order: whether it waits for its stop price now.</param>
[GenerateSerializer, Alias("gwh.order-report"), Immutable]
public readonly record struct OrderReport(
    [property: Id(0)] ReportKind Kind,
    [property: Id(1)] long Order,
    [property: Id(2)] long BookOrder,
    [property: Id(3)] long Sequence,
    [property: Id(4)] long Price = 0,
    [property: Id(5)] long Quantity = 0,
    [property: Id(6)] long FeeMicros = 0,
    [property: Id(7)] long Release = 0,
    [property: Id(8)] bool Settled = false,
    [property: Id(9)] bool Maker = false,
    [property: Id(10)] RejectReason Reason = RejectReason.None,
    [property: Id(11)] CommandKind Command = CommandKind.Place,
    [property: Id(12)] bool Answers = false,
    [property: Id(13)] Side Side = Side.Unspecified,
    [property: Id(14)] bool Parked = false);

/// <summary>A book's reports to one account: one message a turn and counterparty, packed: they wait in an outbox, travel and are recorded as the same bytes. Read by enumerating.</summary>
[GenerateSerializer, Alias("gwh.order-reports")]
public sealed class OrderReports : Message
{
    /// <summary>Reports given one by one, packed.</summary>
    public OrderReports(string instrument, ReadOnlySpan<OrderReport> reports)
        : this(OrderReportPacking.Pack(reports), instrument)
    {
    }

    internal OrderReports(byte[] packed, string instrument)
    {
        Instrument = instrument;
        Packed = packed;
    }

    /// <summary>The instrument.</summary>
    [Id(0)] public string Instrument { get; init; }

    /// <summary>All of the reports, in the order they happened, unpacked anew.</summary>
    public OrderReport[] Reports => OrderReportPacking.Unpack(Packed);

    [Id(3)]
    internal byte[] Packed { get; init; }

    /// <inheritdoc/>
    public override int Weight => Math.Max(1, OrderReportPacking.CountOf(Packed));

    /// <inheritdoc/>
    public override Int128 CashInTransitMicros
    {
        get
        {
            Int128 sum = 0;
            foreach (ref readonly var report in this)
            {
                if (report is { Kind: ReportKind.Filled, Settled: true })
                {
                    var notional = Units.Price.NotionalMicros(report.Price, report.Quantity);
                    sum += report.Side == Side.Bid ? -(Int128)notional - report.FeeMicros : (Int128)notional - report.FeeMicros;
                }
            }

            return sum;
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<(string Instrument, long Kwh)> TokensInTransit
    {
        get
        {
            long sum = 0;
            foreach (ref readonly var report in this)
            {
                if (report is { Kind: ReportKind.Filled, Settled: true })
                {
                    sum += report.Side == Side.Bid ? report.Quantity : -report.Quantity;
                }
            }

            return sum == 0 ? [] : [(Instrument, sum)];
        }
    }

    /// <summary>Reads them one by one.</summary>
    public OrderReportReader GetEnumerator() => new(Packed);
}
