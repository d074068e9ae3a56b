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

/// <summary>How much of a turn's changes somebody watches.</summary>
public enum AccountWatch
{
    /// <summary>Nobody watches.</summary>
    Nothing = 0,
    /// <summary>What happens to resting orders.</summary>
    Reports = 1,
    /// <summary>Everything.</summary>
    All = 2,
}

/// <summary>What one turn changed in an account, for its owner's stream. Not part of the state.</summary>
public sealed class AccountChanges
{
    private readonly HashSet<OpenOrder> _orders = [];
    private readonly List<AccountReport> _reports = [];
    private readonly List<SettlementPosting> _settled = [];
    private readonly HashSet<string> _tokens = new(StringComparer.Ordinal);

    /// <summary>What is gathered: the host says so before a turn. All until it does.</summary>
    public AccountWatch Watched { get; set; } = AccountWatch.All;

    /// <summary>Orders that changed.</summary>
    public IReadOnlyCollection<OpenOrder> Orders => _orders;

    /// <summary>Of what happened to orders, at least what no answer to a command tells: fills and ends of orders, stops that began to act and quantity that self-trade prevention took off, in order.</summary>
    public IReadOnlyList<AccountReport> Reports => _reports;

    /// <summary>Trades settled by a cycle or early.</summary>
    public IReadOnlyList<SettlementPosting> Settlements => _settled;

    /// <summary>Instruments whose tokens changed.</summary>
    public IReadOnlyCollection<string> Tokens => _tokens;

    /// <summary>Whether any balance changed.</summary>
    public bool Balances { get; private set; }

    internal void Touch(OpenOrder order)
    {
        if (Watched == AccountWatch.All)
        {
            _orders.Add(order);
        }
    }

    internal void Reported(OpenOrder order, ref OrderRow row, in OrderReport report, long version)
    {
        if (report.Kind is ReportKind.Accepted or ReportKind.Replaced)
        {
            row.IncomingTurn = unchecked((int)version);
        }
        else if (Watched != AccountWatch.Nothing && report.Kind is (ReportKind.Filled or ReportKind.Closed or ReportKind.Triggered or ReportKind.Decremented))
        {
            var resting = !report.Answers && row.IncomingTurn != unchecked((int)version);
            if (resting || Watched == AccountWatch.All)
            {
                _reports.Add(new(order.Id, order.Instrument, report, row.Open, row.Filled, resting));
            }
        }
    }

    internal void Settled(SettlementPosting posting)
    {
        if (Watched == AccountWatch.All)
        {
            _settled.Add(posting);
        }
    }

    internal void TokensTouched(string instrument)
    {
        if (Watched == AccountWatch.All)
        {
            _tokens.Add(instrument);
        }
    }

    internal void BalancesTouched() => Balances = true;

    internal void Clear()
    {
        _orders.Clear();
        _reports.Clear();
        _settled.Clear();
        _tokens.Clear();
        Balances = false;
    }
}
