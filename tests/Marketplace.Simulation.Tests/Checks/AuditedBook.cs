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
        public long Shown;
        public long Hidden;
        public bool HasWaited;
        public BigInteger FeeWeight;

        public long Open => Shown + Hidden;

        public void Show(long open)
        {
            Shown = Terms.DisplayKwh == 0 ? open : Math.Min(open, Terms.DisplayKwh);
            Hidden = open - Shown;
        }

        public void TakeOff(long kwh)
        {
            var hidden = Math.Min(kwh, Hidden);
            Hidden -= hidden;
            Shown -= kwh - hidden;
        }
    }

    private readonly List<Order> _bids = [];
    private readonly List<Order> _asks = [];
    private readonly List<Order> _waiting = [];
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
                _taker = new() { Account = account, Firm = firm, Terms = command, Number = happened.Order, Price = command.Price, Stop = command.StopPrice };
                _taker.Show(command.Quantity);
                break;
            case BookEventKind.Traded:
                Trade(happened);
                break;
            case BookEventKind.Rested:
                Violation.Unless(happened.Quantity == _taker!.Open && _taker.Terms.Type is OrderType.Limit or OrderType.StopLimit && _taker.Terms.TimeInForce is TimeInForce.GoodTillCancelled or TimeInForce.GoodTillDate, "O5", $"{instrument}: {_taker.Number} rests with another quantity");
                Of(_taker.Terms.Side).Add(_taker);
                _taker = null;
                _sequence++;
                break;
            case BookEventKind.Parked:
                Violation.Unless(happened.Quantity == _taker!.Open && _taker.Stop != 0 && !IsReached(_taker), "O5", $"{instrument}: {_taker.Number} waits for a stop price that was reached");
                rare.Count(RareEvent.StopWaited);
                _waiting.Add(_taker);
                _taker = null;
                break;
            case BookEventKind.Triggered:
                Violation.Unless(_reached is [var first, ..] && first.Number == happened.Order && first.Terms.Side == happened.Side, "O5", $"{instrument}: {happened.Order} acts out of its turn, or before its stop price");
                _taker = _reached[0];
                _taker.HasWaited = true;
                rare.Count(RareEvent.StopTriggered);
                _reached.RemoveAt(0);
                break;
            case BookEventKind.Decremented:
                Decrement(happened);
                break;
            case BookEventKind.Cancelled:
                Cancel(happened);
                break;
            case BookEventKind.Reduced:
                var reduced = Asked(happened);
                Violation.Unless(happened.Quantity >= 1 && happened.Quantity <= reduced.Open, "O5", $"{instrument}: {reduced.Number} grew in a reduction");
                reduced.TakeOff(reduced.Open - happened.Quantity);
                _sequence += happened.Waiting ? 0 : 1;
                break;
            case BookEventKind.Replaced:
                var asked = _commands.Peek().Command;
                _taker = Asked(happened);
                if (happened.Waiting)
                {
                    rare.Count(RareEvent.StopReplaced);
                }

                Remove(_taker);
                _taker.Price = happened.Price;
                _taker.Stop = asked.StopPrice != 0 ? asked.StopPrice : _taker.Stop;
                _taker.Show(happened.Quantity);
                _sequence += happened.Waiting ? 0 : 1;
                break;
        }
    }

    private bool IsReached(Order order) => _lastPrice != 0 && (order.Terms.Side == Side.Bid ? _lastPrice >= order.Stop : _lastPrice <= order.Stop);

    private IEnumerable<Order> InBook() => _bids.Concat(_asks).Concat(_waiting).Concat(_reached);

    private void Remove(Order order) => Violation.Unless(_bids.Remove(order) || _asks.Remove(order) || _waiting.Remove(order) || _reached.Remove(order), "O8", $"{instrument}: {order.Number} is not there");

    /// <summary>The order of the book the next command speaks of.</summary>
    private Order Asked(in BookEvent happened)
    {
        var (account, _, command) = _commands.Dequeue();
        var order = InBook().FirstOrDefault(order => order.Account == account && order.Terms.Order == command.Order);
        Violation.Unless(order is not null, "O8", $"{instrument}: something happened to an order of {account} that is not there");
        Violation.Unless((_waiting.Contains(order!) || _reached.Contains(order!)) == happened.Waiting, "Q3", $"{instrument}: the sequence moves for what nobody sees, or does not for what everybody does");
        return order!;
    }

    private void Cancel(in BookEvent happened)
    {
        rare.CountReason(happened.Reason);
        if (!happened.ByCommand && happened.Key == 0)
        {
            Violation.Unless(_taker!.Terms.TimeInForce != TimeInForce.FillOrKill || _taker.HasWaited, "O5", $"{instrument}: {_taker.Number} was to be filled whole or not taken");
            Violation.Unless(happened.Quantity == _taker.Open, "O7", $"{instrument}: {_taker.Number} ends with another quantity");
            _taker = null;
            return;
        }

        var number = happened.Order;
        var order = happened.ByCommand ? Asked(happened) : InBook().FirstOrDefault(order => order.Number == number);
        Violation.Unless(order is not null && order.Open == happened.Quantity && order.Number == number, "O8", $"{instrument}: order {number} ended twice, or with another quantity");
        Remove(order!);
        _sequence += happened.Waiting ? 0 : 1;
    }

    /// <summary>The smaller of two open quantities of one firm goes off both.</summary>
    private void Decrement(in BookEvent happened)
    {
        var (taker, number) = (_taker!, happened.Maker);
        var maker = Of(taker.Terms.Side == Side.Bid ? Side.Ask : Side.Bid).Find(order => order.Number == number);
        Violation.Unless(taker.Terms.SelfTrade == SelfTradeMode.DecrementAndCancel, "O5", $"{instrument}: {taker.Number} did not ask to be decremented");
        Violation.Unless(maker is not null && maker.Firm == taker.Firm && maker.Price == happened.Price, "O8", $"{instrument}: {taker.Number} is decremented against {number}, which is not its own");
        Violation.Unless(happened.Quantity == Math.Min(taker.Open, maker!.Open), "O7", $"{instrument}: decrement of {happened.Quantity}");
        rare.Count(RareEvent.Decremented);
        maker!.TakeOff(happened.Quantity);
        taker.TakeOff(happened.Quantity);
        _sequence++;
        if (maker.Open == 0)
        {
            Remove(maker);
        }
    }

    /// <summary>After each trade: what waits for its price queues up, bids from the lowest stop price up, then asks from the highest down, each price in order of entry.</summary>
    private void QueueReached()
    {
        var reached = _waiting.Where(IsReached).ToArray();
        if (reached.Length > 0 && _taker!.HasWaited)
        {
            rare.Count(RareEvent.StopTriggeredByAStop);
        }

        _reached.AddRange(reached.Where(order => order.Terms.Side == Side.Bid).OrderBy(order => order.Stop));
        _reached.AddRange(reached.Where(order => order.Terms.Side == Side.Ask).OrderByDescending(order => order.Stop));
        _waiting.RemoveAll(order => reached.Contains(order));
    }

    private void Trade(in BookEvent happened)
    {
        var (taker, makerNumber) = (_taker!, happened.Maker);
        var against = Of(taker.Terms.Side == Side.Bid ? Side.Ask : Side.Bid);
        var maker = against.Find(order => order.Number == makerNumber);
        Violation.Unless(maker is not null, "O8", $"{instrument}: trade with {makerNumber}, which is not there");
        var isBid = taker.Terms.Side == Side.Bid;
        var best = isBid ? against.Min(order => order.Price) : against.Max(order => order.Price);
        Violation.Unless(happened.Price == maker!.Price && maker.Price == best && (isBid ? best <= taker.Price : best >= taker.Price), "O5", $"{instrument}: trade at {happened.Price}, best is {best}");
        Violation.Unless(against.First(order => order.Price == best) == maker, "O5", $"{instrument}: {makerNumber} traded out of its turn");
        Violation.Unless(happened.Quantity == Math.Min(taker.Shown, maker.Shown), "O7", $"{instrument}: trade of {happened.Quantity}");
        Violation.Unless(maker.Terms.ExpiresAtMicros == 0 || maker.Terms.ExpiresAtMicros > _nowMicros, "O5", $"{instrument}: {makerNumber} traded when its time had passed");
        Violation.Unless(!taker.Terms.PostOnly, "O5", $"{instrument}: {taker.Number} may only rest and has taken");
        Violation.Unless(taker.Terms.SelfTrade == SelfTradeMode.None || taker.Firm != maker.Firm, "O5", $"{instrument}: {taker.Number} traded with its own firm");
        _sequence++;
        var makerFee = Charge(maker, maker.Terms.MakerBps, happened);
        var takerFee = Charge(taker, taker.Terms.TakerBps, happened);
        Violation.Unless(happened.MakerFeeMicros == makerFee && happened.TakerFeeMicros == takerFee, "M2", $"{instrument}: fees of trade {_sequence} are not what the rates say");
        if (maker.Shown == 0)
        {
            // The next tip of an iceberg stands behind all others of its price.
            against.Remove(maker);
            maker.Show(maker.Hidden);
            if (maker.Open > 0)
            {
                against.Add(maker);
                rare.Count(RareEvent.NextTipShown);
            }
        }

        if (taker.Shown == 0)
        {
            taker.Show(taker.Hidden);
        }

        _lastPrice = happened.Price;
        QueueReached();
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
        order.Shown -= happened.Quantity;
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
