using Marketplace.Domain.Instruments;

namespace Marketplace.Domain.Orders;

/// <summary>What becomes of each command: the branches. The steps they take are in LimitOrderBook.Steps.</summary>
public sealed partial class LimitOrderBook
{
    /// <summary>Does one command of a party, or refuses it. Stop orders it triggers wait for <see cref="ActTriggered"/>.</summary>
    public void Execute(int party, in OrderCommand command)
    {
        _mayMeetExpired = _rare.EarliestMicros <= _now;
        switch (command.Kind)
        {
            case CommandKind.Place:
                Place(party, command);
                break;
            case CommandKind.Cancel:
                Cancel(party, command);
                break;
            case CommandKind.Replace:
                Replace(party, command);
                break;
            case CommandKind.Reduce:
                Reduce(party, command);
                break;
        }
    }

    /// <summary>Lets the stop order act that was triggered first; false when there is none. One that was meant to act and whose time has passed expires instead.</summary>
    public bool ActTriggered()
    {
        var slot = _levels[TriggeredLevel].First;
        if (slot < 0)
        {
            return false;
        }

        _mayMeetExpired = _rare.EarliestMicros <= _now;
        if (HasExpired(_orders[slot]))
        {
            CancelInBook(slot, RejectReason.Expired);
            return true;
        }

        Trigger();
        var refused = WhyNotActing(_firms[_taker.Party], _taker.Traits, _taker.Price, TakerOpen);
        if (refused != RejectReason.None)
        {
            DropTaker(refused);
        }
        else
        {
            Match();
        }

        return true;
    }

    /// <summary>Takes away the order that expires first, if its time has come; false when none has.</summary>
    public bool ExpireFirst()
    {
        if (_rare.EarliestMicros > _now)
        {
            return false;
        }

        CancelInBook(_rare.FirstSlot, RejectReason.Expired);
        return true;
    }

    /// <summary>Takes away one order of the book, whichever, as not wanted by its owner; false when the book is empty.</summary>
    public bool CancelAny(RejectReason reason)
    {
        for (var side = 0; side < _sides.Length; side++)
        {
            if (_sides[side].Best >= 0)
            {
                CancelInBook(_levels[_sides[side].Best].First, reason);
                return true;
            }
        }

        var triggered = _levels[TriggeredLevel].First;
        if (triggered >= 0)
        {
            CancelInBook(triggered, reason);
        }

        return triggered >= 0;
    }

    private long TakerOpen => _taker.Shown + _takerTerms.Hidden;

    private void Place(int party, in OrderCommand command)
    {
        var refused = WhyNotPlaced(_firms[party], command);
        if (refused != RejectReason.None)
        {
            Refuse(refused);
            return;
        }

        TakeIn(party, command);
        ParkOrMatch();
    }

    private void ParkOrMatch()
    {
        if (_takerTerms.StopPrice != 0 && !IsReached(_taker.Traits.Side, _takerTerms.StopPrice))
        {
            Park();
        }
        else
        {
            Match();
        }
    }

    private bool IsReached(Side side, long stop) => LastPrice != 0 && (side == Side.Bid ? LastPrice >= stop : LastPrice <= stop);

    private void Cancel(int party, in OrderCommand command)
    {
        var slot = FindOpen(party, command.Order);
        if (slot < 0)
        {
            Refuse(RejectReason.OrderNotOpen);
            return;
        }

        Drop(slot, command.Reason == RejectReason.None ? RejectReason.CancelledByOwner : command.Reason, byCommand: true);
    }

    /// <summary>The slot of an order of a party, or -1. One whose time has passed goes first, and is not open then.</summary>
    private int FindOpen(int party, long accountOrder)
    {
        var slot = _index.Find(RestingOrder.KeyOf(party, accountOrder), _orders);
        if (slot >= 0 && _mayMeetExpired && HasExpired(_orders[slot]))
        {
            CancelInBook(slot, RejectReason.Expired);
            return -1;
        }

        return slot;
    }

    private void Reduce(int party, in OrderCommand command)
    {
        var slot = FindOpen(party, command.Order);
        var refused = slot < 0 ? RejectReason.OrderNotOpen
            : State == InstrumentState.Halted ? RejectReason.InstrumentHalted
            : command.Quantity < 1 || command.Quantity >= OpenOf(_orders[slot]) ? RejectReason.QuantityNotReduced
            : _lot != 1 && command.Quantity % _lot != 0 ? RejectReason.QuantityNotOnLot
            : RejectReason.None;
        if (refused != RejectReason.None)
        {
            Refuse(refused);
            return;
        }

        ReduceTo(slot, command.Quantity, command.ExtraHold);
    }

    private void Replace(int party, in OrderCommand command)
    {
        var slot = FindOpen(party, command.Order);
        var refused = slot < 0 ? RejectReason.OrderNotOpen : WhyNotReplaced(_orders[slot], command);
        if (refused != RejectReason.None)
        {
            Refuse(refused);
            return;
        }

        ref var order = ref _orders[slot];
        var open = command.Quantity - order.Filled;
        if (command.Price == order.Price && open <= OpenOf(order) && (command.StopPrice == 0 || command.StopPrice == _rare[order.Rare].StopPrice))
        {
            ReduceTo(slot, open, command.ExtraHold);
            return;
        }

        TakeOut(slot, command, open);
        ParkOrMatch();
    }

    private long OpenOf(in RestingOrder order) => order.Shown + HiddenOf(order);

    private void Refuse(RejectReason reason)
    {
        ref var happened = ref Happened(BookEventKind.Refused);
        happened.ByCommand = true;
        happened.Reason = reason;
        happened.Sequence = Sequence;
    }
}
