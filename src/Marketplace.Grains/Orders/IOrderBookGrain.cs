using Marketplace.Domain.Instruments;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Settlement;
using Marketplace.Grains.Hosting;

namespace Marketplace.Grains.Orders;

/// <summary>The order book of an instrument, with the settlement of its trades.</summary>
[Alias("gwh.book-grain")]
[GrainInterfaceType("gwh.book")]
public interface IOrderBookGrain : IJournaledGrain
{
    /// <summary>The levels, best first, at most so many a side; null when the instrument is not listed.</summary>
    [Alias("Read")]
    Task<BookView?> Read(int depth);

    /// <summary>What would come of a placing by a firm if it were the next the book took; null when the instrument is not listed. Changes nothing but what is due anyway.</summary>
    [Alias("Preview")]
    Task<BookPreview?> Preview(string firm, OrderCommand command);

    /// <summary>
    /// All levels, for a feed of this process that follows the book from here on; with orders, also every order, unless there are more than a feed keeps. Null when the
    /// instrument is not listed.
    /// </summary>
    [Alias("Watch")]
    Task<BookView?> Watch(bool orders);

    /// <summary>A trade that is not settled, or was settled a moment ago; null when it is long settled or never was.</summary>
    [Alias("FindTrade")]
    Task<Trade?> FindTrade(long sequence);

    /// <summary>Completes when a trade of this book has settled, or after a while: the trade as it is then, null when it is settled or never was.</summary>
    [Alias("WhenSettled")]
    Task<Trade?> WhenSettled(long sequence);

    /// <summary>Settles a trade of a participant before its cycle.</summary>
    [Alias("SettleEarly")]
    Task<Refusal> SettleEarly(long sequence, string participant);

    /// <summary>Runs a cycle now; answers when every account has its posting.</summary>
    [Alias("RunCycle")]
    Task<Result<CycleDecided>> RunCycle(Request request);

    /// <summary>Sends the accrued fees to the operator's account; answers when it has them.</summary>
    [Alias("SweepFees")]
    Task<Result<FeesSwept>> SweepFees(Request request);

    /// <summary>The account behind a party's index in this book; empty where there is none.</summary>
    [Alias("AccountOf")]
    Task<string> AccountOf(int party);

    /// <summary>Sums of the settlement.</summary>
    [Alias("Summary")]
    Task<SettlementSummary?> Summary();
}

/// <summary>One level of one side.</summary>
[GenerateSerializer, Alias("gwh.level"), Immutable]
public readonly record struct LevelView([property: Id(0)] long Price, [property: Id(1)] long Quantity, [property: Id(2)] int Orders);

/// <summary>One order as everybody may see it: by its public number, never its owner.</summary>
[GenerateSerializer, Alias("gwh.order-line"), Immutable]
public readonly record struct OrderLine([property: Id(0)] long Number, [property: Id(1)] long Price, [property: Id(2)] long Quantity);

/// <summary>A book as everybody may see it.</summary>
[GenerateSerializer, Alias("gwh.book-view"), Immutable]
public sealed record BookView
{
    /// <summary>The instrument's entry.</summary>
    [Id(0)] public required Instrument Instrument { get; init; }
    /// <summary>Whether it trades.</summary>
    [Id(1)] public required InstrumentState State { get; init; }
    /// <summary>The public sequence.</summary>
    [Id(2)] public required long Sequence { get; init; }
    /// <summary>Best first.</summary>
    [Id(3)] public required LevelView[] Bids { get; init; }
    /// <summary>Best first.</summary>
    [Id(4)] public required LevelView[] Asks { get; init; }
    /// <summary>Event time of the last change.</summary>
    [Id(5)] public required Timestamp Time { get; init; }
    /// <summary>Price of the last trade; 0 before the first.</summary>
    [Id(6)] public required long LastPrice { get; init; }
    /// <summary>Bids order by order, in turn; null where they were not asked for, or are too many.</summary>
    [Id(7)] public OrderLine[]? BidOrders { get; init; }
    /// <summary>Asks order by order, in turn; null where they were not asked for, or are too many.</summary>
    [Id(8)] public OrderLine[]? AskOrders { get; init; }
}

/// <summary>Sums of a book's settlement.</summary>
[GenerateSerializer, Alias("gwh.settlement-summary"), Immutable]
public sealed record SettlementSummary
{
    /// <summary>The instrument's entry.</summary>
    [Id(0)] public required Instrument Instrument { get; init; }
    /// <summary>Trades matched.</summary>
    [Id(1)] public required long Trades { get; init; }
    /// <summary>Trades that wait for a cycle.</summary>
    [Id(2)] public required int Undecided { get; init; }
    /// <summary>Trades not settled.</summary>
    [Id(3)] public required int Unsettled { get; init; }
    /// <summary>kWh traded.</summary>
    [Id(4)] public required Int128 VolumeKwh { get; init; }
    /// <summary>Micro-dollars traded.</summary>
    [Id(5)] public required Int128 NotionalMicros { get; init; }
    /// <summary>Fees accrued and not swept, micro-dollars.</summary>
    [Id(6)] public required Int128 FeesMicros { get; init; }
    /// <summary>Fees swept, micro-dollars.</summary>
    [Id(7)] public required Int128 FeesSweptMicros { get; init; }
    /// <summary>Cycles run.</summary>
    [Id(8)] public required long Cycles { get; init; }
    /// <summary>Notional in cycles, micro-dollars.</summary>
    [Id(9)] public required Int128 GrossMicros { get; init; }
    /// <summary>Notional moved after netting, micro-dollars.</summary>
    [Id(10)] public required Int128 NetMicros { get; init; }
    /// <summary>Tokens in cycles, kWh.</summary>
    [Id(11)] public required Int128 GrossKwh { get; init; }
    /// <summary>Tokens moved after netting, kWh.</summary>
    [Id(12)] public required Int128 NetKwh { get; init; }
    /// <summary>When the next cycle is due; null when no trade waits.</summary>
    [Id(13)] public required Timestamp? NextCycle { get; init; }
}
