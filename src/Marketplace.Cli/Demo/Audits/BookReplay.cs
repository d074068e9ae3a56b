using Gwh.Marketplace.V1;

namespace Marketplace.Cli.Demo.Audits;

/// <summary>
/// A book made again from its public events, by rules written down here and not taken from the venue: every trade must be with the first order in price-time
/// priority, at its price, between two firms, within both limits, and never of more than is open. One thread at a time.
/// </summary>
internal sealed class BookReplay(string instrument, Func<string, string> firmOf)
{
    private const int MostBroken = 20;
    private readonly Dictionary<long, ReplayedOrder> orders = [];
    private readonly SortedList<(long Rank, long Turn), ReplayedOrder> bids = [];
    private readonly SortedList<(long Rank, long Turn), ReplayedOrder> asks = [];
    private readonly List<string> broken = [];
    private long turns;
    private (long Version, int Index) last = (0, -1);

    /// <summary>The instrument.</summary>
    public string Instrument => instrument;

    /// <summary>What broke a rule; empty where nothing did.</summary>
    public IReadOnlyList<string> Broken => broken;

    /// <summary>Every order the book ever took, by its number.</summary>
    public IReadOnlyDictionary<long, ReplayedOrder> Orders => orders;

    /// <summary>Orders that rest now.</summary>
    public IEnumerable<ReplayedOrder> Resting => bids.Values.Concat(asks.Values);

    /// <summary>Its trades and their settlement.</summary>
    public SettlementReplay Settlement { get; } = new();

    /// <summary>Events applied.</summary>
    public long Events { get; private set; }

    /// <summary>The book's sequence after the last event.</summary>
    public long Sequence { get; private set; }

    /// <summary>Price levels of a side, best first.</summary>
    public IEnumerable<(long Price, long Kwh)> Levels(Side side) =>
        SideOf(side).Values.GroupBy(order => order.Price).Select(level => (level.Key, level.Sum(order => order.OpenKwh)));

    /// <summary>Applies the next event.</summary>
    public void Apply(InstrumentEvent happened)
    {
        Events++;
        var place = (happened.Version, happened.Index);
        if (place.CompareTo(last) <= 0 || happened.Sequence < Sequence) Break(happened, "is out of order");
        (last, Sequence) = (place, happened.Sequence);
        switch (happened.EventCase)
        {
            case InstrumentEvent.EventOneofCase.OrderTaken:
                Take(happened, happened.OrderTaken);
                break;
            case InstrumentEvent.EventOneofCase.TradeMatched:
                Trade(happened, happened.TradeMatched);
                break;
            case InstrumentEvent.EventOneofCase.OrderRested:
                Rest(happened, happened.OrderRested);
                break;
            case InstrumentEvent.EventOneofCase.OrderCancelled:
                Cancel(happened, happened.OrderCancelled);
                break;
            case InstrumentEvent.EventOneofCase.OrderReduced:
                if (Find(happened, happened.OrderReduced.OrderId) is { } reduced) reduced.OpenKwh = happened.OrderReduced.OpenKwh;
                break;
            case InstrumentEvent.EventOneofCase.OrderReplaced:
                Replace(happened, happened.OrderReplaced);
                break;
            case InstrumentEvent.EventOneofCase.CycleDecided:
                broken.AddRange(Settlement.Cycle(happened.CycleDecided.Cycle));
                break;
            case InstrumentEvent.EventOneofCase.TradeDecided:
                Settlement.Early(happened.TradeDecided.TradeSequence);
                break;
            case InstrumentEvent.EventOneofCase.FeesSwept:
                Settlement.Sweep(Int128.Parse(happened.FeesSwept.AmountMicros, System.Globalization.CultureInfo.InvariantCulture));
                break;
        }
    }

    /// <summary>To be called after the last event: an order that neither rests nor ended was lost.</summary>
    public void End()
    {
        foreach (var lost in orders.Values.Where(order => order.OpenKwh > 0 && order.Turn == 0).Take(MostBroken)) broken.Add($"{instrument}: order {lost.Id} was lost");
        if (bids.Count > 0 && asks.Count > 0 && bids.GetValueAtIndex(0).Price >= asks.GetValueAtIndex(0).Price) broken.Add($"{instrument}: the book is crossed");
    }

