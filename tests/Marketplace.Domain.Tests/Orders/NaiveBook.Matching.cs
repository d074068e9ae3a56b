using System.Numerics;
using Marketplace.Domain.Instruments;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Refusals;

namespace Marketplace.Domain.Tests.Orders;

/// <summary>What the naive book does with an order that acts.</summary>
internal sealed partial class NaiveBook
{
    /// <summary>Why an order does not act: it may only rest, is to be filled whole, or must not meet its own firm. The last two are tried out in a copy.</summary>
    private RejectReason WhyNotActing(NaiveOrder order)
    {
        if (order.Terms.PostOnly && Against(order).Any(other => Crosses(order.IsBid, order.Price, other.Price)))
        {
            return RejectReason.WouldCross;
        }

        if (order.Terms.SelfTrade != SelfTradeMode.Reject && order.Terms.TimeInForce != TimeInForce.FillOrKill)
        {
            return RejectReason.None;
        }

        var copy = new NaiveBook(instrument) { State = State };
        copy._bids.AddRange(_bids.Select(other => other.Copy()));
        copy._asks.AddRange(_asks.Select(other => other.Copy()));
        copy.Told.Add(default);
        var tried = order.Copy();
        tried.Answer = 0;
        copy.Match(tried);
        return copy.Told.Any(told => told.Report is { Kind: ReportKind.Closed, Reason: RejectReason.SelfTrade }) && order.Terms.SelfTrade == SelfTradeMode.Reject ? RejectReason.SelfTrade
            : order.Terms.TimeInForce == TimeInForce.FillOrKill && tried.Filled - order.Filled < order.Open ? RejectReason.NotFillable
            : RejectReason.None;
    }

    private void ParkOrMatch(NaiveOrder order)
    {
        if (order.Stop == 0 || IsReached(order.IsBid, order.Stop))
        {
            Match(order);
            return;
        }

        order.Waits = true;
        Insert(order.IsBid ? _waitingBids : _waitingAsks, order, other => order.IsBid ? other.Stop > order.Stop : other.Stop < order.Stop);
        Amend(order, report => report with { Parked = true });
    }

    /// <summary>A stop order whose price was reached.</summary>
    private void Act(NaiveOrder order)
    {
        var refused = WhyNotActing(order);
        if (refused == RejectReason.None)
        {
            Match(order);
        }
        else
        {
            CloseTaker(order, refused);
        }
    }

    private void Match(NaiveOrder taker)
    {
        taker.Stop = 0;
        taker.Waits = false;
        while (taker.Open > 0 && Against(taker) is [var maker, ..] && Crosses(taker.IsBid, taker.Price, maker.Price))
        {
            if (taker.Terms.SelfTrade == SelfTradeMode.None || !IsOwn(maker, taker))
            {
                Trade(taker, maker);
                continue;
            }

            switch (taker.Terms.SelfTrade)
            {
                case SelfTradeMode.CancelOldest:
                    CancelInBook(maker, RejectReason.SelfTrade, answers: false);
                    continue;
                case SelfTradeMode.CancelBoth:
                    CancelInBook(maker, RejectReason.SelfTrade, answers: false);
                    CloseTaker(taker, RejectReason.SelfTrade);
                    return;
                case SelfTradeMode.DecrementAndCancel:
                    Decrement(taker, maker);
                    continue;
                default:
                    CloseTaker(taker, RejectReason.SelfTrade);
                    return;
            }
        }

        if (taker.Open == 0)
        {
            return;
        }

        if (taker.Terms.Type is OrderType.Limit or OrderType.StopLimit && taker.Terms.TimeInForce is TimeInForce.GoodTillCancelled or TimeInForce.GoodTillDate)
        {
            Rest(taker);
            Sequence++;
            Amend(taker, report => report with { Sequence = Sequence });
        }
        else
        {
            CloseTaker(taker, RejectReason.NothingLeftToMatch);
        }
    }

    private void Rest(NaiveOrder order) => Insert(Of(order.Terms.Side), order, other => order.IsBid ? other.Price < order.Price : other.Price > order.Price);

    private static void Insert(List<NaiveOrder> list, NaiveOrder order, Predicate<NaiveOrder> isBehind)
    {
        var at = list.FindIndex(isBehind);
        list.Insert(at < 0 ? list.Count : at, order);
    }

