using Marketplace.Domain.Instruments;
using Marketplace.Domain.Orders;

namespace Marketplace.Domain.Settlement;

/// <summary>
/// Settles the trades of one book, delivery versus payment: both legs were held before the match, so a decided trade cannot fail.
/// A trade is matched, then decided (at once, by a netting cycle, or early by a party), then settled when both accounts have taken in their posting.
/// </summary>
public sealed class TradeSettlement
{
    /// <summary>Length of a netting cycle: 15 minutes of event time.</summary>
    public const long CycleMicros = 15 * 60 * Timestamp.MicrosPerSecond;

    /// <summary>A cycle runs early when so many trades wait for it.</summary>
    public const int MaxUndecided = 100_000;

    private readonly OrderBook _book;
    private TradeRing _trades = new();
    private readonly List<long> _messageOfTurn = [];
    private int _matchedThisTurn;
    private long _cycleDueMicros;
    private long _cycles;

    internal TradeSettlement(OrderBook book) => _book = book;

    /// <summary>Trades not decided yet.</summary>
    public int Undecided { get; private set; }

    /// <summary>Trades not settled yet.</summary>
    public int Unsettled => _trades.Count;

    /// <summary>Trades ever matched.</summary>
    public long TradeCount { get; private set; }

    /// <summary>Tokens ever traded, kWh.</summary>
    public Int128 VolumeKwh { get; private set; }

    /// <summary>Notional ever traded, micro-dollars.</summary>
    public Int128 NotionalMicros { get; private set; }

    /// <summary>Price of the last trade, USD per GWh; 0 before the first.</summary>
    public long LastPrice { get; private set; }

    /// <summary>Fees of decided trades that were not swept yet, micro-dollars.</summary>
    public Int128 FeesMicros { get; private set; }

    /// <summary>Fees swept to the operator's account, micro-dollars.</summary>
    public Int128 FeesSweptMicros { get; private set; }

    /// <summary>Sums over all cycles: traded and moved after netting. Ratio = 1 - net / gross.</summary>
    public (Int128 GrossMicros, Int128 NetMicros, Int128 GrossKwh, Int128 NetKwh) Netted { get; private set; }

    /// <summary>Cycles run.</summary>
    public long Cycles => _cycles;

    /// <summary>When the next cycle is due; null when no trade waits for one.</summary>
    public Timestamp? NextCycle => Undecided == 0 ? null : Undecided >= MaxUndecided ? _book.LastEventTime : new Timestamp(_cycleDueMicros);

    /// <summary>A trade that is not settled or was not forgotten yet; null otherwise.</summary>
    public Trade? Find(long sequence)
    {
        var at = _trades.Find(sequence);
        return at < 0 ? null : View(_trades[at]);
    }

    /// <summary>All trades not forgotten yet, oldest first.</summary>
    public IEnumerable<Trade> Open()
    {
        for (var at = 0; at < _trades.Count; at++)
        {
            yield return View(_trades[at]);
        }
    }

    internal bool RunCycle(string request)
    {
        if (Undecided == 0)
        {
            return false;
        }

        var parties = new PartyNet[_book.PartyCount];
        Int128 gross = 0;
        Int128 grossKwh = 0;
        for (var at = 0; at < _trades.Count; at++)
        {
            ref var trade = ref _trades[at];
            if (trade.IsDecided)
            {
                continue;
            }

            gross += trade.NotionalMicros;
            grossKwh += trade.Quantity;
            parties[trade.Buyer].Micros -= trade.NotionalMicros;
            parties[trade.Buyer].Kwh += trade.Quantity;
            parties[trade.Seller].Micros += trade.NotionalMicros;
            parties[trade.Seller].Kwh -= trade.Quantity;
        }

        Int128 net = 0;
        Int128 netKwh = 0;
        foreach (var party in parties)
        {
            net += Int128.Max(party.Micros, 0);
            netKwh += Int128.Max(party.Kwh, 0);
        }

        _book.EmitBehindBookEvents(new CycleDecided
        {
            Request = request,
            Cycle = _cycles + 1,
            UpToTrade = _trades[_trades.Count - 1].Sequence,
            Trades = Undecided,
            GrossMicros = gross,
            NetMicros = net,
            GrossKwh = grossKwh,
            NetKwh = netKwh,
        });
        return true;
    }

