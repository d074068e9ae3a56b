using Marketplace.Domain.Orders;
using Marketplace.Domain.Settlement;

namespace Marketplace.Domain.Accounts;

/// <summary>What one turn changed in an account, for its owner's stream. Not part of the state.</summary>
public sealed class AccountChanges
{
    private readonly HashSet<OpenOrder> _orders = [];
    private readonly List<(OpenOrder Order, OrderReport Fill)> _fills = [];
    private readonly List<SettlementPosting> _settled = [];
    private readonly HashSet<string> _tokens = new(StringComparer.Ordinal);

    /// <summary>Orders that changed.</summary>
    public IReadOnlyCollection<OpenOrder> Orders => _orders;

    /// <summary>Fills, in order.</summary>
    public IReadOnlyList<(OpenOrder Order, OrderReport Fill)> Fills => _fills;

    /// <summary>Trades settled by a cycle or early.</summary>
    public IReadOnlyList<SettlementPosting> Settlements => _settled;

    /// <summary>Instruments whose tokens changed.</summary>
    public IReadOnlyCollection<string> Tokens => _tokens;

    /// <summary>Whether any balance changed.</summary>
    public bool Balances { get; private set; }

    internal void Touch(OpenOrder order) => _orders.Add(order);

    internal void Filled(OpenOrder order, in OrderReport fill) => _fills.Add((order, fill));

    internal void Settled(SettlementPosting posting) => _settled.Add(posting);

    internal void TokensTouched(string instrument) => _tokens.Add(instrument);

    internal void BalancesTouched() => Balances = true;

    internal void Clear()
    {
        _orders.Clear();
        _fills.Clear();
        _settled.Clear();
        _tokens.Clear();
        Balances = false;
    }
}