    private void Trade(NaiveOrder taker, NaiveOrder maker)
    {
        var quantity = Math.Min(taker.Shown, maker.Shown);
        var price = maker.Price;
        Sequence++;
        Fill(maker, maker.Terms.MakerBps, isMaker: true);
        Fill(taker, taker.Terms.TakerBps, isMaker: false);
        var (buyer, seller) = taker.IsBid ? (taker, maker) : (maker, taker);
        Trades.Add((Sequence, price, quantity, buyer.Account, seller.Account));
        if (maker.Shown == 0)
        {
            Of(maker.Terms.Side).Remove(maker);
            if (maker.Hidden > 0)
            {
                maker.Show(maker.Hidden);
                Rest(maker);
            }
        }

        if (taker.Shown == 0)
        {
            taker.Show(taker.Hidden);
        }

        _lastPrice = price;
        Trigger(_waitingBids);
        Trigger(_waitingAsks);

        void Fill(NaiveOrder order, int bps, bool isMaker)
        {
            var notional = (BigInteger)price * quantity;
            var held = order.Held();
            var feeBefore = NaiveOrder.Ceiling(order.FeeWeight);
            order.FeeWeight += bps * notional;
            order.Filled += quantity;
            order.Shown -= quantity;
            var fee = NaiveOrder.Ceiling(order.FeeWeight) - feeBefore;
            var release = order.IsBid ? held - order.Held() - notional - fee : 0;
            Tell(order.Account, new(
                ReportKind.Filled, order.Terms.Order, order.Number, Sequence, price, quantity, (long)fee, (long)release,
                instrument.Settlement == SettlementMode.Immediate, isMaker, Side: order.Terms.Side));
        }
    }

    private void Trigger(List<NaiveOrder> waiting)
    {
        while (waiting is [var first, ..] && IsReached(first.IsBid, first.Stop))
        {
            waiting.RemoveAt(0);
            _triggered.Add(first);
        }
    }

    private void Decrement(NaiveOrder taker, NaiveOrder maker)
    {
        var quantity = Math.Min(taker.Open, maker.Open);
        Sequence++;
        foreach (var order in new[] { maker, taker })
        {
            var held = order.Held();
            order.TakeOff(quantity);
            Tell(order.Account, new(
                order.Open == 0 ? ReportKind.Closed : ReportKind.Decremented, order.Terms.Order, order.Number, Sequence, Quantity: quantity, Release: (long)(held - order.Held()),
                Reason: RejectReason.SelfTrade, Command: order.Open == 0 && order == maker ? CommandKind.Cancel : CommandKind.Place, Side: order.Terms.Side));
        }

        if (maker.Open == 0)
        {
            Of(maker.Terms.Side).Remove(maker);
        }
    }

    private void CloseTaker(NaiveOrder taker, RejectReason reason) => Tell(taker.Account, new(
        ReportKind.Closed, taker.Terms.Order, taker.Number, Sequence, Quantity: taker.Open, Release: (long)taker.Held(), Reason: reason, Side: taker.Terms.Side));

    private void CancelInBook(NaiveOrder order, RejectReason reason, bool answers)
    {
        Sequence += order.Waits ? 0 : 1;
        TakeOut(order);
        Tell(order.Account, new(
            ReportKind.Closed, order.Terms.Order, order.Number, Sequence, Quantity: order.Open, Release: (long)order.Held(), Reason: reason,
            Command: CommandKind.Cancel, Answers: answers, Side: order.Terms.Side));
    }

    private void TakeOut(NaiveOrder order) => new[] { _bids, _asks, _waitingBids, _waitingAsks }.First(list => list.Remove(order));

    private void Shrink(NaiveOrder order, long open, in OrderCommand command)
    {
        var held = order.Held() + command.ExtraHold;
        order.TakeOff(order.Open - open);
        Sequence += order.Waits ? 0 : 1;
        Tell(order.Account, new(
            ReportKind.Reduced, order.Terms.Order, order.Number, Sequence, order.Price, open, Release: (long)(held - order.Held()),
            Command: command.Kind, Answers: true, Side: order.Terms.Side));
    }

    private void Reenter(NaiveOrder order, in OrderCommand command)
    {
        Sequence += order.Waits ? 0 : 1;
        TakeOut(order);
        var after = After(order, command);
        after.Answer = Told.Count;
        Tell(after.Account, new(
            ReportKind.Replaced, after.Terms.Order, after.Number, Sequence, after.Price, after.Open, Release: (long)(order.Held() + command.ExtraHold - after.Held()),
            Command: CommandKind.Replace, Answers: true, Side: after.Terms.Side));
        ParkOrMatch(after);
    }

    private void Amend(NaiveOrder order, Func<OrderReport, OrderReport> amend) =>
        Told[order.Answer] = Told[order.Answer] with { Report = amend(Told[order.Answer].Report) };

    private void Tell(string account, in OrderReport report) => Told.Add((account, report));
}
