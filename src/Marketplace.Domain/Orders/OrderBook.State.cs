using Marketplace.Domain.Instruments;

namespace Marketplace.Domain.Orders;

/// <summary>The book's state in canonical form: bids best first in turn, then asks.</summary>
public sealed partial class OrderBook
{
    /// <inheritdoc/>
    protected override void WriteState(StateWriter writer)
    {
        writer.Bool(Instrument is not null);
        if (Instrument is not null)
        {
            writer.Whole(Instrument);
        }

        writer.Long((long)State);
        writer.Long(Sequence);
        writer.Long(_lastOrderNumber);
        writer.Count(_parties.Count);
        foreach (var party in _parties)
        {
            writer.Text(party.Account);
            writer.Text(party.Firm);
        }

        writer.Count(_slotOf.Count);
        foreach (var side in new[] { _bids, _asks })
        {
            for (var level = side.Best; level >= 0; level = side.NextBehind(level))
            {
                for (var slot = side.Level(level).First; slot >= 0; slot = _orders[slot].Next)
                {
                    WriteOrder(writer, _orders[slot]);
                }
            }
        }

        _requests.Write(writer);
        Settlement.Write(writer);
    }

    /// <inheritdoc/>
    protected override void ReadState(StateReader reader)
    {
        if (reader.Bool())
        {
            TakeTerms(reader.Whole<Instrument>());
        }

        State = (InstrumentState)reader.Long();
        Sequence = reader.Long();
        _lastOrderNumber = reader.Long();
        for (var parties = reader.Count(); parties > 0; parties--)
        {
            var account = reader.Text();
            _partyOf.Add(account, _parties.Count);
            Settlement.Met(_parties.Count);
            _parties.Add(new(account, reader.Text()));
        }

        for (var orders = reader.Count(); orders > 0; orders--)
        {
            var order = ReadOrder(reader);
            var slot = _orders.Take(order);
            _slotOf.Add(order.Key, slot);
            if (order.ExpiresAtMicros != 0)
            {
                _expiries.Add((order.ExpiresAtMicros, order.Key));
            }

            Of(order.Side).Append(slot);
        }

        _requests.Read(reader);
        Settlement.Read(reader);
    }

    private static void WriteOrder(StateWriter writer, in RestingOrder order)
    {
        foreach (var field in (ReadOnlySpan<long>)[order.Number, order.AccountOrder, order.Price, order.Open, order.Filled, order.ExpiresAtMicros, order.Party,
            order.MakerBps, order.TakerBps, (long)order.Side, (long)order.Type, (long)order.TimeInForce, order.PostOnly ? 1 : 0, (long)order.SelfTrade])
        {
            writer.Long(field);
        }

        writer.Wide(order.FeeWeight);
    }

    private static RestingOrder ReadOrder(StateReader reader) => new()
    {
        Number = reader.Long(),
        AccountOrder = reader.Long(),
        Price = reader.Long(),
        Open = reader.Long(),
        Filled = reader.Long(),
        ExpiresAtMicros = reader.Long(),
        Party = (int)reader.Long(),
        MakerBps = (short)reader.Long(),
        TakerBps = (short)reader.Long(),
        Side = (Side)reader.Long(),
        Type = (OrderType)reader.Long(),
        TimeInForce = (TimeInForce)reader.Long(),
        PostOnly = reader.Long() != 0,
        SelfTrade = (SelfTradeMode)reader.Long(),
        FeeWeight = reader.Wide(),
    };
}
