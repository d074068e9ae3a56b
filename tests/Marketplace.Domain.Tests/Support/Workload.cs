using System.Globalization;
using System.IO.Compression;
using Marketplace.Domain.Instruments;
using Marketplace.Domain.Orders;

namespace Marketplace.Domain.Tests.Support;

/// <summary>One line of a workload file: A a limit order, X a limit order that crosses, C cancel, M cancel and then a new order, R less open quantity.</summary>
internal readonly record struct WorkloadLine(char Op, Side Side, long Id, long Price, long Quantity, long NewId)
{
    /// <summary>The new order of a line that has one.</summary>
    public OrderCommand Placed => new(
        CommandKind.Place, Op == 'M' ? NewId : Id, Side, OrderType.Limit, TimeInForce.GoodTillCancelled, SelfTrade: SelfTradeMode.None, Price: Price, Quantity: Quantity);
}

/// <summary>A file of commands on one instrument, and the hashes by which two books compare what came of them.</summary>
internal static class Workload
{
    private const ulong Offset = 1469598103934665603;
    private const ulong Prime = 1099511628211;

    /// <summary>Reads "op,id,side,price,qty,newid" lines, packed with gzip where the name ends so.</summary>
    public static WorkloadLine[] Read(string path)
    {
        using var file = File.OpenRead(path);
        using var unpacked = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : (Stream)file;
        using var reader = new StreamReader(unpacked);
        Assert(reader.ReadLine() == "op,id,side,price,qty,newid", "the header is op,id,side,price,qty,newid");
        var lines = new List<WorkloadLine>();
        while (reader.ReadLine() is { } line)
        {
            var fields = line.Split(',');
            lines.Add(new(fields[0][0], fields[2] == "S" ? Side.Ask : Side.Bid, Number(fields[1]), Number(fields[3]), Number(fields[4]), Number(fields[5])));
        }

        return [.. lines];
    }

    /// <summary>The beginning of a hash: FNV-1a 64.</summary>
    public static ulong Hash() => Offset;

    /// <summary>Takes a 64-bit word, its lowest byte first, into a hash.</summary>
    public static ulong Hash(ulong hash, long word)
    {
        unchecked
        {
            for (var shift = 0; shift < 64; shift += 8)
            {
                hash = (hash ^ (byte)(word >> shift)) * Prime;
            }

            return hash;
        }
    }

    /// <summary>Takes the trade of a book's event into a hash: taker, maker, price, quantity, by the account's numbers.</summary>
    public static ulong Hash(ulong hash, in OrderEvent traded) =>
        Hash(Hash(Hash(Hash(hash, OrderEvent.AccountOrderOf(traded.Key)), OrderEvent.AccountOrderOf(traded.MakerKey)), traded.Price), traded.Quantity);

    /// <summary>The hash of a book's levels: bids best to worst, then asks: price, quantity, orders.</summary>
    public static ulong LevelHash(LimitOrderBook book) => new[] { Side.Bid, Side.Ask }.SelectMany(side => book.Levels(side, int.MaxValue))
        .Aggregate(Offset, (hash, level) => Hash(Hash(Hash(hash, level.Price), level.Quantity), level.Orders));

    /// <summary>The hash of a book's orders in the same walk: account's number, price, open quantity.</summary>
    public static ulong OrderHash(LimitOrderBook book) => new[] { Side.Bid, Side.Ask }.SelectMany(book.Orders)
        .Aggregate(Offset, (hash, order) => Hash(Hash(Hash(hash, OrderEvent.AccountOrderOf(order.Key)), order.Price), order.Shown + order.Hidden));

    /// <summary>Does one line on a book as a party. A reduction names the new open quantity.</summary>
    public static void Do(LimitOrderBook book, int party, in WorkloadLine line)
    {
        switch (line.Op)
        {
            case 'C':
                book.Execute(party, new OrderCommand(CommandKind.Cancel, line.Id, line.Side));
                break;
            case 'M':
                book.Execute(party, new OrderCommand(CommandKind.Cancel, line.Id, line.Side));
                book.Execute(party, line.Placed);
                break;
            case 'R':
                book.Execute(party, new OrderCommand(CommandKind.Reduce, line.Id, line.Side, Quantity: line.Quantity));
                break;
            default:
                book.Execute(party, line.Placed);
                break;
        }
    }

    private static long Number(string field) => long.Parse(field, CultureInfo.InvariantCulture);

    private static void Assert(bool holds, string what)
    {
        if (!holds)
        {
            throw new FormatException(what);
        }
    }
}
