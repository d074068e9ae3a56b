using System.Numerics;
using Marketplace.Domain.Instruments;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Refusals;

namespace Marketplace.Domain.Tests.Orders;

/// <summary>
/// The rules of the book written apart from it, as plainly as they can be said: one list of orders, searched from end to end, fees and holds from their definitions.
/// Nothing here is fast and nothing is shared with the book but the form of commands and reports.
/// </summary>
internal sealed class NaiveBook(Instrument instrument)
{
    private sealed class Order
    {
        public required OrderCommand Terms;
        public required string Account;
        public required string Firm;
        public long Number;
        public long Turn;
        public long Price;
        public long Open;
        public long Filled;
        public BigInteger FeeWeight;
        public int Answer;

        public BigInteger Held()
        {
            if (Terms.Side == Side.Ask)
            {
                return Open;
            }

            var notional = (BigInteger)Price * Open;
            return notional + Ceiling(FeeWeight + (Math.Max(Terms.MakerBps, Terms.TakerBps) * notional)) - Ceiling(FeeWeight);
        }
    }

    private readonly List<Order> _resting = [];
    private long _lastNumber;
    private long _lastTurn;

    /// <summary>Whether the instrument trades, is halted or closed.</summary>
    public InstrumentState State { get; set; } = instrument.State;

    /// <summary>The public sequence.</summary>
    public long Sequence { get; set; }

    /// <summary>What accounts were told, in order.</summary>
    public List<(string Account, OrderReport Report)> Told { get; } = [];

    /// <summary>Trades, in order.</summary>
    public List<(long Sequence, long Price, long Quantity, string Buyer, string Seller)> Trades { get; } = [];

    /// <summary>The orders of a side, best first and in turn.</summary>
    public IEnumerable<(long Number, string Account, long AccountOrder, long Price, long Open)> Orders(Side side) =>
        InTurn(side).Select(order => (order.Number, order.Account, order.Terms.Order, order.Price, order.Open));

    /// <summary>Takes what has expired away, earliest first.</summary>
    public void Expire(long now, Func<string, int> partyOf)
    {
        var expired = _resting.Where(order => order.Terms.ExpiresAtMicros != 0 && order.Terms.ExpiresAtMicros <= now)
            .OrderBy(order => order.Terms.ExpiresAtMicros).ThenBy(order => partyOf(order.Account)).ThenBy(order => order.Terms.Order).ToArray();
        foreach (var order in expired)
        {
            CancelResting(order, RejectReason.Expired, answers: false);
        }
    }

    /// <summary>One command of an account.</summary>
    public void Execute(string account, string firm, in OrderCommand command, long now)
    {
        var number = command.Order;
        var order = _resting.Find(order => order.Account == account && order.Terms.Order == number);
        var refused = command.Kind == CommandKind.Place ? WhyNotPlaced(account, firm, command, now)
            : order is null ? RejectReason.OrderNotOpen
            : command.Kind switch
            {
                CommandKind.Reduce => WhyNotReduced(order, command),
                CommandKind.Replace => WhyNotReplaced(order, command),
                _ => RejectReason.None,
            };
        if (refused != RejectReason.None)
        {
            var taken = command.Kind != CommandKind.Place ? command.ExtraHold : new Order { Terms = command, Account = account, Firm = firm, Price = command.Price, Open = command.Quantity }.Held();
            Tell(account, new(ReportKind.Refused, command.Order, 0, Sequence, Release: (long)taken, Reason: refused, Command: command.Kind, Answers: true, Side: command.Side));
            return;
        }

        switch (command.Kind)
        {
            case CommandKind.Place:
                Match(Accept(account, firm, command));
                break;
            case CommandKind.Cancel:
                CancelResting(order!, command.Reason == RejectReason.None ? RejectReason.CancelledByOwner : command.Reason, answers: true);
                break;
            case CommandKind.Reduce:
                Shrink(order!, command.Quantity, command);
                break;
            case CommandKind.Replace when command.Price == order!.Price && command.Quantity - order.Filled <= order.Open:
                Shrink(order, command.Quantity - order.Filled, command);
                break;
            case CommandKind.Replace:
                Reenter(order, command);
                break;
        }
    }

    private static BigInteger Ceiling(BigInteger weight) => (weight + 9_999) / 10_000;

    private static bool Crosses(Side side, long limit, long price) => side == Side.Bid ? price <= limit : price >= limit;

