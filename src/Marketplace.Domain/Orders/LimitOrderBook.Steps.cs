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
