using System.Diagnostics.CodeAnalysis;

namespace Marketplace.Domain.Orders;

/// <summary>
/// The packed form of reports: a head of small fields and of flags for what is not zero, told as what differs from the head before; numbers of orders, sequence and price as
/// differences. How many there are comes first. A usual report takes five bytes of an acceptance, about twelve of a fill.
/// </summary>
internal static class OrderReportPacking
{
    private const int Answers = 1 << 3;
    private const int Settled = 1 << 4;
    private const int Maker = 1 << 5;
    private const int HasReason = 1 << 10;
    private const int HasPrice = 1 << 11;
    private const int HasQuantity = 1 << 12;
    private const int HasFee = 1 << 13;
    private const int HasRelease = 1 << 14;
    private const int HasBookOrder = 1 << 15;
    private const int Parked = 1 << 16;
    private const int Undefined = ~((1 << 17) - 1);

    /// <summary>Packs reports.</summary>
    public static byte[] Pack(ReadOnlySpan<OrderReport> reports)
    {
        var writer = new PackedWriter(16 + (reports.Length * 24));
        writer.Number((ulong)reports.Length);
        var before = new Before();
        foreach (ref readonly var report in reports)
        {
            Write(ref writer, report, ref before);
        }

        return writer.Finish();
    }

    /// <summary>Unpacks reports.</summary>
    public static OrderReport[] Unpack(byte[] packed)
    {
        var reports = new OrderReport[CountOf(packed)];
        var reader = new OrderReportReader(packed);
        for (var at = 0; reader.MoveNext(); at++)
        {
            reports[at] = reader.Current;
        }

        return reports;
    }

    /// <summary>How many reports are packed.</summary>
    public static int CountOf(byte[] packed) => new PackedReader(packed).Count();

    private static void Write(ref PackedWriter writer, in OrderReport report, ref Before before)
    {
        Check.That((int)report.Kind < 8 && (int)report.Command < 4 && (int)report.Side < 4);
        var head = (int)report.Kind | (report.Answers ? Answers : 0) | (report.Settled ? Settled : 0) | (report.Maker ? Maker : 0) | ((int)report.Command << 6)
            | ((int)report.Side << 8) | (report.Reason != RejectReason.None ? HasReason : 0) | (report.Price != 0 ? HasPrice : 0) | (report.Quantity != 0 ? HasQuantity : 0)
            | (report.FeeMicros != 0 ? HasFee : 0) | (report.Release != 0 ? HasRelease : 0) | (report.BookOrder != 0 ? HasBookOrder : 0) | (report.Parked ? Parked : 0);
        writer.Number((ulong)(head ^ before.Head));
        writer.Signed(report.Order - before.Order);
        writer.Signed(report.Sequence - before.Sequence);
        if (report.BookOrder != 0)
        {
            writer.Signed(report.BookOrder - before.BookOrder);
            before.BookOrder = report.BookOrder;
        }

        if (report.Price != 0)
        {
            writer.Signed(report.Price - before.Price);
            before.Price = report.Price;
        }

        if (report.Quantity != 0)
        {
            writer.Signed(report.Quantity);
        }

        if (report.FeeMicros != 0)
        {
            writer.Signed(report.FeeMicros);
        }

        if (report.Release != 0)
        {
            writer.Signed(report.Release);
        }

        if (report.Reason != RejectReason.None)
        {
            writer.Signed((long)report.Reason);
        }

        (before.Head, before.Order, before.Sequence) = (head, report.Order, report.Sequence);
    }

    /// <summary>Reads one report behind another.</summary>
    public static OrderReport Read(ref PackedReader reader, ref Before before)
    {
        var head = (int)reader.Number() ^ before.Head;
        before.Head = head;
        Check.That((head & Undefined) == 0 && ((head >> 8) & 3) <= (int)Side.Ask);
        before.Order += reader.Signed();
        before.Sequence += reader.Signed();
        if ((head & HasBookOrder) != 0)
        {
            before.BookOrder += reader.Signed();
        }

        if ((head & HasPrice) != 0)
        {
            before.Price += reader.Signed();
        }

        return new OrderReport(
            (ReportKind)(head & 7),
            before.Order,
            (head & HasBookOrder) != 0 ? before.BookOrder : 0,
            before.Sequence,
            (head & HasPrice) != 0 ? before.Price : 0,
            (head & HasQuantity) != 0 ? reader.Signed() : 0,
            (head & HasFee) != 0 ? reader.Signed() : 0,
            (head & HasRelease) != 0 ? reader.Signed() : 0,
            (head & Settled) != 0,
            (head & Maker) != 0,
            (head & HasReason) != 0 ? (RejectReason)reader.Signed() : RejectReason.None,
            (CommandKind)((head >> 6) & 3),
            (head & Answers) != 0,
            (Side)((head >> 8) & 3),
            (head & Parked) != 0);
    }

    /// <summary>The report before: what the next is told against. At the beginning all zero.</summary>
    internal struct Before
    {
        public int Head;
        public long Order;
        public long BookOrder;
        public long Sequence;
        public long Price;
    }
}

/// <summary>Reads packed reports one after the other.</summary>
public ref struct OrderReportReader
{
    private PackedReader _reader;
    private OrderReportPacking.Before _before;
    private OrderReport _current;
    private int _left;

    internal OrderReportReader(byte[] packed)
    {
        _reader = new(packed);
        _left = _reader.Count();
    }

    /// <summary>The report read last.</summary>
    [UnscopedRef]
    public readonly ref readonly OrderReport Current => ref _current;

    /// <summary>Reads the next report; false at the end, which must be the end of the bytes.</summary>
    public bool MoveNext()
    {
        if (_left == 0)
        {
            Check.That(_reader.AtEnd);
            return false;
        }

        _left--;
        _current = OrderReportPacking.Read(ref _reader, ref _before);
        return true;
    }

    /// <summary>Reads the next reports, as many as there is room for; how many those are, 0 at the end.</summary>
    public int Read(scoped Span<OrderReport> into)
    {
        var count = 0;
        while (count < into.Length && MoveNext())
        {
            into[count++] = _current;
        }

        return count;
    }
}