    private static Side Other(Side side) => side == Side.Bid ? Side.Ask : Side.Bid;

    private IEnumerable<Order> InTurn(Side side)
    {
        var orders = _resting.Where(order => order.Terms.Side == side);
        return side == Side.Bid
            ? orders.OrderByDescending(order => order.Price).ThenBy(order => order.Turn)
            : orders.OrderBy(order => order.Price).ThenBy(order => order.Turn);
    }

    private RejectReason WhyNotTrading() => State switch
    {
        InstrumentState.Open => RejectReason.None,
        InstrumentState.Halted => RejectReason.InstrumentHalted,
        InstrumentState.Closed => RejectReason.InstrumentClosed,
        _ => RejectReason.InstrumentNotOpen,
    };

    private RejectReason WhyNotTerms(long price, long quantity) =>
        price is < 1 or > 100_000_000 ? RejectReason.PriceOutOfRange
        : quantity is < 1 or > 90_000_000_000 ? RejectReason.QuantityOutOfRange
        : price % instrument.TickUsdPerGwh != 0 ? RejectReason.PriceNotOnTick
        : quantity % instrument.LotKwh != 0 ? RejectReason.QuantityNotOnLot
        : price < instrument.CollarLow || price > instrument.CollarHigh ? RejectReason.PriceOutsideCollar
        : RejectReason.None;

    private RejectReason WhyNotPlaced(string account, string firm, in OrderCommand command, long now)
    {
        if (WhyNotTrading() is not RejectReason.None and var closed)
        {
            return closed;
        }

        if (command.ExpiresAtMicros != 0 && command.ExpiresAtMicros <= now)
        {
            return RejectReason.Expired;
        }

        if (WhyNotTerms(command.Price, command.Quantity) is not RejectReason.None and var terms)
        {
            return terms;
        }

        var (side, limit) = (command.Side, command.Price);
        var within = InTurn(Other(side)).Where(order => Crosses(side, limit, order.Price)).ToArray();
        if (command.PostOnly && within.Length > 0)
        {
            return RejectReason.WouldCross;
        }

        if (command.TimeInForce != TimeInForce.FillOrKill)
        {
            return RejectReason.None;
        }

        var reachable = command.SelfTrade switch
        {
            SelfTradeMode.None => within,
            SelfTradeMode.CancelOldest => within.Where(order => !IsOwn(order, account, firm)),
            _ => within.TakeWhile(order => !IsOwn(order, account, firm)),
        };
        return reachable.Sum(order => order.Open) >= command.Quantity ? RejectReason.None : RejectReason.NotFillable;
    }

    private RejectReason WhyNotReduced(Order order, in OrderCommand command) =>
        State == InstrumentState.Halted ? RejectReason.InstrumentHalted
        : command.Quantity < 1 || command.Quantity >= order.Open ? RejectReason.QuantityNotReduced
        : command.Quantity % instrument.LotKwh != 0 ? RejectReason.QuantityNotOnLot
        : RejectReason.None;

    private RejectReason WhyNotReplaced(Order order, in OrderCommand command)
    {
        if (WhyNotTrading() is not RejectReason.None and var closed)
        {
            return closed;
        }

        var open = command.Quantity - order.Filled;
        if (open < 1)
        {
            return RejectReason.OvertakenByFill;
        }

        if (WhyNotTerms(command.Price, open) is not RejectReason.None and var terms)
        {
            return terms;
        }

        var price = command.Price;
        if (order.Terms.PostOnly && InTurn(Other(order.Terms.Side)).Any(other => Crosses(order.Terms.Side, price, other.Price)))
        {
            return RejectReason.WouldCross;
        }

        var after = new Order { Terms = order.Terms, Account = order.Account, Firm = order.Firm, Price = price, Open = open, FeeWeight = order.FeeWeight };
        return after.Held() > order.Held() + command.ExtraHold ? RejectReason.OvertakenByFill : RejectReason.None;
    }

    private static bool IsOwn(Order order, string account, string firm) => order.Account == account || order.Firm == firm;

    private Order Accept(string account, string firm, in OrderCommand command)
    {
        var order = new Order { Terms = command, Account = account, Firm = firm, Number = ++_lastNumber, Price = command.Price, Open = command.Quantity, Answer = Told.Count };
        Tell(account, new(ReportKind.Accepted, command.Order, order.Number, Sequence, Answers: true));
        return order;
    }

