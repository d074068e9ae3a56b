using Gwh.Marketplace.V1;
using Marketplace.Client;

namespace Marketplace.Cli.Demo.Audits;

/// <summary>One instrument: its book made again, and what the venue says of it.</summary>
internal sealed record AuditedInstrument(Instrument Instrument, BookReplay Replay, OrderBookSnapshot Book, SettlementSummary Summary, long ListedTrades, Int128 ListedKwh);

/// <summary>Everything the audit looks at, read through the public API with the auditor's key, when the market is quiet.</summary>
internal sealed record Evidence(
    GetTotalsResponse Totals, IReadOnlyDictionary<string, AuditedAccount> Accounts, IReadOnlyList<AuditedInstrument> Instruments, IReadOnlyDictionary<string, string> Firms)
{
    private const int PageSize = 1000;

    public static async Task<Evidence> Gather(MarketplaceClient auditor, CancellationToken cancellation)
    {
        var participants = await AccountBook.Participants(auditor, cancellation);
        var firms = participants.ToDictionary(participant => participant.ParticipantId, participant => participant.FirmId, StringComparer.Ordinal);
        var listed = await AccountBook.All(
            page => auditor.Catalog.ListInstrumentsAsync(new() { PageSize = PageSize, PageToken = page }, cancellationToken: cancellation).ResponseAsync,
            page => page.Instruments, page => page.NextPageToken);
        var instruments = await Task.WhenAll(listed.Select(instrument => Read(auditor, instrument, firms, cancellation)));
        var accounts = await AccountBook.Read(auditor, cancellation);
        var totals = await auditor.Audit.GetTotalsAsync(new(), cancellationToken: cancellation);
        return new(totals, accounts, instruments, firms);
    }

    private static async Task<AuditedInstrument> Read(
        MarketplaceClient auditor, Instrument instrument, Dictionary<string, string> firms, CancellationToken cancellation)
    {
        var id = instrument.InstrumentId;
        var replay = new BookReplay(id, participant => firms.GetValueOrDefault(participant, participant));
        var events = Paging.ReadAllAsync(
            page => auditor.Audit.ListInstrumentEventsAsync(new() { InstrumentId = id, PageSize = PageSize, PageToken = page }, cancellationToken: cancellation).ResponseAsync,
            page => page.Events, page => page.NextPageToken);
        await foreach (var happened in events) replay.Apply(happened);
        replay.End();
        var (trades, kwh) = (0L, Int128.Zero);
        var listed = Paging.ReadAllAsync(
            page => auditor.MarketData.ListTradesAsync(new() { InstrumentId = id, PageSize = PageSize, PageToken = page }, cancellationToken: cancellation).ResponseAsync,
            page => page.Trades, page => page.NextPageToken);
        await foreach (var trade in listed)
        {
            trades++;
            kwh += trade.QuantityKwh;
        }

        var book = await auditor.MarketData.GetOrderBookAsync(new() { InstrumentId = id, Depth = 10_000 }, cancellationToken: cancellation);
        var summary = await auditor.Settlement.GetSettlementSummaryAsync(new() { InstrumentId = id }, cancellationToken: cancellation);
        return new(instrument, replay, book.Book, summary.Summary, trades, kwh);
    }
}
