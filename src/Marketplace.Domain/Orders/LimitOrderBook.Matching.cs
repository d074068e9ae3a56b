using Marketplace.Domain.Instruments;

namespace Marketplace.Domain.Orders;

/// <summary>The incoming order against the other side.</summary>
public sealed partial class LimitOrderBook
{
    /// <summary>Trades the incoming order as far as its limit goes, then rests or cancels what is left.</summary>
    private void Match()
    {
        _takerTerms.StopPrice = 0;
        var isBid = !_taker.Traits.IsAsk;
        ref var against = ref _sides[isBid ? AskSide : BidSide];
        var mode = _taker.Traits.SelfTrade;
        while (against.Best >= 0)
        {
            ref var level = ref _levels[against.Best];
            if (isBid ? level.Price > _taker.Price : level.Price < _taker.Price)
            {
                break;
            }

            if (_eventCount >= EventLimit)
            {
                DropTaker(RejectReason.VenueBusy);
                return;
            }

            var slot = level.First;
            if (_mayMeetExpired && HasExpired(_orders[slot]))
            {
                CancelInBook(slot, RejectReason.Expired);
                continue;
            }

            if (mode != SelfTradeMode.None && _firms[_taker.Party] == _firms[_orders[slot].Party])
            {
                if (!MeetOwn(slot, mode))
                {
                    return;
                }

                continue;
            }

            Trade(Math.Min(_taker.Shown, _orders[slot].Shown));
            if (_taker.Shown == 0)
            {
                return;
            }
        }

        if (_taker.Traits.Rests)
        {
            Rest();
        }
        else
        {
            DropTaker(RejectReason.NothingLeftToMatch);
        }
    }

    /// <summary>The incoming order meets an order of its own firm. Returns whether it goes on.</summary>
    private bool MeetOwn(int slot, SelfTradeMode mode)
    {
        switch (mode)
        {
            case SelfTradeMode.CancelOldest:
                CancelInBook(slot, RejectReason.SelfTrade);
                return true;
            case SelfTradeMode.DecrementAndCancel:
                Decrement(Math.Min(TakerOpen, OpenOf(_orders[slot])));
                return _taker.Shown > 0;
            case SelfTradeMode.CancelBoth:
                CancelInBook(slot, RejectReason.SelfTrade);
                DropTaker(RejectReason.SelfTrade);
                return false;
            default:
                DropTaker(RejectReason.SelfTrade);
                return false;
        }
    }

    /// <summary>Why an order that is to act now does not: it may only rest and would trade, cannot be filled whole, or would meet its own firm.</summary>
    private RejectReason WhyNotActing(int firm, OrderTraits traits, long limit, long quantity)
    {
        if (traits.PostOnly && Crosses(traits.IsAsk, limit))
        {
            return RejectReason.WouldCross;
        }

        if (traits.SelfTrade == SelfTradeMode.Reject && Reach(firm, traits, limit, quantity).MeetsOwn)
        {
            return RejectReason.SelfTrade;
        }

        return traits.TimeInForce == TimeInForce.FillOrKill && Reach(firm, traits, limit, quantity).Missing > 0 ? RejectReason.NotFillable : RejectReason.None;
    }

    private bool Crosses(bool isAsk, long limit)
    {
        ref var against = ref _sides[isAsk ? BidSide : AskSide];
        for (var at = against.Best; at >= 0 && (isAsk ? _levels[at].Price >= limit : _levels[at].Price <= limit); at = against.NextBehind(_levels[at].Price))
        {
            for (var slot = _levels[at].First; slot >= 0; slot = _orders[slot].Next)
            {
                if (!_mayMeetExpired || !HasExpired(_orders[slot]))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>
    /// How far an order would get: the kWh that nothing within its limit covers, and whether it would meet its own firm before it is filled. At each price what is shown comes
    /// first, in turn; what is hidden comes behind it. What would take more steps than are left counts as not covered.
    /// </summary>
    private (long Missing, bool MeetsOwn) Reach(int firm, OrderTraits traits, long limit, long missing)
    {
        ref var against = ref _sides[traits.IsAsk ? BidSide : AskSide];
        var mode = traits.SelfTrade;
        long steps = _eventCount;
        for (var at = against.Best; at >= 0; at = against.NextBehind(_levels[at].Price))
        {
            ref var level = ref _levels[at];
            if (traits.IsAsk ? level.Price < limit : level.Price > limit)
            {
                break;
            }

            steps += level.Count;
            if (mode == SelfTradeMode.None && !_mayMeetExpired && level.Hidden == 0)
            {
                missing -= level.Shown;
            }
            else
            {
                long hidden = 0;
                for (var slot = level.First; slot >= 0 && missing > 0; slot = _orders[slot].Next)
                {
                    ref var order = ref _orders[slot];
                    if (_mayMeetExpired && HasExpired(order))
                    {
                        continue;
                    }

                    if (mode != SelfTradeMode.None && _firms[order.Party] == firm)
                    {
                        if (mode == SelfTradeMode.CancelOldest)
                        {
                            continue;
                        }

                        return (missing, MeetsOwn: true);
                    }

                    missing -= order.Shown;
                    if (order.Rare >= 0 && _rare[order.Rare].Hidden > 0)
                    {
                        hidden += _rare[order.Rare].Hidden;
                        steps += (_rare[order.Rare].Hidden / _rare[order.Rare].DisplayKwh) + 1;
                    }
                }

                missing -= hidden;
            }

            if (steps >= EventLimit)
            {
                return (Math.Max(missing, 1), false);
            }

            if (missing <= 0)
            {
                return (0, false);
            }
        }

        return (missing, false);
    }
}
