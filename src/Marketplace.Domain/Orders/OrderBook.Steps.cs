using Marketplace.Domain.Settlement;
using Marketplace.Domain.Instruments;

namespace Marketplace.Domain.Orders;

/// <summary>The steps a book takes, live and in replay: each changes the state and gathers the reports to the accounts it concerns.</summary>
public sealed partial class OrderBook
{
    private readonly Queue<(int Party, OrderCommand Command)> _pending = new();

    /// <inheritdoc/>
    protected override void ApplyOwn(Event happened)
    {
        switch (happened)
        {
            case MessagesReceived received:
                MeetSender(received);
                break;
            case BookEvents book:
                Check.That(book.SequenceBefore == Sequence);
                foreach (var one in book.Events)
                {
                    Redo(one);
                }

                break;
            case InstrumentAdopted adopted:
                ApplyAdopted(adopted.Instrument);
                break;
            case CycleDecided cycle:
                Remember(cycle.Request, "cycle");
                Settlement.Apply(happened);
                break;
            case FeesSwept swept:
                Remember(swept.Request, "sweep");
                Settlement.Apply(happened);
                break;
            case TradeDecided decided:
                Remember(decided.Request, SettleText(decided.Trade));
                Settlement.Apply(happened);
                break;
            case SettlementAsked asked:
                Remember(asked.Request, SettleText(asked.Trade));
                break;
        }
    }

    /// <summary>Makes a party of a sender of orders; in a replay, keeps its commands for the book events that answer them.</summary>
    private void MeetSender(MessagesReceived received)
    {
        foreach (var message in received.Messages)
        {
            if (message is not OrderCommands orders)
            {
                continue;
            }

            if (!_partyOf.TryGetValue(received.Sender, out var party))
            {
                party = _parties.Count;
                _parties.Add(new(received.Sender, orders.Firm));
                _partyOf.Add(received.Sender, party);
                Settlement.Met(party);
            }

            if (IsReplaying)
            {
                foreach (var command in orders.Commands)
                {
                    _pending.Enqueue((party, command));
                }
            }
        }
    }

    private void Redo(in BookEvent happened)
    {
        var (party, command) = happened.ByCommand || happened.Kind == BookEventKind.Taken ? _pending.Dequeue() : default;
        switch (happened.Kind)
        {
            case BookEventKind.Refused:
                Refused(party, command, happened.Reason);
                break;
            case BookEventKind.Taken:
                TakeIn(party, command);
                Check.That(_taker.Number == happened.Order);
                break;
            case BookEventKind.Traded:
                Trade(happened.Quantity, happened.TakerFeeMicros, happened.MakerFeeMicros);
                break;
            case BookEventKind.Rested:
                Rest();
                break;
            case BookEventKind.Cancelled when happened.ByCommand:
                Drop(RestingOrder.KeyOf(party, command.Order), happened.Reason, command);
                break;
            case BookEventKind.Cancelled when happened.Key != 0:
                Drop(happened.Key, happened.Reason, null);
                break;
            case BookEventKind.Cancelled:
                DropTaker(happened.Reason);
                break;
            case BookEventKind.Reduced:
                ReduceTo(_slotOf[RestingOrder.KeyOf(party, command.Order)], command with { Quantity = happened.Quantity });
                break;
            case BookEventKind.Replaced:
                TakeOut(_slotOf[RestingOrder.KeyOf(party, command.Order)], command, happened.Quantity);
                break;
        }
    }

    private void Refused(int party, in OrderCommand command, RejectReason reason)
    {
        var release = command.Kind switch
        {
            CommandKind.Place when command.Side == Side.Ask => command.Quantity,
            CommandKind.Place => (long)Hold.BidMicros(command.Price, command.Quantity, command.MaxBps, 0),
            _ => command.ExtraHold,
        };
        Report(party, new(ReportKind.Refused, command.Order, 0, Sequence, Release: release, Reason: reason, Command: command.Kind, Answers: true, Side: command.Side));
    }