    internal Refusal SettleEarly(string request, long sequence, string account)
    {
        var at = _trades.Find(sequence);
        if (at < 0 ? sequence < 1 || sequence > _book.Sequence : _book.AccountOf(_trades[at].Buyer) != account && _book.AccountOf(_trades[at].Seller) != account)
        {
            return new Refusal(RejectReason.NotFound, "trade_id");
        }

        _book.EmitBehindBookEvents(at < 0 || _trades[at].IsDecided ? new SettlementAsked(sequence, request) : new TradeDecided(sequence) { Request = request });
        return default;
    }

    internal long SweepFees(string request)
    {
        var fees = FeesMicros;
        if (fees > 0)
        {
            _book.EmitBehindBookEvents(new FeesSwept(fees) { Request = request });
        }

        return (long)fees;
    }

    internal void Met(int party)
    {
        Check.That(_messageOfTurn.Count == party);
        _messageOfTurn.Add(0);
    }

    /// <summary>A trade matched; with settled true it is decided in the same record.</summary>
    internal void Matched(in UnsettledTrade trade, bool settled)
    {
        _trades.Add(trade);
        TradeCount++;
        VolumeKwh += trade.Quantity;
        NotionalMicros += trade.NotionalMicros;
        LastPrice = trade.Price;
        if (settled)
        {
            ref var decided = ref _trades[_trades.Count - 1];
            decided.BuyerMessage = UnsettledTrade.DecidedThisTurn;
            decided.SellerMessage = UnsettledTrade.DecidedThisTurn;
            _matchedThisTurn++;
            FeesMicros += (Int128)trade.BuyerFeeMicros + trade.SellerFeeMicros;
            return;
        }

        if (Undecided == 0)
        {
            _cycleDueMicros = ((trade.TimeMicros / CycleMicros) + 1) * CycleMicros;
        }

        Undecided++;
    }

    /// <summary>The turn's reports to a party went out under a number: they post its trades of this turn, where those settle at once.</summary>
    internal void Reported(int party, long messageNumber) => _messageOfTurn[party] = messageNumber;

    /// <summary>Notes which messages post the trades of this turn, and forgets trades that both sides have posted.</summary>
    internal void TurnEnded()
    {
        for (; _matchedThisTurn > 0; _matchedThisTurn--)
        {
            ref var trade = ref _trades[_trades.Count - _matchedThisTurn];
            trade.BuyerMessage = _messageOfTurn[trade.Buyer];
            trade.SellerMessage = _messageOfTurn[trade.Seller];
        }

        while (_trades.Count > 0 && StateOf(_trades[0]) == TradeState.Settled)
        {
            _trades.RemoveFirst();
        }
    }

    internal void Apply(Event happened)
    {
        switch (happened)
        {
            case CycleDecided cycle:
                ApplyCycle(cycle);
                break;
            case TradeDecided decided:
                ApplyEarly(decided.Trade);
                break;
            case FeesSwept swept:
                FeesMicros -= swept.Micros;
                Check.That(FeesMicros >= 0);
                FeesSweptMicros += swept.Micros;
                _book.Outbox.Post(Streams.Account(Participants.Participant.Operator), new FeesCredited(_book.InstrumentId, swept.Micros));
                break;
        }
    }

    internal void Write(StateWriter writer)
    {
        writer.Long(_cycles);
        writer.Long(_cycleDueMicros);
        writer.Long(Undecided);
        writer.Long(TradeCount);
        writer.Wide(VolumeKwh);
        writer.Wide(NotionalMicros);
        writer.Long(LastPrice);
        writer.Wide(FeesMicros);
        writer.Wide(FeesSweptMicros);
        writer.Wide(Netted.GrossMicros);
        writer.Wide(Netted.NetMicros);
        writer.Wide(Netted.GrossKwh);
        writer.Wide(Netted.NetKwh);
        writer.Count(_trades.Count);
        for (var at = 0; at < _trades.Count; at++)
        {
            ref var trade = ref _trades[at];
            foreach (var field in (ReadOnlySpan<long>)[trade.Sequence, trade.Price, trade.Quantity, trade.Buyer, trade.Seller, trade.BuyerOrder, trade.SellerOrder,
                trade.BuyerFeeMicros, trade.SellerFeeMicros, trade.TimeMicros, (long)trade.TakerSide, trade.BuyerMessage, trade.SellerMessage])
            {
                writer.Long(field);
            }
        }
    }

