using System.Globalization;
using Gwh.Marketplace.V1;

namespace Marketplace.Cli.Demo.Audits;

/// <summary>A trade as the events of its book tell it.</summary>
internal readonly record struct ReplayedTrade(long Sequence, string Buyer, string Seller, long PriceUsdPerGwh, long Kwh, long BuyerFeeMicros, long SellerFeeMicros)
{
    /// <summary>Price x quantity, micro-dollars, exact.</summary>
    public long NotionalMicros => checked(PriceUsdPerGwh * Kwh);
}

/// <summary>The settlement of one instrument's trades made again: what each party got and paid, and what each cycle had to move.</summary>
internal sealed class SettlementReplay
{
    private readonly Dictionary<string, (Int128 Kwh, Int128 Micros)> parties = new(StringComparer.Ordinal);
    private readonly SortedDictionary<long, ReplayedTrade> waiting = [];

    /// <summary>Trades matched.</summary>
    public long Trades { get; private set; }

    /// <summary>Tokens traded, kWh.</summary>
    public Int128 VolumeKwh { get; private set; }

    /// <summary>Notional traded, micro-dollars.</summary>
    public Int128 NotionalMicros { get; private set; }

    /// <summary>Fees of both sides, micro-dollars.</summary>
    public Int128 FeeMicros { get; private set; }

    /// <summary>Fees swept, micro-dollars.</summary>
    public Int128 SweptMicros { get; private set; }

    /// <summary>Cycles decided.</summary>
    public long Cycles { get; private set; }

    /// <summary>Tokens and cash of each party, fees included, as all trades together leave it.</summary>
    public IReadOnlyDictionary<string, (Int128 Kwh, Int128 Micros)> Parties => parties;

    /// <summary>One trade.</summary>
    public void Trade(ReplayedTrade trade)
    {
        Trades++;
        VolumeKwh += trade.Kwh;
        NotionalMicros += trade.NotionalMicros;
        FeeMicros += trade.BuyerFeeMicros + trade.SellerFeeMicros;
        Add(trade.Buyer, trade.Kwh, -(Int128)trade.NotionalMicros - trade.BuyerFeeMicros);
        Add(trade.Seller, -(Int128)trade.Kwh, (Int128)trade.NotionalMicros - trade.SellerFeeMicros);
        waiting[trade.Sequence] = trade;
    }

    /// <summary>A trade settled before its cycle.</summary>
    public void Early(long sequence) => waiting.Remove(sequence);

    /// <summary>Fees swept.</summary>
    public void Sweep(Int128 micros) => SweptMicros += micros;

    /// <summary>A cycle: nets what waits up to its last trade; says where the venue's figures differ.</summary>
    public IEnumerable<string> Cycle(SettlementCycle cycle)
    {
        Cycles++;
        var name = $"{cycle.InstrumentId} cycle {cycle.Cycle}";
        var trades = waiting.Values.TakeWhile(trade => trade.Sequence <= cycle.UpToSequence).ToList();
        var kwh = new Dictionary<string, Int128>(StringComparer.Ordinal);
        var micros = new Dictionary<string, Int128>(StringComparer.Ordinal);
        foreach (var trade in trades)
        {
            waiting.Remove(trade.Sequence);
            kwh[trade.Buyer] = kwh.GetValueOrDefault(trade.Buyer) + trade.Kwh;
            kwh[trade.Seller] = kwh.GetValueOrDefault(trade.Seller) - trade.Kwh;
            micros[trade.Buyer] = micros.GetValueOrDefault(trade.Buyer) - trade.NotionalMicros;
            micros[trade.Seller] = micros.GetValueOrDefault(trade.Seller) + trade.NotionalMicros;
        }

        return
        [
            .. Check.Same($"{name} number", Cycles, cycle.Cycle),
            .. Check.Same($"{name} trades", trades.Count, cycle.TradeCount),
            .. Check.Same($"{name} gross USD", Sum(trades.Select(trade => (Int128)trade.NotionalMicros)), Read(cycle.GrossNotionalMicros)),
            .. Check.Same($"{name} gross kWh", Sum(trades.Select(trade => (Int128)trade.Kwh)), Read(cycle.GrossKwh)),
            .. Check.Same($"{name} net USD", Sum(micros.Values.Where(net => net > 0)), Read(cycle.NetNotionalMicros)),
            .. Check.Same($"{name} net kWh", Sum(kwh.Values.Where(net => net > 0)), Read(cycle.NetKwh)),
        ];
    }

    private void Add(string participant, Int128 kwh, Int128 micros)
    {
        var before = parties.GetValueOrDefault(participant);
        parties[participant] = (before.Kwh + kwh, before.Micros + micros);
    }

    /// <summary>A decimal amount of the wire.</summary>
    public static Int128 Read(string amount) => Int128.Parse(amount, CultureInfo.InvariantCulture);

    private static Int128 Sum(IEnumerable<Int128> amounts) => amounts.Aggregate(Int128.Zero, (sum, amount) => sum + amount);
}