    private void TakeIn(int party, in OrderCommand command)
    {
        _lastOrderNumber++;
        _taker = new()
        {
            Number = _lastOrderNumber,
            AccountOrder = command.Order,
            Price = command.Price,
            Open = command.Quantity,
            ExpiresAtMicros = command.ExpiresAtMicros,
            Party = party,
            MakerBps = (short)command.MakerBps,
            TakerBps = (short)command.TakerBps,
            Side = command.Side,
            Type = command.Type,
            TimeInForce = command.TimeInForce,
            PostOnly = command.PostOnly,
            SelfTrade = command.SelfTrade,
        };
        Report(party, new(ReportKind.Accepted, command.Order, _taker.Number, Sequence, Answers: true));
        _takerReport = _parties[party].Reports.Count - 1;
    }

    private void Trade(long quantity, long takerFee, long makerFee)
    {
        var against = Against(_taker.Side);
        ref var level = ref against.Level(against.Best);
        var slot = level.First;
        var price = level.Price;
        ref var maker = ref _orders[slot];
        var notional = Price.NotionalMicros(price, quantity);
        Sequence++;
        var settled = Instrument!.Settlement == SettlementMode.Immediate;

        var makerHold = maker.Side == Side.Bid ? maker.Hold : 0;
        maker.FeeWeight += Fee.Weight(maker.MakerBps, notional);
        maker.Filled += quantity;
        if (quantity == maker.Open)
        {
            against.Remove(slot);
            maker.Open = 0;
            Shown(maker, behind: false);
            Forget(slot);
        }
        else
        {
            against.Reduce(slot, quantity);
            Shown(maker, behind: false);
        }

        Changes.Touch(maker.Side, price);
        ReportFill(maker, makerHold, price, quantity, makerFee, settled, isMaker: true);

        var takerHold = _taker.Side == Side.Bid ? _taker.Hold : 0;
        _taker.FeeWeight += Fee.Weight(_taker.TakerBps, notional);
        _taker.Filled += quantity;
        _taker.Open -= quantity;
        ReportFill(_taker, takerHold, price, quantity, takerFee, settled, isMaker: false);

        var bid = _taker.Side == Side.Bid ? (_taker, takerFee) : (maker, makerFee);
        var ask = _taker.Side == Side.Bid ? (maker, makerFee) : (_taker, takerFee);
        Settlement.Matched(new UnsettledTrade(
            Sequence, price, quantity, bid.Item1.Party, ask.Item1.Party, bid.Item1.AccountOrder, ask.Item1.AccountOrder, bid.Item2, ask.Item2, Now.Micros, _taker.Side), settled);
        Changes.Print(new(Sequence, price, quantity, _taker.Side, _taker.Number, maker.Number));
    }

    private void ReportFill(in RestingOrder order, long holdBefore, long price, long quantity, long fee, bool settled, bool isMaker)
    {
        long release = 0;
        if (order.Side == Side.Bid)
        {
            release = holdBefore - order.Hold - Price.NotionalMicros(price, quantity) - fee;
            Check.That(release >= 0);
        }

        Report(order.Party, new(ReportKind.Filled, order.AccountOrder, order.Number, Sequence, price, quantity, fee, release, settled, isMaker, Side: order.Side));
    }

    private void Rest()
    {
        var slot = _orders.Take(_taker);
        _slotOf.Add(_taker.Key, slot);
        if (_taker.ExpiresAtMicros != 0)
        {
            _expiries.Add((_taker.ExpiresAtMicros, _taker.Key));
        }

        Of(_taker.Side).Append(slot);
        Shown(_taker, behind: true);
        Sequence++;

        // What answers the command tells the sequence at which the order came to rest.
        var reports = _parties[_taker.Party].Reports;
        reports[_takerReport] = reports[_takerReport] with { Sequence = Sequence };
        Changes.Touch(_taker.Side, _taker.Price);
        _taker.Open = 0;
    }

