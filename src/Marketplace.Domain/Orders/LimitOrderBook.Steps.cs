using System.Runtime.CompilerServices;

namespace Marketplace.Domain.Orders;

/// <summary>The steps a book takes, live and in replay: each changes the state and tells it as an event.</summary>
public sealed partial class LimitOrderBook
{
    /// <summary>Does again what a journaled event says, with the command it answers where it answers one.</summary>
    public void Redo(in BookEvent happened, int party, in OrderCommand command)
    {
        switch (happened.Kind)
        {
            case BookEventKind.Refused:
                Refuse(happened.Reason);
                break;
            case BookEventKind.Taken:
                TakeIn(party, command);
                Check.That(_taker.Number == happened.Order);
                break;
            case BookEventKind.Traded:
                BeginActing();
                Trade(happened.Quantity, happened.TakerFeeMicros, happened.MakerFeeMicros);
                break;
            case BookEventKind.Rested:
                BeginActing();
                Rest();
                break;
            case BookEventKind.Parked:
                Park();
                break;
            case BookEventKind.Triggered:
                Trigger();
                Check.That(_taker.Number == happened.Order);
                break;
            case BookEventKind.Decremented:
                BeginActing();
                Decrement(happened.Quantity);
                break;
            case BookEventKind.Cancelled when happened.ByCommand:
                Drop(Slot(RestingOrder.KeyOf(party, command.Order)), happened.Reason, byCommand: true);
                break;
            case BookEventKind.Cancelled when happened.Key != 0:
                CancelInBook(Slot(happened.Key), happened.Reason);
                break;
            case BookEventKind.Cancelled:
                DropTaker(happened.Reason);
                break;
            case BookEventKind.Reduced:
                ReduceTo(Slot(RestingOrder.KeyOf(party, command.Order)), happened.Quantity, command.ExtraHold);
                break;
            case BookEventKind.Replaced:
                TakeOut(Slot(RestingOrder.KeyOf(party, command.Order)), command, happened.Quantity);
                break;
        }
    }

    private int Slot(long key)
    {
        var slot = _index.Find(key, _orders);
        Check.That(slot >= 0);
        return slot;
    }

    /// <summary>An order that acts has no stop price any more.</summary>
    private void BeginActing() => _takerTerms.StopPrice = 0;

    private void TakeIn(int party, in OrderCommand command)
    {
        _taker.Number = ++_lastNumber;
        _taker.Key = RestingOrder.KeyOf(party, command.Order);
        _taker.Price = command.Price;
        _taker.Filled = 0;
        _taker.MakerBps = (short)command.MakerBps;
        _taker.TakerBps = (short)command.TakerBps;
        _taker.FeeRemainder = 0;
        _taker.Traits = OrderTraits.Of(command);
        _takerTerms.ExpiresAtMicros = command.ExpiresAtMicros;
        _takerTerms.DisplayKwh = command.DisplayKwh;
        _takerTerms.StopPrice = command.StopPrice;
        ShowTip(command.Quantity);
        ref var happened = ref Happened(BookEventKind.Taken);
        happened.ByCommand = true;
        Tell(ref happened);
    }

