using System.Runtime.InteropServices;
using Marketplace.Domain.Instruments;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Participants;
using Marketplace.Domain.Settlement;

namespace Marketplace.Domain.Accounts;

/// <summary>
/// A participant's account: cash and tokens, available and held, its open orders and their holds. All order entry of the participant goes through here and the one
/// channel to each book. Holds grow before a command is sent and shrink only by the book's report.
/// </summary>
public sealed partial class Account : Machine
{
    private readonly Dictionary<string, TokenBalance> _tokens = new(StringComparer.Ordinal);
    private readonly OpenOrders _orders = new();
    private readonly Dictionary<string, BookLine> _lines = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _withdrawals = new(StringComparer.Ordinal);
    private readonly List<BookLine> _entering = [];
    private List<Answer>? _answers;
    private readonly IdWindow _ids = new();
    private long _lastOrderNumber;
    private long _lastWithdrawal;
    private BookLine? _line;
    private object? _waiter;
    private int _place;

    /// <summary>The account of a participant, before the directory has told it its standing.</summary>
    public Account(string participant)
        : base(Streams.Account(participant))
    {
        ParticipantId = participant;
    }

    /// <summary>The participant.</summary>
    public string ParticipantId { get; }

    /// <summary>Its entry in the directory; null until the account is opened.</summary>
    public Participant? Participant { get; private set; }

    /// <summary>Cash that may be spent, micro-dollars.</summary>
    public Int128 CashAvailable { get; private set; }

    /// <summary>Cash held for open bids, unsettled buys and withdrawals, micro-dollars.</summary>
    public Int128 CashHeld { get; private set; }

    /// <summary>Part of the held cash that pays matched trades, micro-dollars.</summary>
    public Int128 TradeHeldMicros { get; private set; }

    /// <summary>Tokens by instrument, in no order.</summary>
    public IReadOnlyDictionary<string, TokenBalance> Tokens => _tokens;

    /// <summary>Open orders, by number.</summary>
    public IReadOnlyCollection<OpenOrder> Orders => _orders;

    /// <summary>Withdrawals asked and not closed: id, micro-dollars.</summary>
    public IReadOnlyDictionary<string, long> Withdrawals => _withdrawals;

    /// <summary>Requests a book answered in this turn: for whoever waits for them, not part of the state.</summary>
    public IReadOnlyList<Answer> Answers => _answers ?? (IReadOnlyList<Answer>)[];

    /// <summary>Whoever waits for <see cref="Answers"/> has been told; they go with the next turn at the latest.</summary>
    public void ForgetAnswers()
    {
        if (_answers is { } answers)
        {
            _answers = null;
            Spare.Give(answers, MostSpareCommands);
        }
    }

    /// <summary>What this turn changed for the owner's stream, not part of the state.</summary>
    public AccountChanges Changes { get; } = new();

    /// <inheritdoc/>
    public override bool IsTurnEmpty => base.IsTurnEmpty && _entering.Count == 0;

    /// <inheritdoc/>
    public override Timestamp? NextWake => HasMoreToCancel ? LastEventTime : _nextSessionDue == long.MaxValue ? null : new Timestamp(_nextSessionDue);

    /// <summary>Whether the participant may send more: outboxes and id window have room.</summary>
    public bool IsBusy => !_ids.HasRoom || Outbox.Count > 10_000;

    /// <summary>The open order with a client order id; null if none is open.</summary>
    public OpenOrder? FindOpen(string clientOrderId) => _ids.OrderOf(RequestKey.Of('o', clientOrderId)) is >= 0 and var place ? _orders.Read(place) : null;

    /// <summary>The open orders above a number, by number.</summary>
    public IEnumerable<OpenOrder> OrdersBehind(long number) => _orders.Behind(number);

    /// <summary>Whether an order of this number is open.</summary>
    public bool Holds(long order) => _orders.Find(order) >= 0;

    /// <summary>What is remembered of an id.</summary>
    public bool Remembers(RequestKey key, out RememberedRequest request) => _ids.TryGet(key, out request);

    /// <inheritdoc/>
    protected override void TurnBegan()
    {
        ForgetAnswers();
        _orders.Forget();
        _ended.Clear();
        Changes.Clear();
        _session = "";
        _isSessionLost = false;
        _slicing = 0;
    }

    /// <inheritdoc/>
    protected override void Due()
    {
        if (Now.Micros >= _nextSessionDue)
        {
            SessionsDue();
        }

        if (HasMoreToCancel)
        {
            CancelSlice();
        }
    }

    /// <inheritdoc/>
    protected override void Decide(string sender, Message message)
    {
        switch (message)
        {
            case AccountStanding { Participant.Suspended: true }:
                BeginMassCancel("", 0, new CancelScope(), RejectReason.CancelledBySuspension);
                break;
            case MassCancelAsked asked:
                BeginMassCancel(asked.Caller, asked.Requested, asked.Scope, RejectReason.CancelledByMassCancel);
                break;
            case TokensReclaim reclaim:
                var enough = _tokens.GetValueOrDefault(reclaim.Instrument).Available >= reclaim.Kwh;
                Emit(new TokensReclaimed(sender, new TokensReturned(
                    reclaim.Request, reclaim.Instrument, enough ? reclaim.Kwh : 0, enough ? RejectReason.None : RejectReason.InsufficientTokens)));
                break;
        }
    }

