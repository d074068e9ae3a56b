using Marketplace.Domain.Orders;
using Marketplace.Domain.Settlement;

namespace Marketplace.Domain.Accounts;

/// <summary>What happened to an order, as its owner is told: a fill, its end, its stop price reached, quantity taken off by self-trade prevention.</summary>
/// <param name="ClientOrderId">The order.</param>
/// <param name="Instrument">The instrument.</param>
/// <param name="Report">The book's report.</param>
/// <param name="Open">kWh open after it.</param>
/// <param name="Filled">kWh filled so far.</param>
/// <param name="Resting">Whether it happened to a resting order: no answer to a command tells of it.</param>
public readonly record struct AccountReport(string ClientOrderId, string Instrument, OrderReport Report, long Open, long Filled, bool Resting);

/// <summary>What one turn changed in an account, for its owner's stream. Not part of the state.</summary>
public sealed class AccountChanges
{
    private readonly HashSet<OpenOrder> _orders = [];
    private readonly List<AccountReport> _reports = [];
    private readonly HashSet<OpenOrder> _incoming = [];
    private readonly List<SettlementPosting> _settled = [];
    private readonly HashSet<string> _tokens = new(StringComparer.Ordinal);

    /// <summary>Orders that changed.</summary>
    public IReadOnlyCollection<OpenOrder> Orders => _orders;

    /// <summary>Fills and ends of orders, stops that began to act and quantity that self-trade prevention took off, in order.</summary>
    public IReadOnlyList<AccountReport> Reports => _reports;

    /// <summary>Trades settled by a cycle or early.</summary>
    public IReadOnlyList<SettlementPosting> Settlements => _settled;

    /// <summary>Instruments whose tokens changed.</summary>
    public IReadOnlyCollection<string> Tokens => _tokens;

    /// <summary>Whether any balance changed.</summary>
    public bool Balances { get; private set; }

    internal void Touch(OpenOrder order) => _orders.Add(order);

    internal void Reported(OpenOrder order, in OrderReport report)
    {
        if (report.Kind is ReportKind.Accepted or ReportKind.Replaced)
        {
            _incoming.Add(order);
        }
        else if (report.Kind is ReportKind.Filled or ReportKind.Closed or ReportKind.Triggered or ReportKind.Decremented)
        {
            _reports.Add(new(order.Id, order.Instrument, report, order.Open, order.Filled, !report.Answers && !_incoming.Contains(order)));
        }
    }

    internal void Settled(SettlementPosting posting) => _settled.Add(posting);

    internal void TokensTouched(string instrument) => _tokens.Add(instrument);

    internal void BalancesTouched() => Balances = true;

    internal void Clear()
    {
        _orders.Clear();
        _reports.Clear();
        _incoming.Clear();
        _settled.Clear();
        _tokens.Clear();
        Balances = false;
    }
}
