using Gwh.Marketplace.V1;

namespace Marketplace.Client.Accounts;

/// <summary>An account as its stream makes it. It changes as the stream is read: look at it between two updates. Not safe for several threads.</summary>
public sealed class AccountReplica
{
    private readonly SortedDictionary<string, TokenBalance> _tokens = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Order> _openOrders = new(StringComparer.Ordinal);

    internal AccountReplica()
    {
    }

    /// <summary>The participant.</summary>
    public string ParticipantId { get; private set; } = "";

    /// <summary>The account's version.</summary>
    public long Version { get; private set; }

    /// <summary>Cash that may be spent, micro-dollars.</summary>
    public long CashAvailableMicros { get; private set; }

    /// <summary>Cash held, micro-dollars.</summary>
    public long CashHeldMicros { get; private set; }

    /// <summary>The part of the held cash that pays trades not settled yet, micro-dollars.</summary>
    public long TradeHeldMicros { get; private set; }

    /// <summary>Tokens, by instrument.</summary>
    public IReadOnlyDictionary<string, TokenBalance> Tokens => _tokens;

    /// <summary>Open orders, by client order id.</summary>
    public IReadOnlyDictionary<string, Order> OpenOrders => _openOrders;

    internal void Load(AccountSnapshot snapshot)
    {
        var account = snapshot.Account;
        (ParticipantId, Version) = (account.ParticipantId, account.Version);
        (CashAvailableMicros, CashHeldMicros, TradeHeldMicros) = (account.CashAvailableMicros, account.CashHeldMicros, account.TradeHeldMicros);
        _tokens.Clear();
        _openOrders.Clear();
        TakeTokens(account.Tokens);
        TakeOrders(snapshot.OpenOrders);
    }

    internal void Apply(AccountUpdate update)
    {
        Version = update.Version;
        (CashAvailableMicros, CashHeldMicros, TradeHeldMicros) = (update.CashAvailableMicros, update.CashHeldMicros, update.TradeHeldMicros);
        TakeTokens(update.Tokens);
        TakeOrders(update.Orders);
    }

    private void TakeTokens(IEnumerable<TokenBalance> tokens)
    {
        foreach (var balance in tokens)
        {
            _tokens[balance.InstrumentId] = balance;
        }
    }

    private void TakeOrders(IEnumerable<Order> orders)
    {
        foreach (var order in orders)
        {
            if (order.Status is OrderStatus.Pending or OrderStatus.Open)
            {
                _openOrders[order.ClientOrderId] = order;
            }
            else
            {
                _openOrders.Remove(order.ClientOrderId);
            }
        }
    }
}
