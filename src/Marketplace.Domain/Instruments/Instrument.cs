namespace Marketplace.Domain.Instruments;

/// <summary>How sure delivery is. Only firm capacity is traded.</summary>
public enum Firmness
{
    /// <summary>Not stated.</summary>
    Unspecified = 0,
    /// <summary>The supplier owes it.</summary>
    Firm = 1,
}

/// <summary>When trades of an instrument settle.</summary>
public enum SettlementMode
{
    /// <summary>The default of the period's kind: immediate for hours and days, net cycles for longer.</summary>
    Unspecified = 0,
    /// <summary>Decided in the record of the match.</summary>
    Immediate = 1,
    /// <summary>Decided every 15 minutes, netted multilaterally.</summary>
    NetCycle = 2,
}

/// <summary>What happens when an order meets an order of its own firm.</summary>
public enum SelfTradeMode
{
    /// <summary>The instrument's default.</summary>
    Unspecified = 0,
    /// <summary>They trade; only where the instrument allows it.</summary>
    None = 1,
    /// <summary>The rest of the incoming order is cancelled.</summary>
    CancelNewest = 2,
    /// <summary>The resting order is cancelled and the incoming goes on.</summary>
    CancelOldest = 3,
    /// <summary>Both are cancelled: the resting order whole, and the rest of the incoming one.</summary>
    CancelBoth = 4,
    /// <summary>Both lose the smaller of the two open quantities without a trade; the one that has nothing left is cancelled.</summary>
    DecrementAndCancel = 5,
    /// <summary>The incoming order is refused whole, before it trades with anybody.</summary>
    Reject = 6,
}

/// <summary>Whether and how an instrument trades.</summary>
public enum InstrumentState
{
    /// <summary>Not stated.</summary>
    Unspecified = 0,
    /// <summary>Listed, not trading yet.</summary>
    Pending = 1,
    /// <summary>Trades.</summary>
    Open = 2,
    /// <summary>Cancels only.</summary>
    Halted = 3,
    /// <summary>Closed for ever; its orders are cancelled and its trades settled.</summary>
    Closed = 4,
}

/// <summary>One thing that trades under one name: accelerator model and rating version, firmness, zone, delivery period; and the terms it trades on.</summary>
[GenerateSerializer, Alias("gwh.instrument"), Immutable]
public sealed record Instrument
{
    /// <summary>How long before the start of its period a book stops: the gate closure of the first interval, 60 minutes.</summary>
    public const long GateClosureMicros = Timestamp.MicrosPerHour;

    /// <summary>Model, zone and period: H100-USEAST-2027Q1; a second rating version of a model adds R2, R3 ... to the model: H100R2-USEAST-2027Q1.</summary>
    [Id(0)] public required string Id { get; init; }
    /// <summary>Accelerator model.</summary>
    [Id(1)] public required string Accelerator { get; init; }
    /// <summary>Rating version, from 1.</summary>
    [Id(2)] public required int RatingVersion { get; init; }
    /// <summary>Rated critical-IT watts of one accelerator, frozen.</summary>
    [Id(3)] public required long RatedWatts { get; init; }
    /// <summary>How sure delivery is.</summary>
    [Id(4)] public required Firmness Firmness { get; init; }
    /// <summary>Zone of delivery.</summary>
    [Id(5)] public required string Zone { get; init; }
    /// <summary>Period of delivery.</summary>
    [Id(6)] public required DeliveryPeriod Period { get; init; }
    /// <summary>Prices are multiples of it, USD per GWh, at least 1.</summary>
    [Id(7)] public required long TickUsdPerGwh { get; init; }
    /// <summary>Quantities are multiples of it, kWh, at least 1.</summary>
    [Id(8)] public required long LotKwh { get; init; }
    /// <summary>Lowest price accepted, on the tick.</summary>
    [Id(9)] public required long CollarLow { get; init; }
    /// <summary>Highest price accepted, on the tick.</summary>
    [Id(10)] public required long CollarHigh { get; init; }
    /// <summary>Fee of the resting side, basis points.</summary>
    [Id(11)] public required int MakerBps { get; init; }
    /// <summary>Fee of the incoming side, basis points.</summary>
    [Id(12)] public required int TakerBps { get; init; }
    /// <summary>When its trades settle; never unspecified.</summary>
    [Id(13)] public required SettlementMode Settlement { get; init; }
    /// <summary>Self-trade mode of an order that states none; never unspecified.</summary>
    [Id(14)] public required SelfTradeMode DefaultSelfTrade { get; init; }
    /// <summary>Whether an order may state mode none.</summary>
    [Id(15)] public required bool AllowSelfTrade { get; init; }
    /// <summary>Its state as the operator has ordered it.</summary>
    [Id(16)] public required InstrumentState State { get; init; }
    /// <summary>Counts changes of this entry, from 1.</summary>
    [Id(17)] public required long Revision { get; init; }

    /// <summary>When its book closes by itself.</summary>
    public Timestamp ClosesAt => new(Period.Start.Micros - GateClosureMicros);

    /// <summary>The id of an instrument with these parts.</summary>
    public static string IdOf(string accelerator, int ratingVersion, string zone, DeliveryPeriod period) =>
        $"{accelerator}{(ratingVersion > 1 ? $"R{ratingVersion}" : "")}-{zone}-{period}";

    /// <summary>The mode of an instrument that states none: immediate for hours and days, net cycles for longer periods.</summary>
    public static SettlementMode DefaultSettlement(PeriodKind kind) =>
        kind is PeriodKind.Hour or PeriodKind.Day ? SettlementMode.Immediate : SettlementMode.NetCycle;
}
