using Marketplace.Domain.Instruments;
using Marketplace.Domain.Settlement;

namespace Marketplace.Domain.Orders;

/// <summary>What the book makes of what happened in its engine, live and in replay: the reports to accounts, the trades to settle, what everybody may see; and, live, the journal.</summary>
public sealed partial class OrderBook
{
    private const int MostKeptPending = 64;

    // In a replay: the commands received in the turn that no event has answered yet.
    private Queue<(int Party, OrderCommand Command)>? _pending;

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
                foreach (var one in book)
                {
                    var (party, command) = one.Answers ? _pending!.Dequeue() : default;
                    _engine.Redo(one, party, command);
                    TakeEvents(party, command);
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

            var party = _partyOf.Find(received.Sender);
            if (party < 0)
            {
                party = Meet(received.Sender, orders.Firm);
            }

            if (IsReplaying)
            {
                foreach (ref readonly var command in orders)
                {
                    _engine.Expect(party, command.Order);
                    (_pending ??= new()).Enqueue((party, command));
                }
            }
        }
    }

    private int Meet(string account, string firm)
    {
        var party = _partyOf.Add(account);
        Check.That(party == _parties.Count);
        _parties.Add(new(account, firm, Outbox.To(account)));
        var known = _firmOf.Find(firm);
        Check.That(_engine.AddParty(known >= 0 ? known : _firmOf.Add(firm)) == party);
        Settlement.Met(party);
        return party;
    }

    /// <summary>Takes over what happened in the engine since the last time; where it answers a command, of that party.</summary>
    private void TakeEvents(int party, in OrderCommand command)
    {
        foreach (ref readonly var happened in _engine.Events)
        {
            Report(party, command, happened);
            if (Watched)
            {
                Show(happened);
            }

            if (!IsReplaying)
            {
                _events.Write(ToJournal(happened), _taken);
                _taken = happened.Kind == BookEventKind.Taken ? happened.Number : _taken;
            }
        }

        _eventsOfTurn += _engine.Events.Length;
        _engine.ClearEvents();
        if (Watched)
        {
            Changes.StepEnded(_engine);
        }
    }

    private static BookEvent ToJournal(in OrderEvent happened) => happened.Kind switch
    {
        BookEventKind.Refused => new(happened.Kind, Reason: happened.Reason, ByCommand: true),
        BookEventKind.Traded => new(
            happened.Kind, happened.Number, happened.MakerNumber, happened.Price, happened.Quantity, happened.FeeMicros, happened.MakerFeeMicros, Key: happened.MakerKey),
        BookEventKind.Rested or BookEventKind.Parked => new(happened.Kind, happened.Number, Quantity: happened.Quantity),
        BookEventKind.Decremented => new(happened.Kind, happened.Number, happened.MakerNumber, happened.Price, happened.Quantity),
        BookEventKind.Cancelled => new(
            happened.Kind, happened.Number, Quantity: happened.Quantity, Reason: happened.Reason, Key: happened.WasInBook && !happened.ByCommand ? happened.Key : 0,
            ByCommand: happened.ByCommand, Waiting: happened.WasWaiting),
        BookEventKind.Reduced => new(happened.Kind, happened.Number, Quantity: happened.Quantity, ByCommand: true, Waiting: happened.WasWaiting),
        BookEventKind.Replaced => new(happened.Kind, happened.Number, Price: happened.Price, Quantity: happened.Quantity, ByCommand: true, Waiting: happened.WasWaiting),
        BookEventKind.Triggered => new(happened.Kind, happened.Number, Key: happened.Key, Side: happened.Side),
        _ => new(happened.Kind, happened.Number),
    };

    private void Settle(in OrderEvent happened, bool settled)
    {
        var taker = OrderEvent.PartyOf(happened.Key);
        var maker = OrderEvent.PartyOf(happened.MakerKey);
        var takerOrder = OrderEvent.AccountOrderOf(happened.Key);
        var makerOrder = OrderEvent.AccountOrderOf(happened.MakerKey);
        Settlement.Matched(
            happened.Side == Side.Bid
                ? new UnsettledTrade(happened.Sequence, happened.Price, happened.Quantity, taker, maker, takerOrder, makerOrder, happened.FeeMicros, happened.MakerFeeMicros, Now.Micros, Side.Bid)
                : new UnsettledTrade(happened.Sequence, happened.Price, happened.Quantity, maker, taker, makerOrder, takerOrder, happened.MakerFeeMicros, happened.FeeMicros, Now.Micros, Side.Ask),
            settled);
    }

    private void ApplyAdopted(Instrument instrument)
    {
        var closes = instrument.State == InstrumentState.Closed && State != InstrumentState.Closed;
        TakeTerms(instrument);
        if (State != instrument.State)
        {
            State = instrument.State;
            _engine.State = State;
            _engine.Sequence++;
            if (Watched)
            {
                Changes.StepEnded(_engine);
            }
        }

        _sequenceBefore = Sequence;
        if (closes)
        {
            Outbox.Post(Streams.Catalog, new BookClosed(InstrumentId));
        }
    }

    private void TakeTerms(Instrument instrument)
    {
        Instrument = instrument;
        _engine.Adopt(instrument);
    }
}
