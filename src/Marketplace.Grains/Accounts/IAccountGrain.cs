using Marketplace.Domain.Accounts;
using Marketplace.Domain.Instruments;
using Marketplace.Domain.Orders;
using Marketplace.Grains.Hosting;

namespace Marketplace.Grains.Accounts;

/// <summary>A participant's account.</summary>
[Alias("gwh.account-grain")]
[GrainInterfaceType("gwh.account")]
public interface IAccountGrain : IJournaledGrain
{
    /// <summary>
    /// Takes a batch of requests, each on its own: not atomic. Answers when every outcome is known and durable, in the order asked. New orders carry the id of the session
    /// they came through (empty for none), and are refused when this connection (holder; 0 where none is watched over) has lost it. A door of the process the grain is
    /// active in posts an <see cref="OrderSubmission"/> to its mailbox instead.
    /// </summary>
    [Alias("SubmitThrough")]
    ValueTask<OrderOutcome[]> Submit(string session, long holder, [Immutable] OrderRequest[] requests);

    /// <summary>What a new order would be sent to its book with, or why it would be refused here. Changes nothing.</summary>
    [Alias("Preview")]
    Task<OrderPreview> Preview(OrderRequest request);

    /// <summary>Asks for a mass cancel, on this account, on others, or both; answers when all have begun.</summary>
    [Alias("RequestMassCancel")]
    Task<Result<MassCancelAccepted>> RequestMassCancel(string request, CancelScope scope, string named, string[] participants, long validUntilMicros);

    /// <summary>What a mass cancel did in this account, once its last order is answered; null when none such has begun here.</summary>
    [Alias("MassCancelReport")]
    Task<MassCancelReport?> MassCancelReport(string caller, long requested);

    /// <summary>Opens a session, or resumes it.</summary>
    [Alias("OpenSession")]
    Task<Result<SessionHeld>> OpenSession(string session, SessionTerms terms);

    /// <summary>Says that a session's connection is alive; false when the session is not its any more.</summary>
    [Alias("KeepSession")]
    ValueTask<bool> KeepSession(string session, long holder);

    /// <summary>A session's connection is gone.</summary>
    [Alias("BreakSession")]
    ValueTask BreakSession(string session, long holder);

    /// <summary>A session is over: its client ended it, or was silent for too long.</summary>
    [Alias("EndSession")]
    ValueTask EndSession(string session, long holder, bool isSilent);

    /// <summary>Requests a withdrawal.</summary>
    [Alias("RequestWithdrawal")]
    Task<Result<Dated<WithdrawalRequested>>> RequestWithdrawal(string request, long micros, string destination, long validUntilMicros);

    /// <summary>Sends tokens to another participant, who exists.</summary>
    [Alias("TransferTokens")]
    Task<Result<Dated<TokensSent>>> TransferTokens(string request, string to, Instrument instrument, long kwh, long validUntilMicros);

    /// <summary>Balances.</summary>
    [Alias("Read")]
    Task<AccountView?> Read();

    /// <summary>Balances and open orders of one version; null when the account is not open.</summary>
    [Alias("ReadWithOrders")]
    Task<WholeAccount?> ReadWithOrders(int mostOrders);

    /// <summary>An order by the participant's own id, open or remembered; null if neither.</summary>
    [Alias("FindOrder")]
    Task<OrderView?> FindOrder(string clientOrderId);

    /// <summary>Open orders behind a number, in the order entered.</summary>
    [Alias("OpenOrders")]
    Task<OrderView[]> OpenOrders(long behindNumber, int most, string instrument);

    /// <summary>What became of an id: of an order (placed true) or of another request.</summary>
    [Alias("OutcomeOf")]
    Task<RequestOutcome> OutcomeOf(string id, bool placed);
}

/// <summary>What came of one request: a refusal (by the account, or by the book), and the order as it was then.</summary>
/// <param name="Refusal">Why not; reason none when it was done.</param>
/// <param name="Order">The order; null when the account refused.</param>
[GenerateSerializer, Alias("gwh.order-outcome"), Immutable]
public readonly record struct OrderOutcome([property: Id(0)] Refusal Refusal, [property: Id(1)] OrderView? Order);

/// <summary>What a new order would be sent to its book with.</summary>
/// <param name="Refusal">Why it would be refused by the account; reason none when it would not.</param>
/// <param name="Command">The effective terms; nothing when refused.</param>
[GenerateSerializer, Alias("gwh.order-preview"), Immutable]
public readonly record struct OrderPreview([property: Id(0)] Refusal Refusal, [property: Id(1)] OrderCommand Command);

/// <summary>A mass cancel that was asked for, now or before under the same id.</summary>
/// <param name="Requested">The record it was requested in.</param>
/// <param name="Participants">Whose orders, in order of their ids.</param>
[GenerateSerializer, Alias("gwh.mass-cancel-accepted"), Immutable]
public sealed record MassCancelAccepted([property: Id(0)] long Requested, [property: Id(1)] string[] Participants);

/// <summary>What became of an id.</summary>
/// <param name="Known">Whether the id is remembered: an unknown id was never run, or is older than the window.</param>
/// <param name="Outcome">What came of it.</param>
[GenerateSerializer, Alias("gwh.request-outcome"), Immutable]
public readonly record struct RequestOutcome([property: Id(0)] bool Known, [property: Id(1)] OrderOutcome Outcome);

/// <summary>An event and when it happened.</summary>
[GenerateSerializer, Alias("gwh.dated`1"), Immutable]
public sealed record Dated<T>([property: Id(0)] T Event, [property: Id(1)] Timestamp Time)
    where T : Event;

/// <summary>Balances and open orders of one version.</summary>
[GenerateSerializer, Alias("gwh.whole-account"), Immutable]
public sealed record WholeAccount([property: Id(0)] AccountView Account, [property: Id(1)] OrderView[] Orders);

/// <summary>An account's balances.</summary>
[GenerateSerializer, Alias("gwh.account-view"), Immutable]
public sealed record AccountView
{
    /// <summary>The participant.</summary>
    [Id(0)] public required Domain.Participants.Participant Participant { get; init; }
    /// <summary>Micro-dollars.</summary>
    [Id(1)] public required Int128 CashAvailable { get; init; }
    /// <summary>Micro-dollars.</summary>
    [Id(2)] public required Int128 CashHeld { get; init; }
    /// <summary>The part of the held cash that pays matched trades, micro-dollars.</summary>
    [Id(3)] public required Int128 TradeHeldMicros { get; init; }
    /// <summary>By instrument, in order.</summary>
    [Id(4)] public required KeyValuePair<string, TokenBalance>[] Tokens { get; init; }
    /// <summary>Open orders.</summary>
    [Id(5)] public required int OpenOrders { get; init; }
    /// <summary>Version of the account: statements up to here are in it.</summary>
    [Id(6)] public required long Version { get; init; }
    /// <summary>Event time of its last change.</summary>
    [Id(7)] public required Timestamp Time { get; init; }
    /// <summary>Withdrawals asked and not closed, by id.</summary>
    [Id(8)] public required KeyValuePair<string, long>[] Withdrawals { get; init; }
}
