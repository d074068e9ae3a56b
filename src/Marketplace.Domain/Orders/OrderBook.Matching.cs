using Marketplace.Domain.Instruments;

namespace Marketplace.Domain.Orders;

/// <summary>What the book decides of each command: the branches. The steps they take are in OrderBook.Steps.</summary>
public sealed partial class OrderBook
{
    private void Execute(int party, in OrderCommand command)
    {
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

    private void Place(int party, in OrderCommand command)
    {
        var refused = WhyNotPlaced(party, command);
        if (refused != RejectReason.None)
        {
            Refuse(party, command, refused);
            return;
        }

        _events.Add(new(BookEventKind.Taken, _lastOrderNumber + 1));
        TakeIn(party, command);
        MatchTaker();
    }

    private RejectReason WhyNotPlaced(int party, in OrderCommand command)
    {
        var closed = WhyNotTrading();
        if (closed != RejectReason.None)
        {
            return closed;
        }

        if (command.ExpiresAtMicros != 0 && command.ExpiresAtMicros <= Now.Micros)
        {
            return RejectReason.Expired;
        }

        var terms = WhyNotPriced(command.Price, command.Quantity);
        if (terms != RejectReason.None)
        {
            return terms;
        }

        if (_slotOf.Count >= MaxRestingOrders)
        {
            return RejectReason.VenueBusy;
        }

        if (command.PostOnly && Crosses(command.Side, command.Price))
        {
            return RejectReason.WouldCross;
        }

        return command.TimeInForce == TimeInForce.FillOrKill && !CanFill(party, command) ? RejectReason.NotFillable : RejectReason.None;
    }

    private RejectReason WhyNotTrading() => State switch
    {
        InstrumentState.Open => RejectReason.None,
        InstrumentState.Halted => RejectReason.InstrumentHalted,
        InstrumentState.Closed => RejectReason.InstrumentClosed,
        _ => RejectReason.InstrumentNotOpen,
    };

    private RejectReason WhyNotPriced(long price, long quantity)
    {
        if (!Price.IsInRange(price))
        {
            return RejectReason.PriceOutOfRange;
        }

        if (!Quantity.IsOrderQuantity(quantity))
        {
            return RejectReason.QuantityOutOfRange;
        }

        if (price % Instrument!.TickUsdPerGwh != 0)
        {
            return RejectReason.PriceNotOnTick;
        }

        if (quantity % Instrument.LotKwh != 0)
        {
            return RejectReason.QuantityNotOnLot;
        }

        return price < Instrument.CollarLow || price > Instrument.CollarHigh ? RejectReason.PriceOutsideCollar : RejectReason.None;
    }

    private bool Crosses(Side side, long limit)
    {
        var against = Against(side);
        return against.Best >= 0 && against.Crosses(limit, against.Level(against.Best).Price);
    }

    /// <summary>Whether what rests within the limit, and is not its own firm's to be stepped over or stopped at, covers the whole quantity.</summary>
    private bool CanFill(int party, in OrderCommand command)
    {
        var against = Against(command.Side);
        var needed = command.Quantity;
        for (var level = against.Best; level >= 0 && against.Crosses(command.Price, against.Level(level).Price); level = against.NextBehind(level))
        {
            if (command.SelfTrade == SelfTradeMode.None)
            {
                needed -= against.Level(level).Quantity;
                if (needed <= 0)
                {
                    return true;
                }

                continue;
            }

            for (var slot = against.Level(level).First; slot >= 0; slot = _orders[slot].Next)
            {
                if (!IsOwn(party, _orders[slot].Party))
                {
                    needed -= _orders[slot].Open;
                    if (needed <= 0)
                    {
                        return true;
                    }
                }
                else if (command.SelfTrade == SelfTradeMode.CancelNewest)
                {
                    return false;
                }
            }
        }

        return false;
    }

    private bool IsOwn(int party, int other) => party == other || string.Equals(_parties[party].Firm, _parties[other].Firm, StringComparison.Ordinal);

    /// <summary>Trades the order taken in as far as its limit goes, then rests or cancels what is left.</summary>
    private void MatchTaker()
    {
        var against = Against(_taker.Side);
        while (_taker.Open > 0 && against.Best >= 0)
        {
            ref var level = ref against.Level(against.Best);
            if (!against.Crosses(_taker.Price, level.Price))
            {
                break;
            }

            ref var maker = ref _orders[level.First];
            if (_taker.SelfTrade != SelfTradeMode.None && IsOwn(_taker.Party, maker.Party))
            {
                if (_taker.SelfTrade == SelfTradeMode.CancelNewest)
                {
                    CancelTaker(RejectReason.SelfTrade);
                    return;
                }

                CancelResting(maker.Key, RejectReason.SelfTrade);
                continue;
            }

            TradeWith(ref maker);
        }

        if (_taker.Open == 0)
        {
            return;
        }

        if (_taker.Type == OrderType.Limit && _taker.TimeInForce is TimeInForce.GoodTillCancelled or TimeInForce.GoodTillDate)
        {
            _events.Add(new(BookEventKind.Rested, _taker.Number, Quantity: _taker.Open));
            Rest();
        }
        else
        {
            CancelTaker(RejectReason.NothingLeftToMatch);
        }
    }

    private void TradeWith(ref RestingOrder maker)
    {
        var quantity = Math.Min(_taker.Open, maker.Open);
        var notional = Price.NotionalMicros(maker.Price, quantity);
        var takerFee = FeeOf(_taker.FeeWeight, _taker.TakerBps, notional);
        var makerFee = FeeOf(maker.FeeWeight, maker.MakerBps, notional);
        _events.Add(new(BookEventKind.Traded, _taker.Number, maker.Number, maker.Price, quantity, takerFee, makerFee, Key: maker.Key));
        Trade(quantity, takerFee, makerFee);

        static long FeeOf(Int128 weight, int bps, long notional) => Fee.Micros(weight + Fee.Weight(bps, notional)) - Fee.Micros(weight);
    }

    private void CancelTaker(RejectReason reason)
    {
        _events.Add(new(BookEventKind.Cancelled, _taker.Number, Quantity: _taker.Open, Reason: reason));
        DropTaker(reason);
    }

    private void CancelResting(long key, RejectReason reason)
    {
        ref var order = ref _orders[_slotOf[key]];
        _events.Add(new(BookEventKind.Cancelled, order.Number, Quantity: order.Open, Reason: reason, Key: key));
        Drop(key, reason, null);
    }

    private void Cancel(int party, in OrderCommand command)
    {
        var key = RestingOrder.KeyOf(party, command.Order);
        if (!_slotOf.TryGetValue(key, out var slot))
        {
            Refuse(party, command, RejectReason.OrderNotOpen);
            return;
        }

        var reason = command.Reason == RejectReason.None ? RejectReason.CancelledByOwner : command.Reason;
        _events.Add(new(BookEventKind.Cancelled, _orders[slot].Number, Quantity: _orders[slot].Open, Reason: reason, ByCommand: true));
        Drop(key, reason, command);
    }

    private void Reduce(int party, in OrderCommand command)
    {
        var refused = !_slotOf.TryGetValue(RestingOrder.KeyOf(party, command.Order), out var slot) ? RejectReason.OrderNotOpen
            : State == InstrumentState.Halted ? RejectReason.InstrumentHalted
            : command.Quantity < 1 || command.Quantity >= _orders[slot].Open ? RejectReason.QuantityNotReduced
            : command.Quantity % Instrument!.LotKwh != 0 ? RejectReason.QuantityNotOnLot
            : RejectReason.None;
        if (refused != RejectReason.None)
        {
            Refuse(party, command, refused);
            return;
        }

        _events.Add(new(BookEventKind.Reduced, _orders[slot].Number, Quantity: command.Quantity, ByCommand: true));
        ReduceTo(slot, command);
    }

    private void Replace(int party, in OrderCommand command)
    {
        var key = RestingOrder.KeyOf(party, command.Order);
        var refused = !_slotOf.TryGetValue(key, out var slot) ? RejectReason.OrderNotOpen : WhyNotReplaced(_orders[slot], command);
        if (refused != RejectReason.None)
        {
            Refuse(party, command, refused);
            return;
        }

        ref var order = ref _orders[slot];
        var open = command.Quantity - order.Filled;
        if (command.Price == order.Price && open <= order.Open)
        {
            _events.Add(new(BookEventKind.Reduced, order.Number, Price: order.Price, Quantity: open, ByCommand: true));
            ReduceTo(slot, command with { Quantity = open });
            return;
        }

        _events.Add(new(BookEventKind.Replaced, order.Number, Price: command.Price, Quantity: open, ByCommand: true));
        TakeOut(slot, command, open);
        MatchTaker();
    }

    private RejectReason WhyNotReplaced(in RestingOrder order, in OrderCommand command)
    {
        var closed = WhyNotTrading();
        if (closed != RejectReason.None)
        {
            return closed;
        }

        var open = command.Quantity - order.Filled;
        if (open < 1)
        {
            return RejectReason.OvertakenByFill;
        }

        var terms = WhyNotPriced(command.Price, open);
        if (terms != RejectReason.None)
        {
            return terms;
        }

        if (order.PostOnly && Crosses(order.Side, command.Price))
        {
            return RejectReason.WouldCross;
        }

        return HoldAt(order, command.Price, open) > order.Hold + (Int128)command.ExtraHold ? RejectReason.OvertakenByFill : RejectReason.None;
    }

    private static Int128 HoldAt(in RestingOrder order, long price, long open) =>
        order.Side == Side.Ask ? open : Hold.BidMicros(price, open, Math.Max(order.MakerBps, order.TakerBps), order.FeeWeight);

    private void Refuse(int party, in OrderCommand command, RejectReason reason)
    {
        _events.Add(new(BookEventKind.Refused, Reason: reason, ByCommand: true));
        Refused(party, command, reason);
    }
}