    /// <inheritdoc/>
    protected override void ApplyOwn(Event happened)
    {
        switch (happened)
        {
            case MessagesReceived received:
                foreach (var message in received.Messages)
                {
                    Take(message);
                }

                break;
            case CommandsEntered entered:
                EnterAgain(entered);
                break;
            case WithdrawalRequested requested:
                _lastWithdrawal++;
                _withdrawals.Add(requested.Id, requested.Micros);
                _ids.Remember(RequestKey.Of('r', requested.Request), requested.Fingerprint, Version + 1, Version + 1, Now);
                Outbox.Post(Streams.Treasury, new WithdrawalAsked(requested.Id, ParticipantId, requested.Micros, requested.Destination));
                break;
            case TokensSent sent:
                _ids.Remember(RequestKey.Of('r', sent.Request), sent.Fingerprint, Version + 1, Version + 1, Now);
                Outbox.Post(Streams.Account(sent.To), new TokensCredited(sent.Instrument, sent.Kwh, ParticipantId, issued: false));
                break;
            case TokensReclaimed reclaimed:
                Outbox.Post(reclaimed.Contract, reclaimed.Answer);
                break;
            case MassCancelRequested or MassCancelBegun or MassCancelSliced:
                ApplyMassCancel(happened);
                break;
            case SessionEvent session:
                ApplySession(session);
                break;
        }

        foreach (var movement in Movements.OfOwn(happened))
        {
            Post(movement);
        }
    }

    private void Take(Message message)
    {
        switch (message)
        {
            case OrderReports reports:
                Take(reports);
                return;
            case AccountStanding standing:
                Participant = standing.Participant;
                return;
            case WithdrawalClosed closed:
                Check.That(_withdrawals.Remove(closed.Id, out var micros) && micros == closed.Micros);
                break;
            case SettlementPosting posting:
                TradeHeldMicros -= posting.HeldMicros;
                var tokens = _tokens.GetValueOrDefault(posting.Instrument);
                _tokens[posting.Instrument] = tokens with { TradeHeld = tokens.TradeHeld - posting.HeldKwh };
                Changes.Settled(posting);
                break;
        }

        foreach (var movement in Movements.OfMessage(message))
        {
            Post(movement);
        }
    }

    /// <summary>So much of a side's asset becomes held, or available where it is negative: what <see cref="Movement.Held"/> and <see cref="Movement.Released"/> say.</summary>
    private void MoveHold(string instrument, Side side, long amount)
    {
        if (side == Side.Bid)
        {
            CashAvailable -= amount;
            CashHeld += amount;
            Check.That(CashAvailable >= 0 && CashHeld >= 0 && CashHeld >= TradeHeldMicros);
            Changes.BalancesTouched();
        }
        else
        {
            PostTokens(instrument, -amount, amount);
        }
    }

    private void Post(in Movement movement)
    {
        CashAvailable += movement.CashAvailable;
        CashHeld += movement.CashHeld;
        Check.That(CashAvailable >= 0 && CashHeld >= 0 && CashHeld >= TradeHeldMicros);
        if (movement.TokensAvailable != 0 || movement.TokensHeld != 0)
        {
            PostTokens(movement.Instrument, movement.TokensAvailable, movement.TokensHeld);
        }

        Changes.BalancesTouched();
    }

    private void PostTokens(string instrument, long available, long held)
    {
        ref var tokens = ref CollectionsMarshal.GetValueRefOrAddDefault(_tokens, instrument, out _);
        tokens = tokens with { Available = tokens.Available + available, Held = tokens.Held + held };
        Check.That(tokens.Available >= 0 && tokens.Held >= 0 && tokens.Held >= tokens.TradeHeld);
        Changes.TokensTouched(instrument);
        Changes.BalancesTouched();
    }
}

/// <summary>Tokens of one instrument, kWh.</summary>
/// <param name="Available">May be sold or transferred.</param>
/// <param name="Held">For open asks and unsettled sells.</param>
/// <param name="TradeHeld">The part held for unsettled sells.</param>
[GenerateSerializer, Alias("gwh.token-balance"), Immutable]
public readonly record struct TokenBalance([property: Id(0)] long Available, [property: Id(1)] long Held, [property: Id(2)] long TradeHeld);

/// <summary>A request a book has answered.</summary>
/// <param name="Key">Its id.</param>
/// <param name="Order">The order it spoke of, as it is after the turn; null if it was not open any more.</param>
/// <param name="Refused">Why the book refused it; none if it did not.</param>
/// <param name="ClientOrderId">The client's id of a new order, where it is at hand; null otherwise.</param>
/// <param name="Waiter">Who waits for it in this process, as given when it was submitted; null for nobody.</param>
/// <param name="Place">Which of the waiter's requests it is.</param>
public readonly record struct Answer(RequestKey Key, OpenOrder? Order, RejectReason Refused, string? ClientOrderId, object? Waiter, int Place);
