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

/// <summary>The feeds of the accounts somebody in this process watches.</summary>
public sealed class AccountFeeds(Log log)
{
    private readonly ConcurrentDictionary<string, Feed<AccountChange>> _feeds = new(StringComparer.Ordinal);

    /// <summary>The feed of a participant's account.</summary>
    public Feed<AccountChange> Of(string participant) => _feeds.GetOrAdd(participant, static (_, log) => new(log), log);

    internal void Publish(Account account, long position)
    {
        if (!_feeds.TryGetValue(account.ParticipantId, out var feed) || feed.Readers == 0)
        {
            return;
        }

        var changes = account.Changes;
        feed.Publish(position, new(
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
}
