using System.Diagnostics.CodeAnalysis;
using Marketplace.Domain.Instruments;

namespace Marketplace.Domain.Orders;

/// <summary>
/// The packed form of commands: a head of small fields and of flags for the rare ones, told as what differs from the head before; the account's number, price and quantity
/// as differences; the rates only where they change. How many there are comes first. A usual command takes five to eight bytes.
/// </summary>
internal static class OrderCommandPacking
{
    private const int PostOnly = 1 << 10;
    private const int HasExpiry = 1 << 14;
    private const int HasExtraHold = 1 << 15;
    private const int HasReason = 1 << 16;
    private const int HasDisplay = 1 << 17;
    private const int HasStop = 1 << 18;
    private const int HasSequence = 1 << 19;
    private const int HasRates = 1 << 20;
    private const int Undefined = ~((1 << 21) - 1);

    /// <summary>Packs commands.</summary>
    public static byte[] Pack(ReadOnlySpan<OrderCommand> commands)
    {
        var writer = new PackedWriter(16 + (commands.Length * 24));
        writer.Number((ulong)commands.Length);
        var before = new Before();
        foreach (ref readonly var command in commands)
        {
            Write(ref writer, command, ref before);
        }

        return writer.Finish();
    }

    /// <summary>How many commands are packed.</summary>
    public static int CountOf(byte[] packed) => new PackedReader(packed).Count();

    /// <summary>Unpacks commands.</summary>
    public static OrderCommand[] Unpack(byte[] packed)
    {
        var commands = new OrderCommand[CountOf(packed)];
        var reader = new OrderCommandReader(packed);
        for (var at = 0; reader.MoveNext(); at++)
        {
            commands[at] = reader.Current;
        }

        return commands;
    }

    /// <summary>Writes one command behind another.</summary>
    public static void Write(ref PackedWriter writer, in OrderCommand command, ref Before before)
    {
        Check.That((int)command.Kind < 4 && (int)command.Side < 4 && (int)command.Type < 8 && (int)command.TimeInForce < 8 && (int)command.SelfTrade < 8);
        var newRates = command.MakerBps != before.MakerBps || command.TakerBps != before.TakerBps;
        var head = (int)command.Kind | ((int)command.Side << 2) | ((int)command.Type << 4) | ((int)command.TimeInForce << 7) | (command.PostOnly ? PostOnly : 0)
            | ((int)command.SelfTrade << 11) | (command.ExpiresAtMicros != 0 ? HasExpiry : 0) | (command.ExtraHold != 0 ? HasExtraHold : 0)
            | (command.Reason != RejectReason.None ? HasReason : 0) | (command.DisplayKwh != 0 ? HasDisplay : 0) | (command.StopPrice != 0 ? HasStop : 0)
            | (command.IfSequence != 0 ? HasSequence : 0) | (newRates ? HasRates : 0);
        writer.Number((ulong)(head ^ before.Head));
        writer.Signed(command.Order - before.Order);
        writer.Signed(command.Price - before.Price);
        writer.Signed(command.Quantity - before.Quantity);
        if (newRates)
        {
            writer.Signed(command.MakerBps);
            writer.Signed(command.TakerBps);
        }

        if ((head & (HasExpiry | HasExtraHold | HasReason | HasDisplay | HasStop | HasSequence)) != 0)
        {
            WriteRare(ref writer, command, head);
        }

        before = new Before { Head = head & ~HasRates, Order = command.Order, Price = command.Price, Quantity = command.Quantity, MakerBps = command.MakerBps, TakerBps = command.TakerBps };
    }

    /// <summary>Reads one command behind another.</summary>
    public static OrderCommand Read(ref PackedReader reader, ref Before before)
    {
        var head = (int)reader.Number() ^ before.Head;
        before.Head = head & ~HasRates;
        before.Order += reader.Signed();
        before.Price += reader.Signed();
        before.Quantity += reader.Signed();
        if ((head & HasRates) != 0)
        {
            before.MakerBps = (int)reader.Signed();
            before.TakerBps = (int)reader.Signed();
        }

        Check.That((head & Undefined) == 0 && ((head >> 2) & 3) <= (int)Side.Ask && ((head >> 4) & 7) <= (int)OrderType.StopLimit && ((head >> 7) & 7) <= (int)TimeInForce.GoodTillDate
            && ((head >> 11) & 7) <= (int)SelfTradeMode.Reject);
        return new OrderCommand(
            (CommandKind)(head & 3),
            before.Order,
            (Side)((head >> 2) & 3),
            (OrderType)((head >> 4) & 7),
            (TimeInForce)((head >> 7) & 7),
            (head & PostOnly) != 0,
            (SelfTradeMode)((head >> 11) & 7),
            before.Price,
            before.Quantity,
            (head & HasExpiry) != 0 ? reader.Signed() : 0,
            before.MakerBps,
            before.TakerBps,
            (head & HasExtraHold) != 0 ? reader.Signed() : 0,
            (head & HasReason) != 0 ? (RejectReason)reader.Signed() : RejectReason.None,
            (head & HasDisplay) != 0 ? reader.Signed() : 0,
            (head & HasStop) != 0 ? reader.Signed() : 0,
            (head & HasSequence) != 0 ? reader.Signed() : 0);
    }

    private static void WriteRare(ref PackedWriter writer, in OrderCommand command, int head)
    {
        if ((head & HasExpiry) != 0)
        {
            writer.Signed(command.ExpiresAtMicros);
        }

        if ((head & HasExtraHold) != 0)
        {
            writer.Signed(command.ExtraHold);
        }

        if ((head & HasReason) != 0)
        {
            writer.Signed((long)command.Reason);
        }

        if ((head & HasDisplay) != 0)
        {
            writer.Signed(command.DisplayKwh);
        }

        if ((head & HasStop) != 0)
        {
            writer.Signed(command.StopPrice);
        }

        if ((head & HasSequence) != 0)
        {
            writer.Signed(command.IfSequence);
        }
    }

    /// <summary>The command before: what the next is told against. At the beginning all zero.</summary>
    internal struct Before
    {
        public int Head;
        public int MakerBps;
        public int TakerBps;
        public long Order;
        public long Price;
        public long Quantity;
    }
}

/// <summary>Reads packed commands one after the other.</summary>
public ref struct OrderCommandReader
{
    private PackedReader _reader;
    private OrderCommandPacking.Before _before;
    private OrderCommand _current;
    private int _left;

    internal OrderCommandReader(byte[] packed)
    {
        _reader = new(packed);
        _left = _reader.Count();
    }

    /// <summary>The command read last.</summary>
    [UnscopedRef]
    public readonly ref readonly OrderCommand Current => ref _current;

    /// <summary>Reads the next command; false at the end, which must be the end of the bytes.</summary>
    public bool MoveNext()
    {
        if (_left == 0)
        {
            Check.That(_reader.AtEnd);
            return false;
        }

        _left--;
        _current = OrderCommandPacking.Read(ref _reader, ref _before);
        return true;
    }

    /// <summary>Reads the next commands, as many as there is room for; how many those are, 0 at the end.</summary>
    public int Read(scoped Span<OrderCommand> into)
    {
        var count = 0;
        while (count < into.Length && MoveNext())
        {
            into[count++] = _current;
        }

        return count;
    }
}
