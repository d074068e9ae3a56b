using System.Numerics;
using Marketplace.Domain.Instruments;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Settlement;

namespace Marketplace.Simulation.Tests.Checks;

/// <summary>
/// One book as an auditor follows it from its durable records, written apart from the book: lists, searched. O5 to O8: whose turn it was, at which price, at which fee, and that
/// nothing happens to an order that is gone.
/// </summary>
internal sealed class AuditedBook(string instrument, RareEvents rare)
{
    private sealed class Order
    {
        public required string Account;
        public required string Firm;
        public required OrderCommand Terms;
        public long Number;
        public long Price;
        public long Stop;
        public long Open;
        public long Shown;
        public long Filled;
        public BigInteger FeeWeight;

        /// <summary>Shows the next tip of what is open.</summary>
        public void ShowTip() => Shown = Terms.DisplayKwh == 0 ? Open : Math.Min(Terms.DisplayKwh, Open);

        /// <summary>Loses quantity without a trade: what is hidden goes first.</summary>
        public void Shrink(long to) => (Open, Shown) = (to, Math.Min(Shown, to));
    }

    private readonly List<Order> _bids = [];
    private readonly List<Order> _asks = [];
    private readonly List<Order> _stops = [];
    private readonly List<Order> _reached = [];
    private readonly Queue<(string Account, string Firm, OrderCommand Command)> _commands = new();
    private Order? _taker;
    private Instrument? _terms;
    private long _sequence;
    private long _nowMicros;
    private long _lastNumber;
    private long _lastPrice;

    /// <summary>Its trades and their settlement.</summary>
    public AuditedTrades Trades { get; } = new(instrument, rare);

    /// <summary>Follows one durable record.</summary>
    public void Take(Record record)
    {
        _nowMicros = record.TimeMicros;
        foreach (var happened in record.Events)
        {
            switch (happened)
            {
                case MessagesReceived received:
                    foreach (var commands in received.Messages.OfType<OrderCommands>())
                    {
                        Array.ForEach(commands.Commands, command => _commands.Enqueue((received.Sender, commands.Firm, command)));
                    }

                    break;
                case BookEvents events:
                    Violation.Unless(events.SequenceBefore == _sequence, "Q3", $"{instrument}: sequence {events.SequenceBefore} behind {_sequence}");
                    foreach (var one in events)
                    {
                        Take(one);
                    }

                    break;
                case InstrumentAdopted adopted:
                    Adopt(adopted.Instrument);
                    break;
                case CycleDecided cycle:
                    Trades.Decide(cycle);
                    break;
                case TradeDecided decided:
                    Trades.DecideEarly(decided.Trade);
                    break;
                case FeesSwept:
                    rare.Count(RareEvent.FeesSwept);
                    break;
            }
        }

        Violation.Unless(_commands.Count == 0, "O3", $"{instrument}: a command was not answered");
        Violation.Unless(_bids.Count == 0 || _asks.Count == 0 || _bids.Max(order => order.Price) < _asks.Min(order => order.Price), "O6", $"{instrument} is crossed");
    }

    private List<Order> Of(Side side) => side == Side.Bid ? _bids : _asks;

    private void Adopt(Instrument entry)
    {
        if (_terms?.State != entry.State && (_terms is not null || entry.State != InstrumentState.Pending))
        {
            _sequence++;
        }

        _terms = entry;
    }

    private void Take(in BookEvent happened)
    {
        switch (happened.Kind)
        {
            case BookEventKind.Refused:
                NoteRefusal(_commands.Dequeue().Command, happened.Reason);
                break;
            case BookEventKind.Taken:
                var (account, firm, command) = _commands.Dequeue();
                Violation.Unless(happened.Order == ++_lastNumber, "Q3", $"{instrument}: order numbers skip");
                Violation.Unless(_terms is { State: InstrumentState.Open }, "O2", $"{instrument} took an order while it does not trade");
                Violation.Unless(command.IfSequence == 0 || command.IfSequence == _sequence, "O1", $"{instrument}: {happened.Order} was meant for sequence {command.IfSequence}");
                _taker = new() { Account = account, Firm = firm, Terms = command, Number = happened.Order, Price = command.Price, Stop = command.StopPrice, Open = command.Quantity };
                _taker.ShowTip();
                break;
            case BookEventKind.Traded:
                Trade(happened);
                break;
            case BookEventKind.Parked:
                Park(happened);
                break;
            case BookEventKind.Triggered:
                Trigger(happened);
                break;
            case BookEventKind.Decremented:
                Decrement(happened);
                break;
            case BookEventKind.Rested:
                Act();
                Violation.Unless(happened.Quantity == _taker!.Open && _taker.Terms.Type is OrderType.Limit or OrderType.StopLimit && _taker.Terms.TimeInForce is TimeInForce.GoodTillCancelled or TimeInForce.GoodTillDate, "O5", $"{instrument}: {_taker.Number} rests with another quantity");
                Of(_taker.Terms.Side).Add(_taker);
                _taker = null;
                _sequence++;
                break;
            case BookEventKind.Cancelled:
                Cancel(happened);
                break;
            case BookEventKind.Reduced:
                var reduced = Asked();
                Violation.Unless(happened.Quantity >= 1 && happened.Quantity <= reduced.Open, "O5", $"{instrument}: {reduced.Number} grew in a reduction");
                reduced.Shrink(happened.Quantity);
                _sequence += happened.Waiting ? 0 : 1;
                break;
            case BookEventKind.Replaced:
                Replace(happened);
                break;
        }
    }

