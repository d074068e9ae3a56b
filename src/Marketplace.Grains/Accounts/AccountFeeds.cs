using System.Collections.Concurrent;
using Marketplace.Domain.Accounts;
using Marketplace.Grains.Hosting;

namespace Marketplace.Grains.Accounts;

/// <summary>What one turn changed in an account.</summary>
/// <param name="Version">The account's version after it.</param>
/// <param name="Time">Event time.</param>
/// <param name="Orders">Orders that changed, as they are after it.</param>
/// <param name="Reports">Fills and ends of orders, in order.</param>
/// <param name="CashAvailable">Micro-dollars, after it.</param>
/// <param name="CashHeld">Micro-dollars, after it.</param>
/// <param name="TradeHeld">The part held for unsettled trades, micro-dollars, after it.</param>
/// <param name="Tokens">Balances of the instruments that changed.</param>
/// <param name="BalancesChanged">Whether any balance changed.</param>
public sealed record AccountChange(
    long Version,
    Timestamp Time,
    OrderView[] Orders,
    AccountReport[] Reports,
    Int128 CashAvailable,
    Int128 CashHeld,
    Int128 TradeHeld,
    KeyValuePair<string, TokenBalance>[] Tokens,
    bool BalancesChanged);

/// <summary>What happened in one turn to orders that rest: all a session has to be told beside its results.</summary>
/// <param name="Time">Event time.</param>
/// <param name="Reports">The reports, in order; at least one.</param>
public sealed record RestingReports(Timestamp Time, AccountReport[] Reports);

/// <summary>The feeds of the accounts somebody in this process watches.</summary>
public sealed class AccountFeeds(Log log)
{
    private readonly ConcurrentDictionary<string, Feed<AccountChange>> _feeds = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Feed<RestingReports>> _reports = new(StringComparer.Ordinal);

    /// <summary>The feed of a participant's account.</summary>
    public Feed<AccountChange> Of(string participant) => _feeds.GetOrAdd(participant, static (_, log) => new(log), log);

    /// <summary>The feed of what happens to a participant's resting orders.</summary>
    public Feed<RestingReports> ReportsOf(string participant) => _reports.GetOrAdd(participant, static (_, log) => new(log), log);

    /// <summary>How much of an account's changes somebody watches now.</summary>
    internal AccountWatch WatchOf(string participant) =>
        _feeds.TryGetValue(participant, out var feed) && feed.Readers > 0 ? AccountWatch.All
        : _reports.TryGetValue(participant, out var reports) && reports.Readers > 0 ? AccountWatch.Reports
        : AccountWatch.Nothing;

    /// <summary>Publishes what a turn changed, as far as it was watched when the turn began.</summary>
    internal void Publish(Account account, long position)
    {
        var changes = account.Changes;
        if (changes.Watched == AccountWatch.Nothing)
        {
            return;
        }

        if (changes.Watched == AccountWatch.All)
        {
            Of(account.ParticipantId).Publish(position, new(
                account.Version,
                account.LastEventTime,
                [.. changes.Orders.Select(order => order.View())],
                [.. changes.Reports],
                account.CashAvailable,
                account.CashHeld,
                account.TradeHeldMicros,
                [.. changes.Tokens.Order(StringComparer.Ordinal).Select(instrument => KeyValuePair.Create(instrument, account.Tokens[instrument]))],
                changes.Balances));
        }

        if (_reports.TryGetValue(account.ParticipantId, out var reports) && reports.Readers > 0 && changes.Reports.Any(report => report.Resting))
        {
            reports.Publish(position, new(account.LastEventTime, [.. changes.Reports.Where(report => report.Resting)]));
        }
    }
}
