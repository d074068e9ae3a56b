using Marketplace.Domain.Instruments;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Refusals;

namespace Marketplace.Domain.Tests.Orders;

/// <summary>
/// The rules of the book written apart from it, as plainly as they can be said: four lists of orders, searched from end to end, fees and holds from their definitions.
/// Whether an order can be filled is found out by filling it in a copy. Nothing here is fast and nothing is shared with the book but the form of commands and reports.
/// </summary>
internal sealed partial class NaiveBook(Instrument instrument)
{
    private readonly List<NaiveOrder> _bids = [];
    private readonly List<NaiveOrder> _asks = [];
    private readonly List<NaiveOrder> _waitingBids = [];
    private readonly List<NaiveOrder> _waitingAsks = [];
    private readonly List<NaiveOrder> _triggered = [];
    private long _lastNumber;
    private long _lastPrice;

    /// <summary>Whether the instrument trades, is halted or closed.</summary>
    public InstrumentState State { get; set; } = instrument.State;

    /// <summary>The public sequence.</summary>
    public long Sequence { get; set; }

    /// <summary>What accounts were told, in order.</summary>
    public List<(string Account, OrderReport Report)> Told { get; } = [];

    /// <summary>Trades, in order.</summary>
    public List<(long Sequence, long Price, long Quantity, string Buyer, string Seller)> Trades { get; } = [];

    /// <summary>The orders of a side, best first and in turn.</summary>
    public IEnumerable<(long Number, string Account, long AccountOrder, long Price, long Open, long Hidden)> Orders(Side side) =>
        Of(side).Select(order => (order.Number, order.Account, order.Terms.Order, order.Price, order.Open, order.Hidden));

    /// <summary>The waiting stop orders of a side, nearest first.</summary>
    public IEnumerable<(long Number, string Account, long AccountOrder, long StopPrice, long Price, long Open)> Stops(Side side) =>
        (side == Side.Bid ? _waitingBids : _waitingAsks).Select(order => (order.Number, order.Account, order.Terms.Order, order.Stop, order.Price, order.Open));

    /// <summary>Takes what has expired away: earliest first, then in order of entry.</summary>
    public void Expire(long now)
    {
        foreach (var order in All().Where(order => order.Terms.ExpiresAtMicros != 0 && order.Terms.ExpiresAtMicros <= now)
            .OrderBy(order => order.Terms.ExpiresAtMicros).ThenBy(order => order.Number).ToArray())
        {
            CancelInBook(order, RejectReason.Expired, answers: false);
        }
    }

    /// <summary>One command of an account, and the stop orders it triggers.</summary>
    public void Execute(string account, string firm, in OrderCommand command, long now)
    {
        Do(account, firm, command, now);
        while (_triggered.Count > 0)
        {
            var order = _triggered[0];
            _triggered.RemoveAt(0);
            order.Waits = false;
            order.Answer = Told.Count;
            Tell(order.Account, new(ReportKind.Triggered, order.Terms.Order, order.Number, Sequence, Side: order.Terms.Side));
            Act(order);
        }
    }

    private void Do(string account, string firm, in OrderCommand command, long now)
    {
        var number = command.Order;
        var order = command.Kind == CommandKind.Place ? null : All().FirstOrDefault(order => order.Terms.Order == number && order.Account == account);
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
            var taken = command.Kind == CommandKind.Place ? (long)New(account, firm, command).Held() : command.ExtraHold;
            Tell(account, new(ReportKind.Refused, number, 0, Sequence, Release: taken, Reason: refused, Command: command.Kind, Answers: true, Side: command.Side));
            return;
        }

