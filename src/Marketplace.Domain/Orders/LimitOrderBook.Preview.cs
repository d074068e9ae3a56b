using Marketplace.Domain.Instruments;

namespace Marketplace.Domain.Orders;

/// <summary>What would come of an order, found out by looking only.</summary>
public sealed partial class LimitOrderBook
{
    /// <summary>What a placing by a firm (an index; -1 for one without a party here) would come to at a time.</summary>
    public BookPreview Preview(int firm, in OrderCommand command, long nowMicros)
    {
        Check.That(_eventCount == 0);
        _now = nowMicros;
        _mayMeetExpired = _rare.EarliestMicros <= _now;
        var refused = WhyNotPlaced(firm, command);
        if (refused != RejectReason.None)
        {
            return new() { Sequence = Sequence, Refused = refused };
        }

        if (command.StopPrice != 0 && !IsReached(command.Side, command.StopPrice))
        {
            return new() { Sequence = Sequence, Waits = true, RestingKwh = command.Quantity };
        }

        var traits = OrderTraits.Of(command);
        ref var against = ref _sides[traits.IsAsk ? BidSide : AskSide];
        var fills = new List<PreviewedFill>();
        var walk = new Walk { Left = command.Quantity };
        for (var at = against.Best; at >= 0 && walk is { Left: > 0, Stopped: false }; at = against.NextBehind(_levels[at].Price))
        {
            ref var level = ref _levels[at];
            if (traits.IsAsk ? level.Price < command.Price : level.Price > command.Price)
            {
                break;
            }

            var filled = FillAt(level, firm, traits.SelfTrade, ref walk);
            walk.FilledKwh += filled;
            walk.FilledMicros += Price.NotionalMicros(level.Price, filled);
            if (filled > 0 && fills.Count < BookPreview.MaxPrices)
            {
                fills.Add(new(level.Price, filled));
            }
        }

        var rests = traits.Rests && !walk.Stopped;
        return new()
        {
            Sequence = Sequence,
            Fills = [.. fills],
            FilledKwh = walk.FilledKwh,
            FilledMicros = walk.FilledMicros,
            DecrementedKwh = walk.DecrementedKwh,
            RestingKwh = rests ? walk.Left : 0,
            CancelledKwh = rests ? 0 : walk.Left,
            CancelReason = rests || walk.Left == 0 ? RejectReason.None : walk.Stopped ? RejectReason.SelfTrade : RejectReason.NothingLeftToMatch,
        };
    }

    /// <summary>What would trade at one price: what is shown, in turn, then what is hidden.</summary>
    private long FillAt(in PriceLevel level, int firm, SelfTradeMode mode, ref Walk walk)
    {
        var before = walk.Left;
        long decremented = 0;
        long hidden = 0;
        for (var slot = level.First; slot >= 0 && walk.Left > 0; slot = _orders[slot].Next)
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

                if (mode != SelfTradeMode.DecrementAndCancel)
                {
                    walk.Stopped = true;
                    return before - walk.Left - decremented;
                }

                var off = Math.Min(walk.Left, OpenOf(order));
                walk.Left -= off;
                decremented += off;
                continue;
            }

            walk.Left -= Math.Min(walk.Left, order.Shown);
            hidden += HiddenOf(order);
        }

        walk.DecrementedKwh += decremented;
        walk.Left -= Math.Min(walk.Left, hidden);
        return before - walk.Left - decremented;
    }

    private struct Walk
    {
        public long Left;
        public long FilledKwh;
        public long FilledMicros;
        public long DecrementedKwh;
        public bool Stopped;
    }
}
