using Marketplace.Domain.Instruments;
using Marketplace.Domain.Settlement;

namespace Marketplace.Domain.Orders;

/// <summary>
/// The limit order book of one instrument, by price then time, with the settlement of its trades: two machines, one stream.
/// Decides and applies in one pass: each decision is recorded and done by the same small steps (OrderBook.Steps) that a replay does.
/// </summary>
public sealed partial class OrderBook : Machine
{
    /// <summary>The most orders one book keeps; more are refused as <see cref="RejectReason.VenueBusy"/>.</summary>
    public const int MaxRestingOrders = 4_000_000;

    private readonly List<Party> _parties = [];
    private readonly Dictionary<string, int> _partyOf = new(StringComparer.Ordinal);
    private readonly OrderSlots _orders = new();
    private readonly Dictionary<long, int> _slotOf = [];
    private readonly SortedSet<(long ExpiresAtMicros, long Key)> _expiries = [];
    private readonly List<BookEvent> _events = [];
    private readonly List<int> _reported = [];
    private readonly IdWindow _requests = new();
    private BookSide _bids;
    private BookSide _asks;
    private RestingOrder _taker;
    private int _takerReport;
    private long _sequenceBefore;
    private long _lastOrderNumber;

    /// <summary>The book of an instrument, before the catalog has told it its terms.</summary>
    public OrderBook(string instrument)
        : base(Streams.Book(instrument))
    {
        InstrumentId = instrument;
        _bids = new(Side.Bid, 1, _orders);
        _asks = new(Side.Ask, 1, _orders);
        Settlement = new(this);
    }

    /// <summary>The instrument.</summary>
    public string InstrumentId { get; }

    /// <summary>Its terms; null until the catalog has listed it.</summary>
    public Instrument? Instrument { get; private set; }

    /// <summary>Whether it trades.</summary>
    public InstrumentState State { get; private set; } = InstrumentState.Pending;

    /// <summary>The public sequence: moves with every event that others can see.</summary>
    public long Sequence { get; private set; }

    /// <summary>Orders resting.</summary>
    public int RestingOrders => _slotOf.Count;

    /// <summary>The settlement of the book's trades.</summary>
    public TradeSettlement Settlement { get; }

    /// <summary>What the last turn changed in public: for the market data, not part of the state.</summary>
    public PublicChanges Changes { get; } = new();

    /// <inheritdoc/>
    public override bool IsTurnEmpty => _events.Count == 0 && base.IsTurnEmpty;

    /// <inheritdoc/>
    public override Timestamp? NextWake
    {
        get
        {
            if (Instrument is null || State == InstrumentState.Closed)
            {
                return Settlement.NextCycle;
            }

            var wake = Instrument.ClosesAt;
            if (_expiries.Count > 0)
            {
                wake = Earlier(wake, new(_expiries.Min.ExpiresAtMicros));
            }

            return Settlement.NextCycle is { } cycle ? Earlier(wake, cycle) : wake;

            static Timestamp Earlier(Timestamp a, Timestamp b) => a < b ? a : b;
        }
    }

    /// <summary>The levels of a side, best first, at most so many: price, total open kWh, number of orders.</summary>
    public IEnumerable<(long Price, long Quantity, int Orders)> Levels(Side side, int most)
    {
        var book = Of(side);
        for (var level = book.Best; level >= 0 && most > 0; level = book.NextBehind(level), most--)
        {
            var queue = book.Level(level);
            yield return (queue.Price, queue.Quantity, queue.Count);
        }
    }

    /// <summary>The resting orders of a side in turn, best first: public number, account, the account's number, price, open kWh.</summary>
    public IEnumerable<(long Number, string Account, long AccountOrder, long Price, long Open)> Orders(Side side)
    {
        var book = Of(side);
        for (var level = book.Best; level >= 0; level = book.NextBehind(level))
        {
            for (var slot = book.Level(level).First; slot >= 0; slot = _orders[slot].Next)
            {
                var order = _orders[slot];
                yield return (order.Number, _parties[order.Party].Account, order.AccountOrder, order.Price, order.Open);
            }
        }
    }

    /// <summary>The total open at a price of a side, kWh.</summary>
    public long QuantityAt(Side side, long price) => Of(side).QuantityAt(price);

    /// <summary>Runs a settlement cycle now, whether or not one is due. Refused where nothing waits for one.</summary>
    public Refusal RunCycle(in Request request) =>
        Desk(request, "cycle") is { } known ? known : Settlement.RunCycle(Name(request)) ? default : RejectReason.WrongState;

    /// <summary>
    /// Settles one trade before its cycle, for one of its parties. Of a trade that settled and was forgotten here only the log knows the parties: whoever asks has looked.
    /// </summary>
    public Refusal SettleEarly(in Request request, long sequence, string account) =>
        Desk(request, SettleText(sequence)) is { } known ? known : Settlement.SettleEarly(Name(request), sequence, account);

    /// <summary>Sends the fees accrued to the operator's account. Refused where there are none.</summary>
    public Refusal SweepFees(in Request request) =>
        Desk(request, "sweep") is { } known ? known : Settlement.SweepFees(Name(request)) > 0 ? default : RejectReason.WrongState;

