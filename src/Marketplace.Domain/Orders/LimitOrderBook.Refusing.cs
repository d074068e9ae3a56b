using Marketplace.Domain.Instruments;

namespace Marketplace.Domain.Orders;

/// <summary>Why commands are refused. Nothing here changes anything.</summary>
public sealed partial class LimitOrderBook
{
    private RejectReason WhyNotPlaced(int firm, in OrderCommand command)
    {
        var refused = WhyNotTrading();
        if (refused != RejectReason.None)
        {
            return refused;
        }

        if (command.ExpiresAtMicros != 0 && command.ExpiresAtMicros <= _now)
        {
            return RejectReason.Expired;
        }

        refused = WhyNotPriced(command.Price, command.Quantity);
        if (refused != RejectReason.None)
        {
            return refused;
        }

        if (command.IfSequence != 0 && command.IfSequence != Sequence)
        {
            return RejectReason.BookMoved;
        }

        if (_index.Count >= MaxOrders || _eventCount >= EventLimit)
        {
            return RejectReason.VenueBusy;
        }

        refused = WhyNotTogether(command);
        return refused != RejectReason.None ? refused
            : command.StopPrice != 0 && !IsReached(command.Side, command.StopPrice) ? RejectReason.None
            : WhyNotActing(firm, OrderTraits.Of(command), command.Price, command.Quantity);
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

        if (_tick != 1 && price % _tick != 0)
        {
            return RejectReason.PriceNotOnTick;
        }

        if (_lot != 1 && quantity % _lot != 0)
        {
            return RejectReason.QuantityNotOnLot;
        }

        return price < _collarLow || price > _collarHigh ? RejectReason.PriceOutsideCollar : RejectReason.None;
    }

    /// <summary>Terms that make no sense together; the account has refused them already, with the field.</summary>
    private RejectReason WhyNotTogether(in OrderCommand command)
    {
        var isLimit = command.Type is OrderType.Limit or OrderType.StopLimit;
        var isStop = command.Type is OrderType.Stop or OrderType.StopLimit;
        var atOnce = command.TimeInForce is TimeInForce.ImmediateOrCancel or TimeInForce.FillOrKill;
        if (isStop != (command.StopPrice != 0)
            || (command.PostOnly && (atOnce || !isLimit))
            || (command.DisplayKwh != 0 && (atOnce || !isLimit))
            || (command.ExpiresAtMicros != 0 && (command.TimeInForce != TimeInForce.GoodTillDate || command.Type == OrderType.Market)))
        {
            return RejectReason.IncompatibleTerms;
        }

        return command.StopPrice != 0 && WhyNotPriced(command.StopPrice, command.Quantity) is not RejectReason.None and var stop ? stop
            : command.DisplayKwh != 0 ? WhyNotShown(command.DisplayKwh, command.Quantity)
            : RejectReason.None;
    }

    private RejectReason WhyNotShown(long display, long quantity) =>
        display < 1 || display > quantity || quantity / display >= MaxTips ? RejectReason.QuantityOutOfRange
        : _lot != 1 && display % _lot != 0 ? RejectReason.QuantityNotOnLot
        : RejectReason.None;

    private RejectReason WhyNotReplaced(in RestingOrder order, in OrderCommand command)
    {
        var refused = WhyNotTrading();
        if (refused != RejectReason.None)
        {
            return refused;
        }

        var open = command.Quantity - order.Filled;
        if (open < 1)
        {
            return RejectReason.OvertakenByFill;
        }

        refused = WhyNotPriced(command.Price, open);
        if (refused != RejectReason.None)
        {
            return refused;
        }

        if (_eventCount >= EventLimit)
        {
            return RejectReason.VenueBusy;
        }

        refused = WhyNotReplacedTerms(order, command, open);
        if (refused != RejectReason.None)
        {
            return refused;
        }

        return HoldAt(order, command.Price, open) > order.HoldFor(OpenOf(order)) + (Int128)command.ExtraHold ? RejectReason.OvertakenByFill : RejectReason.None;
    }

    private RejectReason WhyNotReplacedTerms(in RestingOrder order, in OrderCommand command, long open)
    {
        if (command.StopPrice != 0)
        {
            // A stop that has acted meanwhile has no stop price to change any more.
            var refused = order.Traits.IsWaiting ? WhyNotPriced(command.StopPrice, open) : RejectReason.IncompatibleTerms;
            if (refused != RejectReason.None)
            {
                return refused;
            }
        }

        if (order.Rare >= 0 && _rare[order.Rare].DisplayKwh is not 0 and var display && open > display && WhyNotShown(display, open) is not RejectReason.None and var shown)
        {
            return shown;
        }

        var stop = !order.Traits.IsWaiting ? 0 : command.StopPrice != 0 ? command.StopPrice : _rare[order.Rare].StopPrice;
        var keepsPlace = command.Price == order.Price && open <= OpenOf(order) && (!order.Traits.IsWaiting || stop == _rare[order.Rare].StopPrice);
        return keepsPlace || (stop != 0 && !IsReached(order.Traits.Side, stop)) ? RejectReason.None
            : WhyNotActing(_firms[order.Party], order.Traits, command.Price, open);
    }

    private static Int128 HoldAt(in RestingOrder order, long price, long open) =>
        order.Traits.IsAsk ? open : Hold.BidMicros(price, open, order.MaxBps, (Int128)order.FeeRemainder);
}
