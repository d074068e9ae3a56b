namespace Marketplace.Domain.Settlement;

/// <summary>A settlement cycle: every trade up to a sequence that was still undecided is decided, netted multilaterally over its parties.</summary>
[GenerateSerializer, Alias("gwh.cycle-decided")]
public sealed class CycleDecided : Event
{
    /// <summary>Who ran it, slash, under which request id; empty when it was due.</summary>
    [Id(7)] public string Request { get; init; } = "";

    /// <summary>Cycle of the instrument, from 1.</summary>
    [Id(0)] public required long Cycle { get; init; }

    /// <summary>Sequence of the last trade in it.</summary>
    [Id(1)] public required long UpToTrade { get; init; }

    /// <summary>Trades in it.</summary>
    [Id(2)] public required int Trades { get; init; }

    /// <summary>Notional traded, micro-dollars.</summary>
    [Id(3)] public required Int128 GrossMicros { get; init; }

    /// <summary>Notional moved between parties after netting, micro-dollars.</summary>
    [Id(4)] public required Int128 NetMicros { get; init; }

    /// <summary>Tokens traded, kWh.</summary>
    [Id(5)] public required Int128 GrossKwh { get; init; }

    /// <summary>Tokens moved between parties after netting, kWh.</summary>
    [Id(6)] public required Int128 NetKwh { get; init; }
}

/// <summary>One trade was decided before its cycle.</summary>
[GenerateSerializer, Alias("gwh.trade-decided")]
public sealed class TradeDecided(long trade) : Event
{
    /// <summary>Its sequence.</summary>
    [Id(0)] public long Trade { get; init; } = trade;

    /// <summary>Which party asked for it, slash, under which request id.</summary>
    [Id(1)] public string Request { get; init; } = "";
}

/// <summary>A party asked for the settlement of a trade that was decided already: nothing but the request's id is new.</summary>
[GenerateSerializer, Alias("gwh.settlement-asked")]
public sealed class SettlementAsked(long trade, string request) : Event
{
    /// <summary>The trade's sequence.</summary>
    [Id(0)] public long Trade { get; init; } = trade;

    /// <summary>Which party asked for it, slash, under which request id.</summary>
    [Id(1)] public string Request { get; init; } = request;
}

/// <summary>The fees accrued were sent to the operator's account.</summary>
[GenerateSerializer, Alias("gwh.fees-swept")]
public sealed class FeesSwept(Int128 micros) : Event
{
    /// <summary>Micro-dollars.</summary>
    [Id(0)] public Int128 Micros { get; init; } = micros;

    /// <summary>Who swept them, slash, under which request id.</summary>
    [Id(1)] public string Request { get; init; } = "";
}
