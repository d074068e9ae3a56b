using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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
    public const int MaxRestingOrders = LimitOrderBook.MaxOrders;

    /// <summary>The most events of one turn, so that its record has a bound: what is left of an order then is cancelled as <see cref="RejectReason.VenueBusy"/>.</summary>
    public const int MaxEventsPerTurn = 20_000;

    /// <summary>The most events of one turn for what is due whoever calls: expiries, triggered stops, the orders of a closed book. The rest comes in the turns after.</summary>
    public const int MaxDueEventsPerTurn = 10_000;

    /// <summary>The most reports in one message.</summary>
    public const int MaxReportsPerMessage = 5_000;

    private const int MostSpareReports = 1_024;

    private readonly List<Party> _parties = [];
    private readonly NameTable _partyOf = new();
    private readonly NameTable _firmOf = new();
    private readonly LimitOrderBook _engine = new();
    private readonly BookEventWriter _events = new();
    private readonly List<int> _reported = [];
    private IdWindow? _requests;
    private int _takerReport;
    private int _takerParty;
    private int _eventsOfTurn;
    private long _taken;
    private long _sequenceBefore;

    /// <summary>The book of an instrument, before the catalog has told it its terms.</summary>
    public OrderBook(string instrument)
        : base(Streams.Book(instrument))
    {
        InstrumentId = instrument;
        _engine.State = State;
        Settlement = new(this);
    }

    /// <summary>The instrument.</summary>
    public string InstrumentId { get; }

    /// <summary>Its terms; null until the catalog has listed it.</summary>
    public Instrument? Instrument { get; private set; }

    /// <summary>Whether it trades.</summary>
    public InstrumentState State { get; private set; } = InstrumentState.Pending;

    /// <summary>The public sequence: moves with every event that others can see.</summary>
    public long Sequence => _engine.Sequence;

    /// <summary>Orders in the book, waiting stop orders among them.</summary>
    public int RestingOrders => _engine.Count;

    /// <summary>The settlement of the book's trades.</summary>
    public TradeSettlement Settlement { get; }

    /// <summary>What the last turn changed in public: for the market data, not part of the state.</summary>
    public PublicChanges Changes { get; } = new();

    /// <summary>Whether somebody watches the market data: only then are <see cref="Changes"/> gathered. The host's own note, not part of the state.</summary>
    public bool Watched { get; set; }

    /// <inheritdoc/>
    public override bool IsTurnEmpty => _events.IsEmpty && base.IsTurnEmpty;

    /// <inheritdoc/>
    public override Timestamp? NextWake
    {
        get
        {
            if (Instrument is null)
            {
                return Settlement.NextCycle;
            }

            if (State == InstrumentState.Closed)
            {
                return _engine.Count > 0 ? LastEventTime : Settlement.NextCycle;
            }

            if (State == InstrumentState.Open && _engine.Triggered > 0)
            {
                return LastEventTime;
            }

            var wake = Instrument.ClosesAt;
            if (_engine.EarliestExpiryMicros < wake.Micros)
            {
                wake = new(_engine.EarliestExpiryMicros);
            }

            return Settlement.NextCycle is { } cycle && cycle < wake ? cycle : wake;
        }
    }

    /// <summary>The levels of a side, best first, at most so many: price, total shown kWh, number of orders.</summary>
    public IEnumerable<(long Price, long Quantity, int Orders)> Levels(Side side, int most) => _engine.Levels(side, most);

    /// <summary>The resting orders of a side in turn, best first: public number, account, the account's number, price, open kWh, and how much of it is hidden.</summary>
    public IEnumerable<(long Number, string Account, long AccountOrder, long Price, long Open, long Hidden)> Orders(Side side)
    {
        foreach (var (key, number, price, shown, hidden) in _engine.Orders(side))
        {
            yield return (number, _parties[OrderEvent.PartyOf(key)].Account, OrderEvent.AccountOrderOf(key), price, shown + hidden, hidden);
        }
    }

    /// <summary>The waiting stop orders of a side, nearest first and in turn: public number, account, the account's number, stop price, limit or worst price, open kWh.</summary>
    public IEnumerable<(long Number, string Account, long AccountOrder, long StopPrice, long Price, long Open)> Stops(Side side)
    {
        foreach (var (key, number, stop, price, open) in _engine.Stops(side))
        {
            yield return (number, _parties[OrderEvent.PartyOf(key)].Account, OrderEvent.AccountOrderOf(key), stop, price, open);
        }
    }

    /// <summary>The total shown at a price of a side, kWh.</summary>
    public long QuantityAt(Side side, long price) => _engine.QuantityAt(side, price);

    /// <summary>What would come of a placing by an account of a firm if the book took it now, at a time that is not before its last event: a pure read.</summary>
    public BookPreview Preview(string firm, in OrderCommand command, Timestamp now)
    {
        _engine.EventLimit = MaxEventsPerTurn;
        return _engine.Preview(_firmOf.Find(firm), command, Timestamp.Later(now, LastEventTime).Micros);
    }

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
    public long VersionOf(in Request request) => _requests is not null && _requests.TryGet(RequestKey.Of('r', Name(request)), out var remembered) ? remembered.Version : 0;

    /// <summary>Takes a settlement event into the turn behind the book events so far.</summary>
    internal void EmitBehindBookEvents(Event happened)
    {
        Gather();
        Emit(happened);
    }

    /// <summary>The account stream behind a party's index.</summary>
    public string AccountOf(int party) => _parties[party].Account;

    /// <summary>The channel to a party's account.</summary>
    internal Outbox.Channel ChannelTo(int party) => _parties[party].Channel;

    /// <summary>Accounts whose orders are or were here.</summary>
    public int PartyCount => _parties.Count;

    /// <inheritdoc/>
    protected override void TurnBegan()
    {
        Changes.Clear(Sequence);
        _sequenceBefore = Sequence;
        _eventsOfTurn = 0;
        _taken = _engine.LastNumber;
        _engine.SetTime(Now.Micros);
    }

    /// <inheritdoc/>
    protected override void Due()
    {
        if (Instrument is null)
        {
            return;
        }

        if (State == InstrumentState.Closed)
        {
            CancelAll(RejectReason.InstrumentClosed);
        }
        else if (Now >= Instrument.ClosesAt)
        {
            Adopt(Instrument with { State = InstrumentState.Closed, Revision = Instrument.Revision + 1 });
            return;
        }

        while (_eventsOfTurn < MaxDueEventsPerTurn && _engine.ExpireFirst())
        {
            TakeEvents(default, default);
        }

        ActTriggered(MaxDueEventsPerTurn);
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
                Execute(_partyOf.Find(sender), orders);
                break;
            case InstrumentListed listed:
                Adopt(State == InstrumentState.Closed ? listed.Instrument with { State = State } : listed.Instrument);
                ActTriggered(MaxEventsPerTurn);
                break;
        }
    }

    /// <inheritdoc/>
    protected override void Gather()
    {
        if (!_events.IsEmpty)
        {
            Recorded(new BookEvents(_sequenceBefore, _events.Take()));
            _sequenceBefore = Sequence;
        }
    }

    /// <inheritdoc/>
    protected override void TurnEnded()
    {
        Check.That(_pending is null or { Count: 0 });
        if (_pending?.Capacity > MostKeptPending)
        {
            _pending = null;
        }

        foreach (var party in _reported)
        {
            var reports = _parties[party].TakeReports();
            for (var first = 0; first < reports.Count; first += MaxReportsPerMessage)
            {
                var some = CollectionsMarshal.AsSpan(reports).Slice(first, Math.Min(MaxReportsPerMessage, reports.Count - first));
                var number = Outbox.Post(_parties[party].Channel, new OrderReports(InstrumentId, some));
                Settlement.Reported(party, number);
            }

            Spare.Give(reports, MostSpareReports);
        }

        _reported.Clear();
        Settlement.TurnEnded();
        Check.That(!_engine.IsCrossed);
        _engine.GiveRoom();
    }

    /// <summary>Some commands at a time: what is expected of them all is asked for before the first is executed.</summary>
    [SkipLocalsInit]
    private void Execute(int party, OrderCommands orders)
    {
        Span<OrderCommand> some = stackalloc OrderCommand[CacheLine.AtOnce];
        var reader = orders.GetEnumerator();
        while (reader.Read(some) is > 0 and var count)
        {
            foreach (ref readonly var command in some[..count])
            {
                _engine.Expect(party, command.Order);
            }

            foreach (ref readonly var command in some[..count])
            {
                Execute(party, command);
            }
        }
    }

    private void Execute(int party, in OrderCommand command)
    {
        _engine.EventLimit = MaxEventsPerTurn - _eventsOfTurn;
        _engine.Execute(party, command);
        TakeEvents(party, command);
        if (_engine.Triggered > 0)
        {
            ActTriggered(MaxEventsPerTurn);
        }
    }

    /// <summary>Stop orders whose price was reached act one after the other; those that one of them triggers queue up behind.</summary>
    private void ActTriggered(int mostEvents)
    {
        while (State == InstrumentState.Open && _engine.Triggered > 0 && _eventsOfTurn < mostEvents)
        {
            _engine.EventLimit = MaxEventsPerTurn - _eventsOfTurn;
            _engine.ActTriggered();
            TakeEvents(default, default);
        }
    }

    private void CancelAll(RejectReason reason)
    {
        while (_eventsOfTurn < MaxDueEventsPerTurn && _engine.CancelAny(reason))
        {
            TakeEvents(default, default);
        }
    }

    private static string SettleText(long sequence) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"settle:{sequence}");

    private static string Name(in Request request) => request.Caller + "/" + request.Id;

    /// <summary>Why an operator's request is not run: its id, a repeat (reason none). Null when it is to be run.</summary>
    private Refusal? Desk(in Request request, string what) =>
        !Ids.IsWellFormed(request.Id) ? new Refusal(RejectReason.MalformedId, "request_id")
        : _requests is not null && _requests.TryGet(RequestKey.Of('r', Name(request)), out var remembered)
            ? remembered.Fingerprint == new Fingerprint().Add(what).Value ? default(Refusal) : new Refusal(RejectReason.AlreadyExists, "request_id")
        : request.ValidUntilMicros != 0 && request.ValidUntilMicros <= Now.Micros ? new Refusal(RejectReason.ValidityPassed, "valid_until")
        : request.ValidUntilMicros > Now.Micros + IdWindow.WindowMicros ? new Refusal(RejectReason.ValidityBeyondWindow, "valid_until")
        : _requests is null or { HasRoom: true } ? null : RejectReason.VenueBusy;

    private void Remember(string request, string what)
    {
        if (request.Length > 0)
        {
            (_requests ??= new()).Remember(RequestKey.Of('r', request), new Fingerprint().Add(what).Value, Version + 1, Version + 1, Now);
        }
    }

    private void Adopt(Instrument instrument)
    {
        var closes = instrument.State == InstrumentState.Closed && State != InstrumentState.Closed;
        if (closes)
        {
            CancelAll(RejectReason.InstrumentClosed);
            Settlement.RunCycle("");
        }

        EmitBehindBookEvents(new InstrumentAdopted(instrument));
    }

    /// <summary>An account whose orders are or were here.</summary>
    private sealed record Party(string Account, string Firm, Outbox.Channel Channel)
    {
        /// <summary>What the turn under way reports to it; null while that is nothing.</summary>
        public List<OrderReport>? Reports { get; set; }

        /// <summary>The reports of the turn, of which there are none from then on.</summary>
        public List<OrderReport> TakeReports()
        {
            var reports = Reports!;
            Reports = null;
            return reports;
        }
    }
}