    /// <summary>The resting order the next command speaks of.</summary>
    private Order Asked()
    {
        var (account, _, command) = _commands.Dequeue();
        var order = Of(command.Side).Concat(_stops).FirstOrDefault(order => order.Account == account && order.Terms.Order == command.Order);
        Violation.Unless(order is not null, "O8", $"{instrument}: something happened to an order of {account} that is not there");
        return order!;
    }

    private void Cancel(in BookEvent happened)
    {
        rare.CountReason(happened.Reason);
        if (!happened.ByCommand && happened.Key == 0)
        {
            Act();
            Violation.Unless(_taker!.Terms.TimeInForce != TimeInForce.FillOrKill || (_taker.Terms.StopPrice != 0 && _taker.Filled == 0), "O5", $"{instrument}: {_taker.Number} was to be filled whole or not taken");
            Violation.Unless(happened.Quantity == _taker.Open, "O7", $"{instrument}: {_taker.Number} ends with another quantity");
            _taker = null;
            return;
        }

        var number = happened.Order;
        var order = happened.ByCommand ? Asked() : _bids.Concat(_asks).Concat(_stops).FirstOrDefault(order => order.Number == number);
        Violation.Unless(order is not null && order.Open == happened.Quantity && order.Number == number, "O8", $"{instrument}: order {number} ended twice, or with another quantity");
        Violation.Unless(happened.Waiting == _stops.Contains(order!), "O5", $"{instrument}: order {number} ended as what it was not");
        Leave(order!);
        _sequence += happened.Waiting ? 0 : 1;
    }

    /// <summary>Takes an order from its place: in a queue, or among the waiting.</summary>
    private void Leave(Order order)
    {
        _stops.Remove(order);
        _reached.Remove(order);
        Of(order.Terms.Side).Remove(order);
    }

    private bool IsReached(Order order) => _lastPrice != 0 && (order.Terms.Side == Side.Bid ? _lastPrice >= order.Stop : _lastPrice <= order.Stop);

    /// <summary>The incoming order acts: if it has a stop price, that has been reached.</summary>
    private void Act()
    {
        if (_taker!.Stop != 0)
        {
            Violation.Unless(IsReached(_taker), "O5", $"{instrument}: {_taker.Number} acts before its stop price");
            rare.Count(RareEvent.StopActedAtOnce);
            _taker.Stop = 0;
        }
    }

    private void Park(in BookEvent happened)
    {
        Violation.Unless(_taker!.Stop != 0 && !IsReached(_taker) && happened.Quantity == _taker.Open, "O5", $"{instrument}: {_taker.Number} waits for nothing");
        _stops.Add(_taker);
        _taker = null;
    }

    /// <summary>Stop orders act in the order their prices were reached: bids from the lowest up, then asks from the highest down, each price in the order entered.</summary>
    private void Trigger(in BookEvent happened)
    {
        Violation.Unless(_taker is not { Open: > 0 }, "O5", $"{instrument}: {happened.Order} acts while another order does");
        Violation.Unless(_reached.Count > 0 && _reached[0].Number == happened.Order, "O5", $"{instrument}: {happened.Order} acts out of its turn");
        _taker = _reached[0];
        Leave(_taker);
        _taker.Stop = 0;
        rare.Count(RareEvent.StopTriggered);
    }

    private void Reach()
    {
        _reached.AddRange(_stops.Where(order => IsReached(order) && !_reached.Contains(order)).ToArray()
            .OrderBy(order => order.Terms.Side).ThenBy(order => order.Terms.Side == Side.Bid ? order.Stop : -order.Stop));
    }

    private void Replace(in BookEvent happened)
    {
        var stop = _commands.Peek().Command.StopPrice;
        _taker = Asked();
        Violation.Unless(happened.Waiting == _stops.Contains(_taker), "O5", $"{instrument}: order {_taker.Number} is replaced as what it was not");
        Leave(_taker);
        _taker.Price = happened.Price;
        _taker.Stop = happened.Waiting && stop != 0 ? stop : _taker.Stop;
        _taker.Open = happened.Quantity;
        _taker.ShowTip();
        _sequence += happened.Waiting ? 0 : 1;
    }

