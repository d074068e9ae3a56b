using System.Runtime.CompilerServices;

namespace Marketplace.Domain.Orders;

/// <summary>The steps between the incoming order and the first resting one of the other side, and what they set off.</summary>
public sealed partial class LimitOrderBook
{
    /// <summary>The first resting order of the other side trades with the incoming one. Fees are computed, or given by the journal.</summary>
    private void Trade(long quantity, long takerFee = -1, long makerFee = -1)
    {
        ref var against = ref _sides[_taker.Traits.IsAsk ? BidSide : AskSide];
        ref var level = ref _levels[against.Best];
        var price = level.Price;
        var slot = level.First;
        ref var maker = ref _orders[slot];
        var notional = Price.NotionalMicros(price, quantity);
        Sequence++;
        LastPrice = price;

        ref var happened = ref Happened(BookEventKind.Traded);
        happened.MakerNumber = maker.Number;
        happened.MakerKey = maker.Key;
        happened.Price = price;
        happened.Quantity = quantity;
        happened.MakerRelease = Fill(ref maker, HiddenOf(maker), maker.MakerBps, price, quantity, notional, makerFee, out happened.MakerFeeMicros);
        happened.Release = Fill(ref _taker, _takerTerms.Hidden, _taker.TakerBps, price, quantity, notional, takerFee, out happened.FeeMicros);
        happened.Behind = false;
        if (quantity < maker.Shown)
        {
            maker.Shown -= quantity;
            level.Shown -= quantity;
            happened.Shown = maker.Shown;
            happened.MakerOpen = OpenOf(maker);
        }
        else if (HiddenOf(maker) == 0)
        {
            Check.That(quantity == maker.Shown);
            happened.Shown = 0;
            happened.MakerOpen = 0;
            Erase(slot);
        }
        else
        {
            Check.That(quantity == maker.Shown);
            Refill(ref level, slot);
            happened.Shown = maker.Shown;
            happened.MakerOpen = OpenOf(maker);
            happened.Behind = true;
        }

        _taker.Shown -= quantity;
        Check.That(_taker.Shown >= 0);
        if (_taker.Shown == 0 && _takerTerms.Hidden > 0)
        {
            ShowTip(_takerTerms.Hidden);
        }

        happened.Side = _taker.Traits.Side;
        happened.Number = _taker.Number;
        happened.Key = _taker.Key;
        happened.Open = TakerOpen;
        happened.Sequence = Sequence;
        if (_waiting > 0)
        {
            QueueTriggered();
        }
    }

    /// <summary>Books a fill on one order, before its quantity goes down. Returns what it releases: a bid's price improvement, and the fee that can no longer become due.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Fill(ref RestingOrder order, long hidden, int bps, long price, long quantity, long notional, long givenFee, out long fee)
    {
        fee = Fee.OfFill(order.FeeRemainder, bps, notional, out var remainder);
        fee = givenFee >= 0 ? givenFee : fee;
        order.Filled += quantity;
        if (order.Traits.IsAsk)
        {
            order.FeeRemainder = (short)remainder;
            return 0;
        }

        long release;
        if (order.MaxBps == 0)
        {
            release = ((order.Price - price) * quantity) - fee;
        }
        else
        {
            var open = order.Shown + hidden;
            var before = order.HoldFor(open);
            order.FeeRemainder = (short)remainder;
            release = before - order.HoldFor(open - quantity) - notional - fee;
        }

        Check.That(release >= 0);
        return release;
    }

    /// <summary>An iceberg whose tip has traded shows its next one, behind all others of its price.</summary>
    private void Refill(ref PriceLevel level, int slot)
    {
        ref var order = ref _orders[slot];
        ref var terms = ref _rare[order.Rare];
        var tip = Math.Min(terms.Hidden, terms.DisplayKwh);
        terms.Hidden -= tip;
        level.Hidden -= tip;
        level.Shown += tip - order.Shown;
        order.Shown = tip;
        if (order.Next >= 0)
        {
            level.First = order.Next;
            _orders[order.Next].Previous = -1;
            _orders[level.Last].Next = slot;
            order.Previous = level.Last;
            order.Next = -1;
            level.Last = slot;
        }
    }

    /// <summary>Stop orders whose price has been reached queue up to act: bids from the lowest stop price up, then asks from the highest down, each price in turn.</summary>
    private void QueueTriggered()
    {
        for (var side = BidStopSide; side <= AskStopSide; side++)
        {
            ref var stops = ref _sides[side];
            while (stops.Best >= 0 && (side == BidStopSide ? _levels[stops.Best].Price <= LastPrice : _levels[stops.Best].Price >= LastPrice))
            {
                var slot = _levels[stops.Best].First;
                ref var order = ref _orders[slot];
                var hidden = HiddenOf(order);
                Unlink(ref order, hidden);
                Link(TriggeredLevel, slot, hidden);
            }
        }
    }

    private void Decrement(long quantity)
    {
        ref var against = ref _sides[_taker.Traits.IsAsk ? BidSide : AskSide];
        var slot = _levels[against.Best].First;
        ref var maker = ref _orders[slot];
        Sequence++;
        ref var happened = ref Happened(BookEventKind.Decremented);
        happened.MakerNumber = maker.Number;
        happened.MakerKey = maker.Key;
        happened.Quantity = quantity;
        happened.Behind = false;
        var makerOpen = OpenOf(maker);
        happened.MakerOpen = makerOpen - quantity;
        happened.MakerRelease = maker.HoldFor(makerOpen) - maker.HoldFor(happened.MakerOpen);
        var open = TakerOpen;
        happened.Release = _taker.HoldFor(open) - _taker.HoldFor(open - quantity);
        if (happened.MakerOpen == 0)
        {
            Erase(slot);
            happened.Shown = 0;
        }
        else
        {
            Shrink(ref maker, quantity);
            happened.Shown = maker.Shown;
        }

        var hidden = Math.Min(_takerTerms.Hidden, quantity);
        _takerTerms.Hidden -= hidden;
        _taker.Shown -= quantity - hidden;
        Check.That(_taker.Shown >= 0 && happened.MakerOpen >= 0);
        happened.Side = _taker.Traits.Side;
        happened.Number = _taker.Number;
        happened.Key = _taker.Key;
        happened.Price = maker.Price;
        happened.Open = TakerOpen;
        happened.Sequence = Sequence;
    }
}
