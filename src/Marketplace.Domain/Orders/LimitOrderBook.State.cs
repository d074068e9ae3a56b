using Marketplace.Domain.Instruments;

namespace Marketplace.Domain.Orders;

/// <summary>The orders in canonical form: bids best first in turn, asks, waiting bids nearest first, waiting asks, and those whose stop price was reached, in turn.</summary>
public sealed partial class LimitOrderBook
{
    internal void Write(StateWriter writer)
    {
        writer.Long(_lastNumber);
        writer.Count(_index.Count);
        for (var side = 0; side < _sides.Length; side++)
        {
            for (var level = _sides[side].Best; level >= 0; level = _sides[side].NextBehind(_levels[level].Price))
            {
                WriteQueue(writer, level, side);
            }
        }

        WriteQueue(writer, TriggeredLevel, _sides.Length);
    }

    /// <summary>Reads what <see cref="Write"/> wrote into an empty book that has its terms and parties.</summary>
    internal void Read(StateReader reader)
    {
        _lastNumber = reader.Long();
        for (var orders = reader.Count(); orders > 0; orders--)
        {
            ReadOrder(reader);
        }
    }

    private void WriteQueue(StateWriter writer, int level, int side)
    {
        for (var slot = _levels[level].First; slot >= 0; slot = _orders[slot].Next)
        {
            ref var order = ref _orders[slot];
            var terms = order.Rare < 0 ? default : _rare[order.Rare];
            foreach (var field in (ReadOnlySpan<long>)[side, order.Number, order.Party, order.AccountOrder, order.Price, order.Shown, order.Filled, order.MakerBps, order.TakerBps,
                order.FeeRemainder, (long)order.Traits.Type, (long)order.Traits.TimeInForce, order.Traits.PostOnly ? 1 : 0, (long)order.Traits.SelfTrade,
                order.Traits.IsAsk ? 1 : 0, terms.ExpiresAtMicros, terms.DisplayKwh, terms.Hidden, terms.StopPrice])
            {
                writer.Long(field);
            }
        }
    }

    private void ReadOrder(StateReader reader)
    {
        var side = (int)reader.Long();
        _taker.Number = reader.Long();
        _taker.Key = RestingOrder.KeyOf((int)reader.Long(), reader.Long());
        _taker.Price = reader.Long();
        _taker.Shown = reader.Long();
        _taker.Filled = reader.Long();
        _taker.MakerBps = (short)reader.Long();
        _taker.TakerBps = (short)reader.Long();
        _taker.FeeRemainder = (short)reader.Long();
        var (type, force, postOnly, selfTrade) = ((OrderType)reader.Long(), (TimeInForce)reader.Long(), reader.Long() != 0, (SelfTradeMode)reader.Long());
        var isWaiting = side >= BidStopSide;
        _taker.Traits = OrderTraits.Of(reader.Long() != 0 ? Side.Ask : Side.Bid, type, force, postOnly, selfTrade).Waiting(isWaiting);
        _takerTerms = new() { ExpiresAtMicros = reader.Long(), DisplayKwh = reader.Long(), Hidden = reader.Long(), StopPrice = reader.Long() };
        _waiting += isWaiting ? 1 : 0;
        if (side < _sides.Length)
        {
            Store(side, isWaiting ? _takerTerms.StopPrice : _taker.Price);
            return;
        }

        // One that was to act next: through the queue of its stop price into the queue of those.
        Store(_taker.Traits.IsAsk ? AskStopSide : BidStopSide, _takerTerms.StopPrice);
        var slot = _index.Find(_taker.Key, _orders);
        Unlink(ref _orders[slot], _takerTerms.Hidden);
        Link(TriggeredLevel, slot, _takerTerms.Hidden);
    }
}
