using Marketplace.Domain.Participants;

namespace Marketplace.Domain.Accounts;

/// <summary>Directory to account: the participant's entry, new or changed. The first one opens the account.</summary>
[GenerateSerializer, Alias("gwh.account-standing")]
public sealed class AccountStanding(Participant participant) : Message
{
    /// <summary>The entry.</summary>
    [Id(0)] public Participant Participant { get; init; } = participant;
}

/// <summary>Treasury to account: a deposit the operator recorded.</summary>
[GenerateSerializer, Alias("gwh.deposit-posted")]
public sealed class DepositPosted(string bankReference, long micros) : Message
{
    /// <summary>The bank's reference.</summary>
    [Id(0)] public string BankReference { get; init; } = bankReference;

    /// <summary>Micro-dollars.</summary>
    [Id(1)] public long Micros { get; init; } = micros;

    /// <inheritdoc/>
    public override Int128 CashInTransitMicros => Micros;
}

/// <summary>Account to treasury: a withdrawal was requested and is held.</summary>
[GenerateSerializer, Alias("gwh.withdrawal-asked")]
public sealed class WithdrawalAsked(string id, string participant, long micros, string destination) : Message
{
    /// <summary>Its id: participant, slash, number.</summary>
    [Id(0)] public string Id { get; init; } = id;

    /// <summary>Whose.</summary>
    [Id(1)] public string Participant { get; init; } = participant;

    /// <summary>Micro-dollars.</summary>
    [Id(2)] public long Micros { get; init; } = micros;

    /// <summary>Where the operator is to pay it.</summary>
    [Id(3)] public string Destination { get; init; } = destination;
}

/// <summary>Treasury to account: a withdrawal was paid, or returned.</summary>
[GenerateSerializer, Alias("gwh.withdrawal-closed")]
public sealed class WithdrawalClosed(string id, long micros, bool paid) : Message
{
    /// <summary>Its id.</summary>
    [Id(0)] public string Id { get; init; } = id;

    /// <summary>Micro-dollars.</summary>
    [Id(1)] public long Micros { get; init; } = micros;

    /// <summary>Paid, or else returned.</summary>
    [Id(2)] public bool Paid { get; init; } = paid;

    /// <inheritdoc/>
    public override Int128 CashInTransitMicros => Paid ? -(Int128)Micros : 0;
}

/// <summary>Contract or account to account: tokens issued, or transferred.</summary>
[GenerateSerializer, Alias("gwh.tokens-credited")]
public sealed class TokensCredited(string instrument, long kwh, string origin, bool issued) : Message
{
    /// <summary>The instrument.</summary>
    [Id(0)] public string Instrument { get; init; } = instrument;

    /// <summary>kWh.</summary>
    [Id(1)] public long Kwh { get; init; } = kwh;

    /// <summary>The contract they were issued from, or the participant who sent them.</summary>
    [Id(2)] public string Origin { get; init; } = origin;

    /// <summary>Issued, or else transferred.</summary>
    [Id(3)] public bool Issued { get; init; } = issued;

    /// <inheritdoc/>
    public override IEnumerable<(string Instrument, long Kwh)> TokensInTransit => [(Instrument, Kwh)];
}

/// <summary>Contract to account: take these tokens back, if they are available.</summary>
[GenerateSerializer, Alias("gwh.tokens-reclaim")]
public sealed class TokensReclaim(string request, string instrument, long kwh) : Message
{
    /// <summary>The request id of the supplier.</summary>
    [Id(0)] public string Request { get; init; } = request;

    /// <summary>The instrument.</summary>
    [Id(1)] public string Instrument { get; init; } = instrument;

    /// <summary>kWh.</summary>
    [Id(2)] public long Kwh { get; init; } = kwh;
}

/// <summary>Account to contract: the tokens asked back, or none of them.</summary>
[GenerateSerializer, Alias("gwh.tokens-returned")]
public sealed class TokensReturned(string request, string instrument, long kwh, RejectReason refused) : Message
{
    /// <summary>The request id of the supplier.</summary>
    [Id(0)] public string Request { get; init; } = request;

    /// <summary>The instrument.</summary>
    [Id(1)] public string Instrument { get; init; } = instrument;

    /// <summary>kWh returned; 0 when refused.</summary>
    [Id(2)] public long Kwh { get; init; } = kwh;

    /// <summary>Why not.</summary>
    [Id(3)] public RejectReason Refused { get; init; } = refused;

    /// <inheritdoc/>
    public override IEnumerable<(string Instrument, long Kwh)> TokensInTransit => Kwh == 0 ? [] : [(Instrument, Kwh)];
}
