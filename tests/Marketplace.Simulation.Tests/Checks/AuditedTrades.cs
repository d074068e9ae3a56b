using Marketplace.Domain.Instruments;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Settlement;

namespace Marketplace.Simulation.Tests.Checks;

/// <summary>A trade as its book's durable record tells it.</summary>
internal readonly record struct AuditedTrade(
    long Sequence, string Buyer, string Seller, long BuyerOrder, long SellerOrder, long Price, long Quantity, long BuyerFeeMicros, long SellerFeeMicros);

/// <summary>The trades of one book and what became of their legs in the accounts: S1 to S3, O7.</summary>
internal sealed class AuditedTrades(string instrument, RareEvents rare)
{
    private sealed class Legs(AuditedTrade trade)
    {
        public AuditedTrade Trade { get; } = trade;

        /// <summary>0 while undecided, -1 at once, -2 early, else the cycle.</summary>
        public long Decided;
        public bool BuyerReported;
        public bool SellerReported;
        public bool BuyerPosted;
        public bool SellerPosted;
    }

    private readonly Dictionary<long, Legs> _trades = [];
    private readonly List<long> _unsettled = [];

    /// <summary>Trades so far.</summary>
    public int Count => _trades.Count;

    /// <summary>A trade has matched.</summary>
    public void Match(in AuditedTrade trade, SettlementMode mode)
    {
        var atOnce = mode == SettlementMode.Immediate;
        _trades.Add(trade.Sequence, new(trade) { Decided = atOnce ? -1 : 0 });
        _unsettled.Add(trade.Sequence);
        if (atOnce)
        {
            rare.Count(RareEvent.ImmediateTrade);
        }
    }

    /// <summary>A cycle decides all that are undecided, and says so in right sums.</summary>
    public void Decide(CycleDecided cycle)
    {
        var decided = _unsettled.Select(sequence => _trades[sequence]).Where(legs => legs.Decided == 0).ToArray();
        var gross = decided.Aggregate((Int128)0, (sum, legs) => sum + ((Int128)legs.Trade.Price * legs.Trade.Quantity));
        Violation.Unless(decided.Length == cycle.Trades && gross == cycle.GrossMicros && decided.Max(legs => legs.Trade.Sequence) == cycle.UpToTrade, "S2", $"{instrument}: cycle {cycle.Cycle} is not of its trades");
        Violation.Unless(cycle.NetMicros <= gross && cycle.NetKwh <= cycle.GrossKwh, "S2", $"{instrument}: cycle {cycle.Cycle} moves more than was traded");
        rare.Count(RareEvent.Cycle);
        if (cycle.NetMicros < gross)
        {
            rare.Count(RareEvent.CycleThatNetted);
        }

        foreach (var legs in decided)
        {
            legs.Decided = cycle.Cycle;
        }
    }

    /// <summary>One trade is decided before its cycle.</summary>
    public void DecideEarly(long sequence)
    {
        var legs = _trades[sequence];
        Violation.Unless(legs.Decided == 0, "S2", $"{instrument}: trade {sequence} is decided twice");
        legs.Decided = -2;
        rare.Count(RareEvent.SettledEarly);
    }

    /// <summary>An account was told of a fill: the same price, quantity, fee and sequence as its counterparty and the book.</summary>
    public void Report(string account, in OrderReport fill)
    {
        Violation.Unless(_trades.TryGetValue(fill.Sequence, out var legs), "O7", $"{account} has a fill {fill.Sequence} of {instrument} that no trade is behind");
        var trade = legs!.Trade;
        var isBuyer = fill.Side == Side.Bid;
        var same = isBuyer
            ? trade.Buyer == account && trade.BuyerOrder == fill.Order && trade.BuyerFeeMicros == fill.FeeMicros && !legs.BuyerReported
            : trade.Seller == account && trade.SellerOrder == fill.Order && trade.SellerFeeMicros == fill.FeeMicros && !legs.SellerReported;
        Violation.Unless(same && trade.Price == fill.Price && trade.Quantity == fill.Quantity && fill.Settled == (legs.Decided == -1), "O7", $"{account}'s fill {fill.Sequence} of {instrument} is another's, or told twice");
        if (isBuyer)
        {
            legs.BuyerReported = true;
        }
        else
        {
            legs.SellerReported = true;
        }

        if (fill.Settled)
        {
            Post(legs, isBuyer);
        }
    }

    /// <summary>An account has posted what a cycle or an early settlement decided: exactly its legs.</summary>
    public void Post(string account, SettlementPosting posting)
    {
        Int128 held = 0;
        Int128 net = 0;
        long kwh = 0;
        var trades = posting.Cycle > 0 ? _unsettled.Select(sequence => _trades[sequence]).Where(legs => legs.Decided == posting.Cycle) : [_trades[posting.Trade]];
        foreach (var legs in trades)
        {
            var trade = legs.Trade;
            var notional = (Int128)trade.Price * trade.Quantity;
            if (trade.Buyer == account)
            {
                Post(legs, isBuyer: true);
                held += notional + trade.BuyerFeeMicros;
                net -= notional + trade.BuyerFeeMicros;
                kwh += trade.Quantity;
            }

            if (trade.Seller == account)
            {
                Post(legs, isBuyer: false);
                net += notional - trade.SellerFeeMicros;
                kwh -= trade.Quantity;
            }
        }

        Violation.Unless(
            posting.HeldMicros == held && posting.NetMicros == net && posting.NetKwh == kwh && (posting.Cycle > 0 || _trades[posting.Trade].Decided == -2),
            "S2", $"{account} posted {posting.NetMicros} for cycle {posting.Cycle} of {instrument}, its trades make {net}");
    }

    /// <summary>What the book calls settled, or has forgotten as settled, has both its legs posted.</summary>
    public void CheckSettled(TradeSettlement settlement)
    {
        for (var at = _unsettled.Count - 1; at >= 0; at--)
        {
            var legs = _trades[_unsettled[at]];
            if (settlement.Find(_unsettled[at]) is not { State: not TradeState.Settled })
            {
                Violation.Unless(legs.BuyerPosted && legs.SellerPosted, "S1", $"{instrument}: trade {legs.Trade.Sequence} is called settled and is not");
                rare.Count(RareEvent.TradeSeenSettled);
                _unsettled.RemoveAt(at);
            }
        }
    }

    /// <summary>When all is quiet: every trade was told to both and posted by both.</summary>
    public void CheckAllSettled() => Violation.Unless(
        _trades.Values.All(legs => legs is { BuyerReported: true, SellerReported: true, BuyerPosted: true, SellerPosted: true }), "L1", $"{instrument}: a trade is stuck");

    private void Post(Legs legs, bool isBuyer)
    {
        Violation.Unless(legs.Decided != 0 && !(isBuyer ? legs.BuyerPosted : legs.SellerPosted), "S2", $"{instrument}: trade {legs.Trade.Sequence} settles undecided, or twice");
        if (isBuyer)
        {
            legs.BuyerPosted = true;
        }
        else
        {
            legs.SellerPosted = true;
        }
    }
}
