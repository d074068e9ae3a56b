using Marketplace.Domain.Orders;

namespace Marketplace.Domain.Settlement;

/// <summary>Book to account: trades of the account are decided; what they held is posted. One message a party and decision, netted.</summary>
/// <param name="instrument">The instrument.</param>
/// <param name="cycle">Cycle, from 1; 0 for a trade settled early.</param>
/// <param name="trade">Sequence of the trade settled early; 0 for a cycle.</param>
[GenerateSerializer, Alias("gwh.settlement-posting")]
public sealed class SettlementPosting(string instrument, long cycle, long trade) : Message
{
    /// <summary>The instrument.</summary>
    [Id(0)] public string Instrument { get; init; } = instrument;

    /// <summary>Cycle, from 1; 0 for a trade settled early.</summary>
    [Id(1)] public long Cycle { get; init; } = cycle;

    /// <summary>Sequence of the trade settled early; 0 for a cycle.</summary>
    [Id(2)] public long Trade { get; init; } = trade;

    /// <summary>Trades of the party in it, each side counted.</summary>
    [Id(3)] public int Trades { get; set; }

    /// <summary>Cash its trades held: the notional and fees of its buys, micro-dollars.</summary>
    [Id(4)] public Int128 HeldMicros { get; set; }

    /// <summary>What it receives for its sells, less their fees, less <see cref="HeldMicros"/>: the change of its cash, micro-dollars.</summary>
    [Id(5)] public Int128 NetMicros { get; set; }

    /// <summary>Tokens its sells held, kWh.</summary>
    [Id(6)] public long HeldKwh { get; set; }

    /// <summary>What it bought less what it sold: the change of its tokens, kWh.</summary>
    [Id(7)] public long NetKwh { get; set; }

    /// <inheritdoc/>
    public override Int128 CashInTransitMicros => NetMicros;

    /// <inheritdoc/>
    public override IEnumerable<(string Instrument, long Kwh)> TokensInTransit => NetKwh == 0 ? [] : [(Instrument, NetKwh)];

    internal void Add(in UnsettledTrade trade, Side side)
    {
        var notional = trade.NotionalMicros;
        Trades++;
        if (side == Side.Bid)
        {
            HeldMicros += (Int128)notional + trade.BuyerFeeMicros;
            NetMicros -= (Int128)notional + trade.BuyerFeeMicros;
            NetKwh += trade.Quantity;
        }
        else
        {
            NetMicros += (Int128)notional - trade.SellerFeeMicros;
            HeldKwh += trade.Quantity;
            NetKwh -= trade.Quantity;
        }
    }
}

/// <summary>Book to the operator's account: fees swept, micro-dollars.</summary>
[GenerateSerializer, Alias("gwh.fees-credited")]
public sealed class FeesCredited(string instrument, Int128 micros) : Message
{
    /// <summary>The instrument they accrued in.</summary>
    [Id(0)] public string Instrument { get; init; } = instrument;

    /// <summary>Micro-dollars.</summary>
    [Id(1)] public Int128 Micros { get; init; } = micros;

    /// <inheritdoc/>
    public override Int128 CashInTransitMicros => Micros;
}