    private void DropTaker(RejectReason reason)
    {
        Report(_taker.Party, new(ReportKind.Closed, _taker.AccountOrder, _taker.Number, Sequence, Quantity: _taker.Open, Release: _taker.Hold, Reason: reason, Side: _taker.Side));
        _taker.Open = 0;
    }

    private void Drop(long key, RejectReason reason, OrderCommand? command)
    {
        var slot = _slotOf[key];
        ref var order = ref _orders[slot];
        Sequence++;
        Of(order.Side).Remove(slot);
        Changes.Touch(order.Side, order.Price);
        Report(order.Party, new(
            ReportKind.Closed, order.AccountOrder, order.Number, Sequence, Quantity: order.Open, Release: order.Hold, Reason: reason,
            Command: CommandKind.Cancel, Answers: command is not null, Side: order.Side));
        Gone(order);
        Forget(slot);
    }

    private void ReduceTo(int slot, in OrderCommand command)
    {
        ref var order = ref _orders[slot];
        var before = order.Hold;
        if (command.Quantity < order.Open)
        {
            Of(order.Side).Reduce(slot, order.Open - command.Quantity);
            Shown(order, behind: false);
        }

        Sequence++;
        Changes.Touch(order.Side, order.Price);
        Report(order.Party, new(
            ReportKind.Reduced, order.AccountOrder, order.Number, Sequence, order.Price, order.Open, Release: before + command.ExtraHold - order.Hold,
            Command: command.Kind, Answers: true, Side: order.Side));
    }

    private void TakeOut(int slot, in OrderCommand command, long open)
    {
        ref var order = ref _orders[slot];
        var before = order.Hold;
        Sequence++;
        Of(order.Side).Remove(slot);
        Changes.Touch(order.Side, order.Price);
        Gone(order);
        _taker = order;
        Forget(slot);
        _taker.Price = command.Price;
        _taker.Open = open;
        var release = before + command.ExtraHold - _taker.Hold;
        Check.That(release >= 0);
        Report(_taker.Party, new(
            ReportKind.Replaced, _taker.AccountOrder, _taker.Number, Sequence, _taker.Price, open, Release: release, Command: CommandKind.Replace, Answers: true, Side: _taker.Side));
        _takerReport = _parties[_taker.Party].Reports.Count - 1;
    }

    private void Shown(in RestingOrder order, bool behind) => Changes.Order(new(order.Side, order.Number, order.Price, order.Open, behind));

    private void Gone(in RestingOrder order) => Changes.Order(new(order.Side, order.Number, order.Price, 0, Behind: false));

    private void Forget(int slot)
    {
        ref var order = ref _orders[slot];
        _slotOf.Remove(order.Key);
        if (order.ExpiresAtMicros != 0)
        {
            _expiries.Remove((order.ExpiresAtMicros, order.Key));
        }

        _orders.Free(slot);
    }

    private void Report(int party, in OrderReport report)
    {
        var reports = _parties[party].Reports;
        if (reports.Count == 0)
        {
            _reported.Add(party);
        }

        reports.Add(report);
    }

    private void ApplyAdopted(Instrument instrument)
    {
        var closes = instrument.State == InstrumentState.Closed && State != InstrumentState.Closed;
        TakeTerms(instrument);
        if (State != instrument.State)
        {
            State = instrument.State;
            Sequence++;
            Changes.Phase();
        }

        _sequenceBefore = Sequence;
        if (closes)
        {
            Outbox.Post(Streams.Catalog, new BookClosed(InstrumentId));
        }
    }

    private void TakeTerms(Instrument instrument)
    {
        if (Instrument is null)
        {
            _bids = new(Side.Bid, instrument.TickUsdPerGwh, _orders);
            _asks = new(Side.Ask, instrument.TickUsdPerGwh, _orders);
        }

        Instrument = instrument;
    }
}