    internal void Read(StateReader reader)
    {
        _cycles = reader.Long();
        _cycleDueMicros = reader.Long();
        Undecided = (int)reader.Long();
        TradeCount = reader.Long();
        VolumeKwh = reader.Wide();
        NotionalMicros = reader.Wide();
        LastPrice = reader.Long();
        FeesMicros = reader.Wide();
        FeesSweptMicros = reader.Wide();
        Netted = (reader.Wide(), reader.Wide(), reader.Wide(), reader.Wide());
        for (var count = reader.Count(); count > 0; count--)
        {
            _trades.Add(new UnsettledTrade(
                reader.Long(), reader.Long(), reader.Long(), (int)reader.Long(), (int)reader.Long(), reader.Long(), reader.Long(),
                reader.Long(), reader.Long(), reader.Long(), (Side)reader.Long())
            { BuyerMessage = reader.Long(), SellerMessage = reader.Long() });
        }
    }

    private void ApplyCycle(CycleDecided cycle)
    {
        _cycles++;
        Check.That(cycle.Cycle == _cycles && cycle.Trades == Undecided);
        var postings = new SettlementPosting?[_book.PartyCount];
        for (var at = 0; at < _trades.Count; at++)
        {
            ref var trade = ref _trades[at];
            if (!trade.IsDecided)
            {
                (postings[trade.Buyer] ??= new(_book.InstrumentId, _cycles, 0)).Add(trade, Side.Bid);
                (postings[trade.Seller] ??= new(_book.InstrumentId, _cycles, 0)).Add(trade, Side.Ask);
            }
        }

        var numbers = new long[postings.Length];
        for (var party = 0; party < postings.Length; party++)
        {
            if (postings[party] is { } posting)
            {
                numbers[party] = _book.Outbox.Post(_book.AccountOf(party), posting);
            }
        }

        for (var at = 0; at < _trades.Count; at++)
        {
            ref var trade = ref _trades[at];
            if (!trade.IsDecided)
            {
                Decide(ref trade, numbers[trade.Buyer], numbers[trade.Seller]);
            }
        }

        Check.That(Undecided == 0);
        Netted = (Netted.GrossMicros + cycle.GrossMicros, Netted.NetMicros + cycle.NetMicros, Netted.GrossKwh + cycle.GrossKwh, Netted.NetKwh + cycle.NetKwh);
    }

    private void ApplyEarly(long sequence)
    {
        ref var trade = ref _trades[_trades.Find(sequence)];
        var buyer = new SettlementPosting(_book.InstrumentId, 0, sequence);
        buyer.Add(trade, Side.Bid);
        if (trade.Buyer == trade.Seller)
        {
            buyer.Add(trade, Side.Ask);
            var both = _book.Outbox.Post(_book.AccountOf(trade.Buyer), buyer);
            Decide(ref trade, both, both);
            return;
        }

        var seller = new SettlementPosting(_book.InstrumentId, 0, sequence);
        seller.Add(trade, Side.Ask);
        Decide(ref trade, _book.Outbox.Post(_book.AccountOf(trade.Buyer), buyer), _book.Outbox.Post(_book.AccountOf(trade.Seller), seller));
    }

    private void Decide(ref UnsettledTrade trade, long buyerMessage, long sellerMessage)
    {
        Check.That(!trade.IsDecided && buyerMessage > 0 && sellerMessage > 0);
        trade.BuyerMessage = buyerMessage;
        trade.SellerMessage = sellerMessage;
        FeesMicros += (Int128)trade.BuyerFeeMicros + trade.SellerFeeMicros;
        Undecided--;
    }

    private TradeState StateOf(in UnsettledTrade trade)
    {
        if (!trade.IsDecided)
        {
            return TradeState.Matched;
        }

        var buyer = _book.ChannelTo(trade.Buyer).AcknowledgedUpTo;
        var seller = _book.ChannelTo(trade.Seller).AcknowledgedUpTo;
        return buyer >= trade.BuyerMessage && seller >= trade.SellerMessage ? TradeState.Settled : TradeState.Decided;
    }

    private Trade View(in UnsettledTrade trade) => new(
        trade.Sequence, trade.Price, trade.Quantity, _book.AccountOf(trade.Buyer), _book.AccountOf(trade.Seller), trade.BuyerOrder, trade.SellerOrder,
        trade.BuyerFeeMicros, trade.SellerFeeMicros, new(trade.TimeMicros), trade.TakerSide, StateOf(trade));

    private struct PartyNet
    {
        public Int128 Micros;
        public Int128 Kwh;
    }
}