    /// <summary>The record an operator's request is in; 0 when its id is free.</summary>
    public long VersionOf(in Request request) => _requests.TryGet(RequestKey.Of('r', Name(request)), out var remembered) ? remembered.Version : 0;

    /// <summary>Takes a settlement event into the turn behind the book events so far.</summary>
    internal void EmitBehindBookEvents(Event happened)
    {
        Gather();
        Emit(happened);
    }

    /// <summary>The account stream behind a party's index.</summary>
    public string AccountOf(int party) => _parties[party].Account;

    /// <summary>Accounts whose orders are or were here.</summary>
    public int PartyCount => _parties.Count;

    /// <inheritdoc/>
    protected override void TurnBegan()
    {
        Changes.Clear(Sequence);
        _sequenceBefore = Sequence;
    }

    /// <inheritdoc/>
    protected override void Due()
    {
        if (Instrument is null)
        {
            return;
        }

        if (State != InstrumentState.Closed && Now >= Instrument.ClosesAt)
        {
            Adopt(Instrument with { State = InstrumentState.Closed, Revision = Instrument.Revision + 1 });
            return;
        }

        while (_expiries.Count > 0 && _expiries.Min.ExpiresAtMicros <= Now.Micros)
        {
            var key = _expiries.Min.Key;
            CancelResting(key, RejectReason.Expired);
        }

        if (Settlement.NextCycle is { } cycle && Now >= cycle)
        {
            Settlement.RunCycle("");
        }
    }

    /// <inheritdoc/>
    protected override void Decide(string sender, Message message)
    {
        switch (message)
        {
            case OrderCommands orders:
                var party = _partyOf[sender];
                foreach (var command in orders.Commands)
                {
                    Execute(party, command);
                }

                break;
            case InstrumentListed listed:
                Adopt(State == InstrumentState.Closed ? listed.Instrument with { State = State } : listed.Instrument);
                break;
        }
    }

    /// <inheritdoc/>
    protected override void Gather()
    {
        if (_events.Count > 0)
        {
            Recorded(new BookEvents(_sequenceBefore, [.. _events]));
            _events.Clear();
            _sequenceBefore = Sequence;
        }
    }

    /// <inheritdoc/>
    protected override void TurnEnded()
    {
        Check.That(_pending.Count == 0);
        foreach (var party in _reported)
        {
            var reports = _parties[party].Reports;
            var number = Outbox.Post(_parties[party].Account, new OrderReports(InstrumentId, [.. reports]));
            Settlement.Reported(party, number);
            reports.Clear();
        }

        _reported.Clear();
        Settlement.TurnEnded();
        Check.That(_bids.Best < 0 || _asks.Best < 0 || _bids.Level(_bids.Best).Price < _asks.Level(_asks.Best).Price);
    }

    private static string SettleText(long sequence) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"settle:{sequence}");

    private static string Name(in Request request) => request.Caller + "/" + request.Id;

    /// <summary>Why an operator's request is not run: its id, a repeat (reason none). Null when it is to be run.</summary>
    private Refusal? Desk(in Request request, string what) =>
        !Ids.IsWellFormed(request.Id) ? new Refusal(RejectReason.MalformedId, "request_id")
        : _requests.TryGet(RequestKey.Of('r', Name(request)), out var remembered)
            ? remembered.Fingerprint == new Fingerprint().Add(what).Value ? default(Refusal) : new Refusal(RejectReason.AlreadyExists, "request_id")
        : request.ValidUntilMicros != 0 && request.ValidUntilMicros <= Now.Micros ? new Refusal(RejectReason.ValidityPassed, "valid_until")
        : request.ValidUntilMicros > Now.Micros + IdWindow.WindowMicros ? new Refusal(RejectReason.ValidityBeyondWindow, "valid_until")
        : _requests.HasRoom ? null : RejectReason.VenueBusy;

    private void Remember(string request, string what)
    {
        if (request.Length > 0)
        {
            _requests.Remember(RequestKey.Of('r', request), new Fingerprint().Add(what).Value, Version + 1, Version + 1, Now);
        }
    }

    private BookSide Of(Side side) => side == Side.Bid ? _bids : _asks;

    private BookSide Against(Side side) => side == Side.Bid ? _asks : _bids;

    private void Adopt(Instrument instrument)
    {
        var closes = instrument.State == InstrumentState.Closed && State != InstrumentState.Closed;
        if (closes)
        {
            foreach (var side in new[] { _bids, _asks })
            {
                while (side.Best >= 0)
                {
                    CancelResting(_orders[side.Level(side.Best).First].Key, RejectReason.InstrumentClosed);
                }
            }

            Settlement.RunCycle("");
        }

        EmitBehindBookEvents(new InstrumentAdopted(instrument));
    }

    /// <summary>An account whose orders are or were here.</summary>
    private sealed record Party(string Account, string Firm)
    {
        public List<OrderReport> Reports { get; } = [];
    }
}
