using Marketplace.Domain.Participants;
using DomainRole = Marketplace.Domain.Participants.Role;

namespace Marketplace.Server.Access;

/// <summary>Whose object an RPC may touch.</summary>
internal enum Reach
{
    /// <summary>Nobody's: what every key may see.</summary>
    Public,
    /// <summary>The caller's own; auditors and the operator read all.</summary>
    Own,
    /// <summary>The caller's own alone.</summary>
    OwnOnly,
    /// <summary>The caller's own and its firm's; the operator's is everybody's.</summary>
    OwnFirm,
    /// <summary>Everybody's.</summary>
    All,
}

/// <summary>One row: RPC x role x whose object.</summary>
/// <param name="Roles">The roles that may call it.</param>
/// <param name="Reach">Whose object it may touch.</param>
internal sealed record AccessRow(IReadOnlySet<DomainRole> Roles, Reach Reach);

/// <summary>Who may do what: every RPC has a row, or it is refused; a test walks all RPCs.</summary>
internal sealed class AccessTable
{
    private const string Package = "/gwh.marketplace.v1.";
    private static readonly IReadOnlySet<DomainRole> Anybody = System.Enum.GetValues<DomainRole>().Where(role => role != DomainRole.Unspecified).ToHashSet();
    private static readonly IReadOnlySet<DomainRole> Traders = new HashSet<DomainRole> { DomainRole.Supplier, DomainRole.Buyer, DomainRole.Trader };
    private static readonly IReadOnlySet<DomainRole> TradersAndReaders = new HashSet<DomainRole>(Traders) { DomainRole.Auditor, DomainRole.Operator };
    private static readonly IReadOnlySet<DomainRole> TradersAndOperator = new HashSet<DomainRole>(Traders) { DomainRole.Operator };
    private static readonly IReadOnlySet<DomainRole> Suppliers = new HashSet<DomainRole> { DomainRole.Supplier };
    private static readonly IReadOnlySet<DomainRole> Attestors = new HashSet<DomainRole> { DomainRole.Attestor };
    private static readonly IReadOnlySet<DomainRole> ContractReaders = new HashSet<DomainRole> { DomainRole.Supplier, DomainRole.Attestor, DomainRole.Auditor, DomainRole.Operator };
    private static readonly IReadOnlySet<DomainRole> Operators = new HashSet<DomainRole> { DomainRole.Operator };
    private static readonly IReadOnlySet<DomainRole> Desk = new HashSet<DomainRole> { DomainRole.Operator, DomainRole.Auditor };

    private static readonly Dictionary<string, AccessRow> Rows = Table().ToDictionary(row => Package + row.Rpc, row => new AccessRow(row.Roles, row.Reach), StringComparer.Ordinal);

    /// <summary>Whether an RPC is answered without a key: the health check alone.</summary>
    public bool NeedsNoKey(string method) => method == "/grpc.health.v1.Health/Check";

    /// <summary>Whether a role may call an RPC. Reflection and health need a key of any role.</summary>
    public bool Allows(string method, DomainRole role) =>
        Rows.TryGetValue(method, out var row) ? row.Roles.Contains(role) : method.StartsWith("/grpc.reflection.", StringComparison.Ordinal) || method.StartsWith("/grpc.health.", StringComparison.Ordinal);

    /// <summary>The RPCs with a row, such as TradingService/PlaceOrder.</summary>
    public static IEnumerable<string> Rpcs => Rows.Keys.Select(method => method[Package.Length..]);

    /// <summary>The row of an RPC, such as TradingService/PlaceOrder; null when it has none.</summary>
    public static AccessRow? RowOf(string rpc) => Rows.GetValueOrDefault(Package + rpc);