    /// <summary>The first resting order of the other side trades with the incoming one. Fees are computed, or given by the journal.</summary>
    private void Trade(long quantity, long takerFee = -1, long makerFee = -1)
    {
        var against = _sides[_taker.Traits.IsAsk ? BidSide : AskSide];
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
            var stops = _sides[side];
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

    private void Rest()
    {
        Sequence++;
        ref var happened = ref Happened(BookEventKind.Rested);
        happened.Quantity = TakerOpen;
        happened.Behind = true;
        Tell(ref happened);
        Store(_taker.Traits.IsAsk ? AskSide : BidSide, _taker.Price);
    }

    private void Park()
    {
        ref var happened = ref Happened(BookEventKind.Parked);
        happened.Quantity = TakerOpen;
        Tell(ref happened);
        _taker.Traits = _taker.Traits.Waiting(true);
        _waiting++;
        Store(_taker.Traits.IsAsk ? AskStopSide : BidStopSide, _takerTerms.StopPrice);
    }

    /// <summary>The stop order that was triggered first is the incoming order now.</summary>
    private void Trigger()
    {
        var slot = _levels[TriggeredLevel].First;
        Check.That(slot >= 0);
        Take(slot);
        _takerTerms.StopPrice = 0;
        ref var happened = ref Happened(BookEventKind.Triggered);
        Tell(ref happened);
    }

    /// <summary>Makes an order of the book the incoming one.</summary>
    private void Take(int slot)
    {
        _taker = _orders[slot];
        _takerTerms = _taker.Rare < 0 ? default : _rare[_taker.Rare];
        _waiting -= _taker.Traits.IsWaiting ? 1 : 0;
        _taker.Traits = _taker.Traits.Waiting(false);
        Erase(slot);
    }

    private void Decrement(long quantity)
    {
        var against = _sides[_taker.Traits.IsAsk ? BidSide : AskSide];
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

    private void DropTaker(RejectReason reason)
    {
        var open = TakerOpen;
        ref var happened = ref Happened(BookEventKind.Cancelled);
        happened.ByCommand = false;
        happened.WasInBook = false;
        happened.WasWaiting = false;
        happened.Reason = reason;
        happened.Quantity = open;
        happened.Release = _taker.HoldFor(open);
        _taker.Shown = 0;
        _takerTerms.Hidden = 0;
        Tell(ref happened);
    }

    private void CancelInBook(int slot, RejectReason reason) => Drop(slot, reason, byCommand: false);

    private void Drop(int slot, RejectReason reason, bool byCommand)
    {
        ref var order = ref _orders[slot];
        var open = OpenOf(order);
        ref var happened = ref Happened(BookEventKind.Cancelled);
        happened.ByCommand = byCommand;
        happened.WasInBook = true;
        happened.Reason = reason;
        happened.Quantity = open;
        happened.Release = order.HoldFor(open);
        Leave(ref happened, order);
        _waiting -= happened.WasWaiting ? 1 : 0;
        Erase(slot);
    }

    private void ReduceTo(int slot, long openKwh, long extraHold)
    {
        ref var order = ref _orders[slot];
        var open = OpenOf(order);
        ref var happened = ref Happened(BookEventKind.Reduced);
        happened.Release = order.HoldFor(open) + extraHold - order.HoldFor(openKwh);
        if (openKwh < open)
        {
            Shrink(ref order, open - openKwh);
        }

        happened.ByCommand = true;
        happened.WasInBook = true;
        happened.Quantity = openKwh;
        Leave(ref happened, order);
        happened.Open = openKwh;
        happened.Shown = order.Shown;
    }

    private void TakeOut(int slot, in OrderCommand command, long open)
    {
        ref var order = ref _orders[slot];
        ref var happened = ref Happened(BookEventKind.Replaced);
        happened.ByCommand = true;
        happened.WasInBook = true;
        happened.Quantity = open;
        Leave(ref happened, order);
        var before = order.HoldFor(OpenOf(order));
        happened.PriceBefore = order.Price;
        Take(slot);
        _taker.Price = command.Price;
        _takerTerms.StopPrice = command.StopPrice != 0 ? command.StopPrice : _takerTerms.StopPrice;
        ShowTip(open);
        happened.Price = command.Price;
        happened.Open = open;
        happened.Release = before + command.ExtraHold - _taker.HoldFor(open);
        Check.That(happened.Release >= 0);
    }

    /// <summary>Moves the sequence for what happens to an order of the book, unless nobody else can see it, and tells which order it is.</summary>
    private void Leave(ref OrderEvent happened, in RestingOrder order)
    {
        happened.WasWaiting = order.Traits.IsWaiting;
        Sequence += happened.WasWaiting ? 0 : 1;
        happened.Side = order.Traits.Side;
        happened.Number = order.Number;
        happened.Key = order.Key;
        happened.Price = order.Price;
        happened.Open = 0;
        happened.Shown = 0;
        happened.Behind = false;
        happened.Sequence = Sequence;
    }

    private void Tell(ref OrderEvent happened)
    {
        happened.Side = _taker.Traits.Side;
        happened.Number = _taker.Number;
        happened.Key = _taker.Key;
        happened.Price = _taker.Price;
        happened.Open = TakerOpen;
        happened.Shown = _taker.Shown;
        happened.Sequence = Sequence;
    }
}