    private void Take(InstrumentEvent happened, OrderTaken taken)
    {
        var order = new ReplayedOrder(taken.OrderId, taken.ParticipantId, taken.Side, taken.PriceUsdPerGwh, taken.QuantityKwh, taken.ExpireTime?.ToDateTimeOffset());
        if (!orders.TryAdd(taken.OrderId, order)) Break(happened, $"takes order {taken.OrderId} a second time");
    }

    private void Trade(InstrumentEvent happened, TradeMatched trade)
    {
        if (Find(happened, trade.TakerOrderId) is not { } taker || Find(happened, trade.MakerOrderId) is not { } maker) return;
        var queue = SideOf(maker.Side);
        if (queue.Count == 0 || queue.GetValueAtIndex(0) != maker) Break(happened, $"trades with order {maker.Id}, which is not the first in its queue");
        if (maker.Side == taker.Side || taker.Turn != 0) Break(happened, "trades orders of one side, or two resting ones");
        if (trade.PriceUsdPerGwh != maker.Price || !taker.Takes(trade.PriceUsdPerGwh)) Break(happened, "trades at a price that is not the resting order's, or worse than the limit");
        if (trade.QuantityKwh <= 0 || trade.QuantityKwh > maker.OpenKwh || trade.QuantityKwh > taker.OpenKwh) Break(happened, "trades more than is open");
        if (firmOf(maker.Participant) == firmOf(taker.Participant)) Break(happened, $"trades {firmOf(maker.Participant)} with itself");
        if (maker.Expires <= happened.EventTime.ToDateTimeOffset()) Break(happened, $"trades with order {maker.Id} after its time");
        maker.OpenKwh -= trade.QuantityKwh;
        taker.OpenKwh -= trade.QuantityKwh;
        if (maker.OpenKwh == 0) Leave(maker);
        var (buyer, seller) = taker.Side == Side.Bid ? (taker, maker) : (maker, taker);
        var (buyerFee, sellerFee) = taker.Side == Side.Bid ? (trade.TakerFeeMicros, trade.MakerFeeMicros) : (trade.MakerFeeMicros, trade.TakerFeeMicros);
        Settlement.Trade(new ReplayedTrade(happened.Sequence, buyer.Participant, seller.Participant, trade.PriceUsdPerGwh, trade.QuantityKwh, buyerFee, sellerFee));
    }

    private void Rest(InstrumentEvent happened, OrderRested rested)
    {
        if (Find(happened, rested.OrderId) is not { } order) return;
        if (order.OpenKwh != rested.OpenKwh || order.Turn != 0) Break(happened, $"rests {rested.OpenKwh} kWh of order {order.Id}, which has {order.OpenKwh} open");
        order.Turn = ++turns;
        SideOf(order.Side).Add(order.Place, order);
        var (other, opposite) = order.Side == Side.Bid ? (asks, Side.Ask) : (bids, Side.Bid);
        if (other.Count > 0 && order.Takes(other.GetValueAtIndex(0).Price)) Break(happened, $"rests order {order.Id} across the best {opposite}");
    }

    private void Cancel(InstrumentEvent happened, OrderCancelled cancelled)
    {
        if (Find(happened, cancelled.OrderId) is not { } order) return;
        if (order.OpenKwh != cancelled.CancelledKwh) Break(happened, $"cancels {cancelled.CancelledKwh} kWh of order {order.Id}, which has {order.OpenKwh} open");
        Leave(order);
        order.OpenKwh = 0;
    }

    private void Replace(InstrumentEvent happened, OrderReplaced replaced)
    {
        if (Find(happened, replaced.OrderId) is not { } order) return;
        if (order.Turn == 0) Break(happened, $"replaces order {order.Id}, which does not rest");
        Leave(order);
        (order.Price, order.OpenKwh) = (replaced.PriceUsdPerGwh, replaced.OpenKwh);
    }

    private void Leave(ReplayedOrder order)
    {
        if (order.Turn == 0) return;
        SideOf(order.Side).Remove(order.Place);
        order.Turn = 0;
    }

    private SortedList<(long Rank, long Turn), ReplayedOrder> SideOf(Side side) => side == Side.Bid ? bids : asks;

    private ReplayedOrder? Find(InstrumentEvent happened, long id)
    {
        if (orders.TryGetValue(id, out var order)) return order;
        Break(happened, $"names order {id}, which the book never took");
        return null;
    }

    private void Break(InstrumentEvent happened, string words)
    {
        if (broken.Count < MostBroken) broken.Add($"{instrument}: event {happened.Version}.{happened.Index} {words}");
    }
}