    private static IEnumerable<(string Rpc, IReadOnlySet<DomainRole> Roles, Reach Reach)> Table() =>
    [
        ("CatalogService/GetVenue", Anybody, Reach.Public),
        ("CatalogService/ListAccelerators", Anybody, Reach.Public),
        ("CatalogService/GetAccelerator", Anybody, Reach.Public),
        ("CatalogService/ListInstruments", Anybody, Reach.Public),
        ("CatalogService/GetInstrument", Anybody, Reach.Public),

        ("CapacityService/OfferCapacity", Suppliers, Reach.OwnOnly),
        ("CapacityService/AttestCapacity", Attestors, Reach.All),
        ("CapacityService/AttestRating", Attestors, Reach.All),
        ("CapacityService/WithdrawAttestation", Attestors, Reach.OwnOnly),
        ("CapacityService/IssueTokens", Suppliers, Reach.OwnOnly),
        ("CapacityService/WithdrawCapacity", Suppliers, Reach.OwnOnly),
        ("CapacityService/WithdrawTokens", Suppliers, Reach.OwnOnly),
        ("CapacityService/GetContract", ContractReaders, Reach.Own),
        ("CapacityService/ListContracts", ContractReaders, Reach.Own),

        ("TradingService/PlaceOrder", Traders, Reach.OwnOnly),
        ("TradingService/PlaceOrders", Traders, Reach.OwnOnly),
        ("TradingService/CancelOrder", Traders, Reach.OwnOnly),
        ("TradingService/ReplaceOrder", Traders, Reach.OwnOnly),
        ("TradingService/ReduceOrder", Traders, Reach.OwnOnly),
        ("TradingService/PreviewOrder", Traders, Reach.OwnOnly),
        ("TradingService/MassCancelOrders", TradersAndOperator, Reach.OwnFirm),
        ("TradingService/GetOrder", TradersAndReaders, Reach.Own),
        ("TradingService/ListOpenOrders", TradersAndReaders, Reach.Own),
        ("TradingService/OpenSession", Traders, Reach.OwnOnly),

        ("MarketDataService/GetOrderBook", Anybody, Reach.Public),
        ("MarketDataService/StreamOrderBook", Anybody, Reach.Public),
        ("MarketDataService/StreamBookOrders", Anybody, Reach.Public),
        ("MarketDataService/StreamTrades", Anybody, Reach.Public),
        ("MarketDataService/ListTrades", Anybody, Reach.Public),
        ("MarketDataService/ListCandles", Anybody, Reach.Public),
        ("MarketDataService/StreamCandles", Anybody, Reach.Public),
        ("MarketDataService/ListTickers", Anybody, Reach.Public),
        ("MarketDataService/StreamTickers", Anybody, Reach.Public),

        ("SettlementService/GetTrade", TradersAndReaders, Reach.Own),
        ("SettlementService/SettleTrade", Traders, Reach.OwnOnly),
        ("SettlementService/WatchTrade", TradersAndReaders, Reach.Own),
        ("SettlementService/ListSettlementCycles", Anybody, Reach.Public),
        ("SettlementService/GetSettlementSummary", Anybody, Reach.Public),

        ("AccountService/GetAccount", TradersAndReaders, Reach.Own),
        ("AccountService/ListStatementEntries", TradersAndReaders, Reach.Own),
        ("AccountService/RequestWithdrawal", Traders, Reach.OwnOnly),
        ("AccountService/TransferTokens", Traders, Reach.OwnOnly),
        ("AccountService/StreamAccount", TradersAndReaders, Reach.Own),

        ("AuditService/GetTotals", Desk, Reach.All),
        ("AuditService/ListInstrumentEvents", Desk, Reach.All),
        ("AuditService/GetOutcome", Anybody, Reach.Own),
        ("AuditService/GetStateHash", Desk, Reach.All),

        ("AdminService/CreateFirm", Operators, Reach.All),
        ("AdminService/CreateParticipant", Operators, Reach.All),
        ("AdminService/ListFirms", Desk, Reach.All),
        ("AdminService/ListParticipants", Desk, Reach.All),
        ("AdminService/SetParticipantLimits", Operators, Reach.All),
        ("AdminService/SuspendParticipant", Operators, Reach.All),
        ("AdminService/ResumeParticipant", Operators, Reach.All),
        ("AdminService/CreateKey", Operators, Reach.All),
        ("AdminService/RevokeKey", Operators, Reach.All),
        ("AdminService/ListKeys", Desk, Reach.All),
        ("AdminService/RegisterAccelerator", Operators, Reach.All),
        ("AdminService/SetRating", Operators, Reach.All),
        ("AdminService/CreateInstrument", Operators, Reach.All),
        ("AdminService/SetInstrumentState", Operators, Reach.All),
        ("AdminService/SetFees", Operators, Reach.All),
        ("AdminService/RecordDeposit", Operators, Reach.All),
        ("AdminService/ListWithdrawals", Desk, Reach.All),
        ("AdminService/ConfirmWithdrawal", Operators, Reach.All),
        ("AdminService/ReturnWithdrawal", Operators, Reach.All),
        ("AdminService/RunSettlementCycle", Operators, Reach.All),
        ("AdminService/SweepFees", Operators, Reach.All),
        ("AdminService/AdvanceClock", Operators, Reach.All),
        ("AdminService/ConfirmClock", Operators, Reach.All),
    ];
}