    private void Decrement(in BookEvent happened)
    {
        Act();
        var (taker, maker) = (_taker!, FirstAgainst(happened));
        Violation.Unless(taker.Terms.SelfTrade == SelfTradeMode.DecrementAndCancel && taker.Firm == maker.Firm, "O5", $"{instrument}: {taker.Number} takes off what is not its own");
        Violation.Unless(happened.Quantity == Math.Min(taker.Open, maker.Open), "O7", $"{instrument}: {happened.Quantity} is taken off");
        _sequence++;
        taker.Shrink(taker.Open - happened.Quantity);
        maker.Shrink(maker.Open - happened.Quantity);
        if (maker.Open == 0)
        {
            Leave(maker);
        }

        rare.Count(RareEvent.Decremented);
        rare.CountReason(RejectReason.SelfTrade);
    }

    /// <summary>The resting order an event names: it is the first in turn at the best price of the other side, within the incoming order's limit.</summary>
    private Order FirstAgainst(in BookEvent happened)
    {
        var (taker, number) = (_taker!, happened.Maker);
        var against = Of(taker.Terms.Side == Side.Bid ? Side.Ask : Side.Bid);
        var maker = against.Find(order => order.Number == number);
        Violation.Unless(maker is not null, "O8", $"{instrument}: {taker.Number} meets {number}, which is not there");
        var isBid = taker.Terms.Side == Side.Bid;
        var best = isBid ? against.Min(order => order.Price) : against.Max(order => order.Price);
        Violation.Unless(happened.Price == maker!.Price && maker.Price == best && (isBid ? best <= taker.Price : best >= taker.Price), "O5", $"{instrument}: met at {happened.Price}, best is {best}");
        Violation.Unless(against.First(order => order.Price == best) == maker, "O5", $"{instrument}: {number} was met out of its turn");
        Violation.Unless(maker.Terms.ExpiresAtMicros == 0 || maker.Terms.ExpiresAtMicros > _nowMicros, "O5", $"{instrument}: {number} was met when its time had passed");
        return maker;
    }

    private void Trade(in BookEvent happened)
    {
        Act();
        var (taker, maker) = (_taker!, FirstAgainst(happened));
        var isBid = taker.Terms.Side == Side.Bid;
        Violation.Unless(happened.Quantity == Math.Min(taker.Shown, maker.Shown), "O7", $"{instrument}: trade of {happened.Quantity}");
        Violation.Unless(!taker.Terms.PostOnly, "O5", $"{instrument}: {taker.Number} may only rest and has taken");
        Violation.Unless(taker.Terms.SelfTrade == SelfTradeMode.None || taker.Firm != maker.Firm, "O5", $"{instrument}: {taker.Number} traded with its own firm");
        _sequence++;
        var makerFee = Charge(maker, maker.Terms.MakerBps, happened);
        var takerFee = Charge(taker, taker.Terms.TakerBps, happened);
        Violation.Unless(happened.MakerFeeMicros == makerFee && happened.TakerFeeMicros == takerFee, "M2", $"{instrument}: fees of trade {_sequence} are not what the rates say");
        _lastPrice = happened.Price;
        Reach();
        if (maker.Open == 0)
        {
            Leave(maker);
        }
        else if (maker.Shown == 0)
        {
            // The next tip goes behind all others of its price.
            Leave(maker);
            maker.ShowTip();
            Of(maker.Terms.Side).Add(maker);
            rare.Count(RareEvent.IcebergRefilled);
        }

        if (taker.Shown == 0)
        {
            taker.ShowTip();
        }

        if (maker.Account == taker.Account)
        {
            rare.Count(RareEvent.TradedWithItself);
        }

        var (buyer, seller, buyerFee, sellerFee) = isBid ? (taker, maker, takerFee, makerFee) : (maker, taker, makerFee, takerFee);
        Trades.Match(new(_sequence, buyer.Account, seller.Account, buyer.Terms.Order, seller.Terms.Order, happened.Price, happened.Quantity, buyerFee, sellerFee), _terms!.Settlement);
    }

    private static long Charge(Order order, int bps, in BookEvent happened)
    {
        var before = (order.FeeWeight + 9_999) / 10_000;
        order.FeeWeight += (BigInteger)bps * happened.Price * happened.Quantity;
        order.Open -= happened.Quantity;
        order.Shown -= happened.Quantity;
        order.Filled += happened.Quantity;
        return (long)(((order.FeeWeight + 9_999) / 10_000) - before);
    }

    private void NoteRefusal(in OrderCommand command, RejectReason reason)
    {
        rare.Count(RareEvent.RefusedByTheBook);
        rare.CountReason(reason);
        if (command.Kind == CommandKind.Cancel && reason == RejectReason.OrderNotOpen)
        {
            rare.Count(RareEvent.CancelOvertakenByFill);
        }

        if (command.Kind == CommandKind.Replace && reason == RejectReason.OrderNotOpen && command.ExtraHold > 0)
        {
            rare.Count(RareEvent.ReplaceGivenBackBehindTheEnd);
        }
    }
}