        switch (command.Kind)
        {
            case CommandKind.Place:
                var placed = New(account, firm, command);
                placed.Number = ++_lastNumber;
                placed.Answer = Told.Count;
                Tell(account, new(ReportKind.Accepted, number, placed.Number, Sequence, Answers: true));
                ParkOrMatch(placed);
                break;
            case CommandKind.Cancel:
                CancelInBook(order!, command.Reason == RejectReason.None ? RejectReason.CancelledByOwner : command.Reason, answers: true);
                break;
            case CommandKind.Reduce:
                Shrink(order!, command.Quantity, command);
                break;
            case CommandKind.Replace when KeepsItsPlace(order!, command):
                Shrink(order!, command.Quantity - order!.Filled, command);
                break;
            case CommandKind.Replace:
                Reenter(order!, command);
                break;
        }
    }

    private static bool Crosses(bool isBid, long limit, long price) => isBid ? price <= limit : price >= limit;

    private bool IsReached(bool isBid, long stop) => _lastPrice != 0 && (isBid ? _lastPrice >= stop : _lastPrice <= stop);

    private static bool IsOwn(NaiveOrder order, NaiveOrder other) => order.Account == other.Account || order.Firm == other.Firm;

    private static bool KeepsItsPlace(NaiveOrder order, in OrderCommand command) =>
        command.Price == order.Price && command.Quantity - order.Filled <= order.Open && (command.StopPrice == 0 || command.StopPrice == order.Stop);

    private List<NaiveOrder> Of(Side side) => side == Side.Bid ? _bids : _asks;

    private List<NaiveOrder> Against(NaiveOrder order) => order.IsBid ? _asks : _bids;

    private IEnumerable<NaiveOrder> All() => _bids.Concat(_asks).Concat(_waitingBids).Concat(_waitingAsks);

    private static NaiveOrder New(string account, string firm, in OrderCommand command)
    {
        var order = new NaiveOrder { Terms = command, Account = account, Firm = firm, Price = command.Price, Stop = command.StopPrice };
        order.Show(command.Quantity);
        return order;
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
        var closed = WhyNotTrading();
        if (closed != RejectReason.None)
        {
            return closed;
        }

        if (command.ExpiresAtMicros != 0 && command.ExpiresAtMicros <= now)
        {
            return RejectReason.Expired;
        }

        var terms = WhyNotTerms(command.Price, command.Quantity);
        if (terms != RejectReason.None)
        {
            return terms;
        }

        if (command.IfSequence != 0 && command.IfSequence != Sequence)
        {
            return RejectReason.BookMoved;
        }

        var together = WhyNotTogether(command);
        return together != RejectReason.None ? together
            : command.StopPrice != 0 && !IsReached(command.Side == Side.Bid, command.StopPrice) ? RejectReason.None
            : WhyNotActing(New(account, firm, command));
    }

    private RejectReason WhyNotTogether(in OrderCommand command)
    {
        switch (command.Type)
        {
            case OrderType.Limit when command.StopPrice != 0:
            case OrderType.Market when command.StopPrice != 0 || command.PostOnly || command.DisplayKwh != 0 || command.ExpiresAtMicros != 0:
            case OrderType.Stop when command.StopPrice == 0 || command.PostOnly || command.DisplayKwh != 0:
            case OrderType.StopLimit when command.StopPrice == 0:
                return RejectReason.IncompatibleTerms;
        }

        if (command.TimeInForce is TimeInForce.ImmediateOrCancel or TimeInForce.FillOrKill && (command.PostOnly || command.DisplayKwh != 0))
        {
            return RejectReason.IncompatibleTerms;
        }

        if (command.ExpiresAtMicros != 0 && command.TimeInForce != TimeInForce.GoodTillDate)
        {
            return RejectReason.IncompatibleTerms;
        }

        if (command.StopPrice != 0 && WhyNotTerms(command.StopPrice, command.Quantity) is not RejectReason.None and var stop)
        {
            return stop;
        }

        return command.DisplayKwh == 0 ? RejectReason.None : WhyNotShown(command.DisplayKwh, command.Quantity);
    }

    private RejectReason WhyNotShown(long display, long quantity) =>
        display < 1 || display > quantity || display * 1_000 <= quantity ? RejectReason.QuantityOutOfRange
        : display % instrument.LotKwh != 0 ? RejectReason.QuantityNotOnLot
        : RejectReason.None;

    private RejectReason WhyNotReduced(NaiveOrder order, in OrderCommand command) =>
        State == InstrumentState.Halted ? RejectReason.InstrumentHalted
        : command.Quantity < 1 || command.Quantity >= order.Open ? RejectReason.QuantityNotReduced
        : command.Quantity % instrument.LotKwh != 0 ? RejectReason.QuantityNotOnLot
        : RejectReason.None;

    private RejectReason WhyNotReplaced(NaiveOrder order, in OrderCommand command)
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

        var terms = WhyNotTerms(command.Price, open);
        if (terms != RejectReason.None)
        {
            return terms;
        }

        if (command.StopPrice != 0)
        {
            var stop = order.Waits ? WhyNotTerms(command.StopPrice, open) : RejectReason.IncompatibleTerms;
            if (stop != RejectReason.None)
            {
                return stop;
            }
        }

        if (order.Terms.DisplayKwh != 0 && open > order.Terms.DisplayKwh && WhyNotShown(order.Terms.DisplayKwh, open) is not RejectReason.None and var shown)
        {
            return shown;
        }

        var after = After(order, command);
        if (!KeepsItsPlace(order, command) && !(after.Waits && !IsReached(after.IsBid, after.Stop)) && WhyNotActing(after) is not RejectReason.None and var acting)
        {
            return acting;
        }

        return after.Held() > order.Held() + command.ExtraHold ? RejectReason.OvertakenByFill : RejectReason.None;
    }

    private static NaiveOrder After(NaiveOrder order, in OrderCommand command)
    {
        var after = order.Copy();
        after.Price = command.Price;
        after.Stop = command.StopPrice != 0 ? command.StopPrice : order.Stop;
        after.Show(command.Quantity - order.Filled);
        return after;
    }
}