    private void Match(Order taker)
    {
        while (taker.Open > 0 && InTurn(Other(taker.Terms.Side)).FirstOrDefault() is { } maker && Crosses(taker.Terms.Side, taker.Price, maker.Price))
        {
            if (taker.Terms.SelfTrade == SelfTradeMode.None || !IsOwn(maker, taker.Account, taker.Firm))
            {
                Trade(taker, maker);
            }
            else if (taker.Terms.SelfTrade == SelfTradeMode.CancelOldest)
            {
                CancelResting(maker, RejectReason.SelfTrade, answers: false);
            }
            else
            {
                CloseTaker(taker, RejectReason.SelfTrade);
                return;
            }
        }

        if (taker.Open == 0)
        {
            return;
        }

        if (taker.Terms.Type == OrderType.Limit && taker.Terms.TimeInForce is TimeInForce.GoodTillCancelled or TimeInForce.GoodTillDate)
        {
            taker.Turn = ++_lastTurn;
            _resting.Add(taker);
            Sequence++;
            Told[taker.Answer] = Told[taker.Answer] with { Report = Told[taker.Answer].Report with { Sequence = Sequence } };
        }
        else
        {
            CloseTaker(taker, RejectReason.NothingLeftToMatch);
        }
    }

    private void Trade(Order taker, Order maker)
    {
        var quantity = Math.Min(taker.Open, maker.Open);
        var price = maker.Price;
        Sequence++;
        Fill(maker, maker.Terms.MakerBps, isMaker: true);
        Fill(taker, taker.Terms.TakerBps, isMaker: false);
        var (buyer, seller) = taker.Terms.Side == Side.Bid ? (taker, maker) : (maker, taker);
        Trades.Add((Sequence, price, quantity, buyer.Account, seller.Account));
        if (maker.Open == 0)
        {
            _resting.Remove(maker);
        }

        void Fill(Order order, int bps, bool isMaker)
        {
            var notional = (BigInteger)price * quantity;
            var held = order.Held();
            var feeBefore = Ceiling(order.FeeWeight);
            order.FeeWeight += bps * notional;
            order.Filled += quantity;
            order.Open -= quantity;
            var fee = Ceiling(order.FeeWeight) - feeBefore;
            var release = order.Terms.Side == Side.Bid ? held - order.Held() - notional - fee : 0;
            Tell(order.Account, new(
                ReportKind.Filled, order.Terms.Order, order.Number, Sequence, price, quantity, (long)fee, (long)release,
                instrument.Settlement == SettlementMode.Immediate, isMaker, Side: order.Terms.Side));
        }
    }

    private void CloseTaker(Order taker, RejectReason reason) => Tell(taker.Account, new(
        ReportKind.Closed, taker.Terms.Order, taker.Number, Sequence, Quantity: taker.Open, Release: (long)taker.Held(), Reason: reason, Side: taker.Terms.Side));

    private void CancelResting(Order order, RejectReason reason, bool answers)
    {
        Sequence++;
        _resting.Remove(order);
        Tell(order.Account, new(
            ReportKind.Closed, order.Terms.Order, order.Number, Sequence, Quantity: order.Open, Release: (long)order.Held(), Reason: reason,
            Command: CommandKind.Cancel, Answers: answers, Side: order.Terms.Side));
    }

    private void Shrink(Order order, long open, in OrderCommand command)
    {
        var held = order.Held() + command.ExtraHold;
        order.Open = open;
        Sequence++;
        Tell(order.Account, new(
            ReportKind.Reduced, order.Terms.Order, order.Number, Sequence, order.Price, open, Release: (long)(held - order.Held()),
            Command: command.Kind, Answers: true, Side: order.Terms.Side));
    }

    private void Reenter(Order order, in OrderCommand command)
    {
        var held = order.Held() + command.ExtraHold;
        _resting.Remove(order);
        order.Price = command.Price;
        order.Open = command.Quantity - order.Filled;
        order.Answer = Told.Count;
        Sequence++;
        Tell(order.Account, new(
            ReportKind.Replaced, order.Terms.Order, order.Number, Sequence, order.Price, order.Open, Release: (long)(held - order.Held()),
            Command: CommandKind.Replace, Answers: true, Side: order.Terms.Side));
        Match(order);
    }

    private void Tell(string account, in OrderReport report) => Told.Add((account, report));
}
