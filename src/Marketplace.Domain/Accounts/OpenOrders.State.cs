using Marketplace.Domain.Instruments;
using Marketplace.Domain.Orders;

namespace Marketplace.Domain.Accounts;

/// <summary>The open orders in canonical form: the names they have, each once and in order, then the orders by number.</summary>
internal sealed partial class OpenOrders
{
    private const int CodeBits = 4;

    /// <summary>Writes the orders.</summary>
    public void Write(StateWriter writer)
    {
        var (names, rankOf) = NamesInUse();
        writer.Count(names.Length);
        foreach (var name in names)
        {
            writer.Text(name);
        }

        writer.Count(Count);
        var (number, time) = (0L, 0L);
        foreach (var place in GetPlaces())
        {
            ref readonly var row = ref At(place);
            writer.Wide(unchecked((Int128)row.Key.Value));
            if (row.Key.IsHashed)
            {
                writer.Text(IdOf(place));
            }

            writer.Longs([row.Number - number, rankOf[row.Instrument], rankOf[row.Session], CodesOf(row), row.Price, row.Quantity, row.MakerBps, row.TakerBps, row.EnteredVersion, row.BookOrder,
                row.Filled, row.FilledMicros, row.FeeMicros, row.HoldAmount, row.ExtraHolds, row.ChangesUnderWay, row.Sequence, row.TimeMicros - time]);
            if (row.IsRare)
            {
                var rare = _rare![place];
                writer.Longs([rare.ExpiresAtMicros, rare.DisplayKwh, rare.StopPrice, rare.IfSequence]);
            }

            (number, time) = (row.Number, row.TimeMicros);
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote, where there are no orders yet.</summary>
    public void Read(StateReader reader)
    {
        var names = new string[reader.Count()];
        for (var at = 0; at < names.Length; at++)
        {
            names[at] = reader.Text();
        }

        var (number, time) = (0L, 0L);
        for (var count = reader.Count(); count > 0; count--)
        {
            var key = new RequestKey(unchecked((UInt128)reader.Wide()));
            var longId = key.IsHashed ? reader.Text() : null;
            number += reader.Long();
            var (instrument, session, codes) = (names[(int)reader.Long()], names[(int)reader.Long()], reader.Long());
            var terms = new OrderCommand(
                CommandKind.Place, number, (Side)Code(codes, 0), (OrderType)Code(codes, 1), (TimeInForce)Code(codes, 2), Code(codes, 5) != 0, (SelfTradeMode)Code(codes, 3),
                reader.Long(), reader.Long(), 0, (int)reader.Long(), (int)reader.Long());
            var row = OrderRow.Enter(key, terms, hold: 0, reader.Long(), default);
            row.Status = (OrderStatus)Code(codes, 4);
            row.IsRare = Code(codes, 6) != 0;
            row.BookOrder = reader.Long();
            row.Filled = reader.Long();
            row.FilledMicros = reader.Long();
            row.FeeMicros = reader.Long();
            row.HoldAmount = reader.Long();
            row.ExtraHolds = reader.Long();
            row.ChangesUnderWay = (int)reader.Long();
            row.Sequence = reader.Long();
            row.TimeMicros = time += reader.Long();
            Enter(row, instrument, longId, session, row.IsRare ? new(reader.Long(), reader.Long(), reader.Long(), reader.Long()) : default);
        }
    }

    /// <summary>What is one of few, four bits each.</summary>
    private static long CodesOf(in OrderRow row)
    {
        ReadOnlySpan<byte> codes = [(byte)row.Side, (byte)row.Type, (byte)row.TimeInForce, row.SelfTrade, (byte)row.Status, row.PostOnly ? (byte)1 : (byte)0, row.IsRare ? (byte)1 : (byte)0];
        long all = 0;
        for (var at = 0; at < codes.Length; at++)
        {
            Check.That(codes[at] >> CodeBits == 0);
            all |= (long)codes[at] << (at * CodeBits);
        }

        return all;
    }

    private static byte Code(long codes, int at) => (byte)((codes >> (at * CodeBits)) & ((1 << CodeBits) - 1));

    /// <summary>The names of open orders in order, and the rank of each by its place: those of orders that have ended, and are not forgotten yet, have none.</summary>
    private (string[] Names, int[] RankOf) NamesInUse()
    {
        var rankOf = new int[_names.Places];
        foreach (var place in GetPlaces())
        {
            ref readonly var row = ref At(place);
            rankOf[row.Instrument] = rankOf[row.Session] = 1;
        }

        int[] used = [.. Enumerable.Range(0, rankOf.Length).Where(place => rankOf[place] != 0).OrderBy(place => _names[place], StringComparer.Ordinal)];
        for (var rank = 0; rank < used.Length; rank++)
        {
            rankOf[used[rank]] = rank;
        }

        return ([.. used.Select(place => _names[place])], rankOf);
    }
}
