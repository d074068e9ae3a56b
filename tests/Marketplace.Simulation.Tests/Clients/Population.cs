using Marketplace.Domain.Catalog;
using Marketplace.Domain.Instruments;

namespace Marketplace.Simulation.Tests.Clients;

/// <summary>Who and what a simulated venue is made of.</summary>
internal static class Population
{
    /// <summary>When every run begins.</summary>
    public static readonly Timestamp Start = Timestamp.FromUtc(new DateTime(2027, 3, 1, 0, 0, 0, DateTimeKind.Utc));

    /// <summary>Participants who trade; the first two are one firm.</summary>
    public static readonly string[] Traders = ["ann", "amy", "bob", "cat", "dan"];

    /// <summary>Participants with capacity.</summary>
    public static readonly string[] Suppliers = ["sup", "sal"];

    /// <summary>All participants with an account.</summary>
    public static readonly string[] Everyone = [.. Traders, .. Suppliers, Domain.Participants.Participant.Operator];

    /// <summary>What is listed: an hour that closes in the middle of a run, a day with a tick, a lot and no self-trading, a quarter and a month that settle by cycles.</summary>
    public static readonly InstrumentRequest[] Listed =
    [
        new() { Accelerator = "H100", Zone = "USEAST", Period = "20270301T06", MakerBps = 100, TakerBps = 50, AllowSelfTrade = true },
        new() { Accelerator = "H100", Zone = "USEAST", Period = "20270303", TickUsdPerGwh = 2, LotKwh = 3, CollarLow = 80, CollarHigh = 120, TakerBps = 7 },
        new() { Accelerator = "H100", Zone = "USEAST", Period = "2027Q2", MakerBps = 10, TakerBps = 25, AllowSelfTrade = true },
        new() { Accelerator = "H100", Zone = "USEAST", Period = "2027M04", DefaultSelfTrade = SelfTradeMode.CancelOldest },
    ];

    /// <summary>Ids of what is listed.</summary>
    public static readonly string[] Instruments = [.. Listed.Select(asked => $"{asked.Accelerator}-{asked.Zone}-{asked.Period}")];

    /// <summary>The one contract of each supplier.</summary>
    public static readonly string[] Contracts = [.. Suppliers.Select(supplier => $"{supplier}:o1")];

    /// <summary>All streams of the venue.</summary>
    public static readonly string[] Streams =
    [
        Domain.Messages.Streams.Catalog, Domain.Messages.Streams.Directory, Domain.Messages.Streams.Treasury,
        .. Everyone.Select(Domain.Messages.Streams.Account), .. Instruments.Select(Domain.Messages.Streams.Book), .. Contracts.Select(Domain.Messages.Streams.Contract),
    ];

    /// <summary>The firm of a participant.</summary>
    public static string FirmOf(string participant) => participant is "ann" or "amy" ? "alpha" : "firm-" + participant;

    /// <summary>A new machine of a stream.</summary>
    public static Machine New(string stream) => stream switch
    {
        Domain.Messages.Streams.Catalog => new InstrumentCatalog(),
        Domain.Messages.Streams.Directory => new Domain.Participants.ParticipantDirectory(),
        Domain.Messages.Streams.Treasury => new Domain.Treasury.BankDesk(),
        _ when stream.StartsWith(Domain.Messages.Streams.AccountPrefix, StringComparison.Ordinal) => new Domain.Accounts.Account(Domain.Messages.Streams.KeyOf(stream)),
        _ when stream.StartsWith(Domain.Messages.Streams.BookPrefix, StringComparison.Ordinal) => new Domain.Orders.OrderBook(Domain.Messages.Streams.KeyOf(stream)),
        _ => new Domain.Capacity.ContractDesk(Domain.Messages.Streams.KeyOf(stream)),
    };
}
