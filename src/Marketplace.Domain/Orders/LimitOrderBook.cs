using System.Runtime.CompilerServices;
using Marketplace.Domain.Instruments;

namespace Marketplace.Domain.Orders;

/// <summary>
/// The matching engine of one instrument: orders by price, then time, and nothing else: no journal, no account, no settlement. Commands go in, <see cref="Events"/> come
/// out, packed into a buffer that is used again. It allocates nothing once its tables have grown to the size of the book. One thread at a time.
/// Live it decides and does in one pass; a replay does the same steps from the events of the journal (<see cref="Redo"/>).
/// </summary>
public sealed partial class LimitOrderBook
{
    /// <summary>The most orders one book keeps, waiting stops among them; more are refused as <see cref="RejectReason.VenueBusy"/>.</summary>
    public const int MaxOrders = 4_000_000;

    /// <summary>The most tips an iceberg may have: it shows at least a thousandth of its quantity, since each tip is a trade of its own.</summary>
    public const int MaxTips = 1_000;

    private const int BidSide = 0;
    private const int AskSide = 1;
    private const int BidStopSide = 2;
    private const int AskStopSide = 3;

    /// <summary>The queue of stop orders whose price was reached and which have not acted yet. It is no level of a side.</summary>
    private const int TriggeredLevel = 0;

    // The levels of all books that never had an order: nothing is written into them, because the first price makes room of its own.
    private static readonly PriceLevel[] NoLevels = [new() { First = -1, Last = -1, Side = -1 }];

    private readonly BookSide[] _sides = new BookSide[4];
    private RareTermsTable _rare = new();
    private OrderIndex _index = new();
    private OrderSlots _orders = new();
    private PriceLevel[] _levels = NoLevels;
    private int[] _firms = [];
    private int _ordersUsed;
    private int _levelsUsed = 1;
    private int _freeOrder = -1;
    private int _freeLevel = -1;
    private int _parties;
    private int _waiting;
    private long _tick = 1;
    private long _lot = 1;
    private long _collarLow = Price.Min;
    private long _collarHigh = Price.Max;
    private long _now;
    private long _lastNumber;
    private bool _mayMeetExpired;
    private RestingOrder _taker;
    private RareTerms _takerTerms;
    private OrderEvent[] _events = [];
    private int _eventCount;

    /// <summary>An empty book that trades, with tick 1, lot 1 and every price.</summary>
    public LimitOrderBook() => MakeSides();

    /// <summary>Whether it trades.</summary>
    public InstrumentState State { get; set; } = InstrumentState.Open;

    /// <summary>The public sequence: moves with every event that others can see.</summary>
    public long Sequence { get; internal set; }

    /// <summary>Price of the last trade, USD per GWh; 0 before the first.</summary>
    public long LastPrice { get; internal set; }

    /// <summary>Orders in the book, waiting stop orders among them.</summary>
    public int Count => _index.Count;

    /// <summary>Stop orders that wait.</summary>
    public int Waiting => _waiting;

    /// <summary>Stop orders whose price was reached and which have not acted yet.</summary>
    public int Triggered => _levels[TriggeredLevel].Count;

    /// <summary>Number of the last order taken in.</summary>
    public long LastNumber => _lastNumber;

    /// <summary>The earliest expiry of an order in the book, microseconds since the Unix epoch; <see cref="long.MaxValue"/> when nothing expires.</summary>
    public long EarliestExpiryMicros => _rare.EarliestMicros;

    /// <summary>What happened since <see cref="ClearEvents"/>, in order.</summary>
    public ReadOnlySpan<OrderEvent> Events => _events.AsSpan(0, _eventCount);

    /// <summary>The most events the commands until the next <see cref="ClearEvents"/> may make: what is left of an order then is cancelled as <see cref="RejectReason.VenueBusy"/>.</summary>
    public int EventLimit { get; set; } = int.MaxValue;

    /// <summary>Forgets the events.</summary>
    public void ClearEvents() => _eventCount = 0;

    /// <summary>Gives back the room for events, of which there are none: for a book that may now have nothing to do for long.</summary>
    internal void GiveRoom()
    {
        Check.That(_eventCount == 0);
        TurnRoom.Give(_events);
        _events = [];
    }

    /// <summary>Takes over an instrument's terms. Tick and lot are those of the first ever taken over.</summary>
    public void Adopt(Instrument terms)
    {
        if (_tick != terms.TickUsdPerGwh)
        {
            Check.That(Count == 0);
            _tick = terms.TickUsdPerGwh;
            MakeSides();
        }

        _lot = terms.LotKwh;
        _collarLow = terms.CollarLow;
        _collarHigh = terms.CollarHigh;
    }

    /// <summary>Adds a party, whose orders are of a firm; returns its index. Parties of one firm have the same firm.</summary>
    public int AddParty(int firm)
    {
        if (_parties == _firms.Length)
        {
            Array.Resize(ref _firms, Math.Max(1, _parties * 2));
        }

        _firms[_parties] = firm;
        return _parties++;
    }

    /// <summary>Sets the time of what follows, microseconds since the Unix epoch. An order whose expiry is not later neither trades nor changes any more.</summary>
    public void SetTime(long nowMicros) => _now = nowMicros;

    private void MakeSides()
    {
        for (var side = 0; side < _sides.Length; side++)
        {
            _sides[side] = new BookSide(highestFirst: side is BidSide or AskStopSide, _tick);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref OrderEvent Happened(BookEventKind kind)
    {
        if (_eventCount == _events.Length)
        {
            MakeRoom();
        }

        ref var happened = ref _events[_eventCount++];
        happened.Kind = kind;
        return ref happened;
    }

    private void MakeRoom()
    {
        if (_events.Length == 0)
        {
            _events = TurnRoom.TakeEvents();
        }
        else
        {
            Array.Resize(ref _events, _eventCount * 2);
        }
    }

    private bool HasExpired(in RestingOrder order) => order.Rare >= 0 && _rare[order.Rare].ExpiresAtMicros is not 0 and var expiry && expiry <= _now;

    private long HiddenOf(in RestingOrder order) => order.Rare < 0 ? 0 : _rare[order.Rare].Hidden;
}
