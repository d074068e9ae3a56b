namespace Marketplace.Domain.Accounts;

/// <summary>The participant, or the operator, asked for a mass cancel: the accounts of these participants are to do it.</summary>
[GenerateSerializer, Alias("gwh.mass-cancel-requested")]
public sealed class MassCancelRequested(string request, ulong fingerprint, CancelScope scope, string[] participants) : Event
{
    /// <summary>Request id.</summary>
    [Id(0)] public string Request { get; init; } = request;

    /// <summary>Hash of the request.</summary>
    [Id(1)] public ulong Fingerprint { get; init; } = fingerprint;

    /// <summary>Which orders.</summary>
    [Id(2)] public CancelScope Scope { get; init; } = scope;

    /// <summary>Whose, in order of their ids.</summary>
    [Id(3)] public string[] Participants { get; init; } = participants;
}

/// <summary>A mass cancel began in this account.</summary>
[GenerateSerializer, Alias("gwh.mass-cancel-begun")]
public sealed class MassCancelBegun(long number, string caller, long requested, CancelScope scope, RejectReason reason, long upTo) : Event
{
    /// <summary>The account's number of it, from 1.</summary>
    [Id(0)] public long Number { get; init; } = number;

    /// <summary>The participant who asked; empty where the venue itself began it.</summary>
    [Id(1)] public string Caller { get; init; } = caller;

    /// <summary>The record of that participant's account in which it was requested; 0 where the venue itself began it.</summary>
    [Id(2)] public long Requested { get; init; } = requested;

    /// <summary>Which orders.</summary>
    [Id(3)] public CancelScope Scope { get; init; } = scope;

    /// <summary>What the books are to call it.</summary>
    [Id(4)] public RejectReason Reason { get; init; } = reason;

    /// <summary>The number of the last order it is about.</summary>
    [Id(5)] public long UpTo { get; init; } = upTo;
}

/// <summary>A slice of a mass cancel: the cancels entered in this record without an id are its.</summary>
[GenerateSerializer, Alias("gwh.mass-cancel-sliced")]
public sealed class MassCancelSliced(long number, long cursor, bool isLast, int cancels, CancelledBook[] books, ListedOrder[] listed) : Event
{
    /// <summary>The account's number of the mass cancel.</summary>
    [Id(0)] public long Number { get; init; } = number;

    /// <summary>Orders up to this number are done with.</summary>
    [Id(1)] public long Cursor { get; init; } = cursor;

    /// <summary>Whether no slice follows.</summary>
    [Id(2)] public bool IsLast { get; init; } = isLast;

    /// <summary>Cancels of this slice.</summary>
    [Id(3)] public int Cancels { get; init; } = cancels;

    /// <summary>The books they go to.</summary>
    [Id(4)] public CancelledBook[] Books { get; init; } = books;

    /// <summary>The orders of the slice that the report lists.</summary>
    [Id(5)] public ListedOrder[] Listed { get; init; } = listed;
}

/// <summary>A book some cancels of a slice go to.</summary>
/// <param name="Instrument">The instrument.</param>
/// <param name="UnansweredBefore">Commands to it that were not answered before these: their answers come first.</param>
[GenerateSerializer, Alias("gwh.cancelled-book"), Immutable]
public readonly record struct CancelledBook([property: Id(0)] string Instrument, [property: Id(1)] int UnansweredBefore);

/// <summary>An order that the report of a mass cancel lists.</summary>
/// <param name="Order">The account's number of it.</param>
/// <param name="ClientOrderId">The participant's own id of it.</param>
[GenerateSerializer, Alias("gwh.listed-order"), Immutable]
public readonly record struct ListedOrder([property: Id(0)] long Order, [property: Id(1)] string ClientOrderId);

/// <summary>Account to account: cancel these orders, as a participant of the same firm or the operator has asked.</summary>
[GenerateSerializer, Alias("gwh.mass-cancel-asked")]
public sealed class MassCancelAsked(string caller, long requested, CancelScope scope) : Message
{
    /// <summary>The participant who asked.</summary>
    [Id(0)] public string Caller { get; init; } = caller;

    /// <summary>The record of that participant's account in which it was requested.</summary>
    [Id(1)] public long Requested { get; init; } = requested;

    /// <summary>Which orders.</summary>
    [Id(2)] public CancelScope Scope { get; init; } = scope;
}
