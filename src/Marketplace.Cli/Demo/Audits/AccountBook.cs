using Gwh.Marketplace.V1;
using Marketplace.Client;

namespace Marketplace.Cli.Demo.Audits;

/// <summary>An account and its open orders, as the auditor reads them.</summary>
internal sealed record AuditedAccount(Account Account, IReadOnlyList<Order> OpenOrders)
{
    /// <summary>Cash, available and held, micro-dollars.</summary>
    public Int128 CashMicros => (Int128)Account.CashAvailableMicros + Account.CashHeldMicros;

    /// <summary>Tokens of an instrument, available and held, kWh.</summary>
    public Int128 TokensKwh(string instrument) =>
        Account.Tokens.FirstOrDefault(balance => balance.InstrumentId == instrument) is { } tokens ? (Int128)tokens.AvailableKwh + tokens.HeldKwh : 0;
}

/// <summary>All accounts of the venue, read one by one with the auditor's key.</summary>
internal static class AccountBook
{
    private const int PageSize = 1000;
    private const int AtOnce = 32;

    public static async Task<IReadOnlyDictionary<string, AuditedAccount>> Read(MarketplaceClient auditor, CancellationToken cancellation)
    {
        var participants = await Participants(auditor, cancellation);
        var accounts = new AuditedAccount[participants.Count];
        await Parallel.ForEachAsync(participants.Index(), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (entry, token) =>
        {
            var id = entry.Item.ParticipantId;
            var account = await auditor.Account.GetAccountAsync(new() { ParticipantId = id }, cancellationToken: token);
            var open = await All(
                page => auditor.Trading.ListOpenOrdersAsync(new() { ParticipantId = id, PageSize = PageSize, PageToken = page }, cancellationToken: token).ResponseAsync,
                page => page.Orders, page => page.NextPageToken);
            accounts[entry.Index] = new(account.Account, open);
        });
        return accounts.ToDictionary(account => account.Account.ParticipantId, StringComparer.Ordinal);
    }

    /// <summary>Everybody on the venue, its operator too.</summary>
    public static Task<List<Participant>> Participants(MarketplaceClient auditor, CancellationToken cancellation) => All(
        page => auditor.Admin.ListParticipantsAsync(new() { PageSize = PageSize, PageToken = page }, cancellationToken: cancellation).ResponseAsync,
        page => page.Participants, page => page.NextPageToken);

    /// <summary>A list that comes in pages, whole.</summary>
    public static async Task<List<TEntry>> All<TPage, TEntry>(Func<string, Task<TPage>> ask, Func<TPage, IEnumerable<TEntry>> entries, Func<TPage, string> next)
    {
        var all = new List<TEntry>();
        await foreach (var entry in Paging.ReadAllAsync(ask, entries, next)) all.Add(entry);
        return all;
    }
}
