using Marketplace.Domain.Orders;

namespace Marketplace.Domain.Accounts;

/// <summary>One command an account has entered towards a book.</summary>
/// <param name="Command">The effective terms, as sent to the book.</param>
/// <param name="Id">The client order id of a new order, the request id of anything else; empty where the venue itself entered it.</param>
/// <param name="Fingerprint">Hash of the request as it was sent.</param>
/// <param name="EnteredVersion">The record the order was placed in; 0 for a new order: this one.</param>
[GenerateSerializer, Alias("gwh.entered-command"), Immutable]
public readonly record struct EnteredCommand(
    [property: Id(0)] OrderCommand Command,
    [property: Id(1)] string Id,
    [property: Id(2)] ulong Fingerprint,
    [property: Id(3)] long EnteredVersion);

/// <summary>Commands entered towards one book in one turn: holds taken, message posted. Packed: the commands as in the message to the book, and what the account alone keeps of each.</summary>
[GenerateSerializer, Alias("gwh.commands-entered")]
public sealed class CommandsEntered : Event
{
    /// <summary>Commands given one by one, packed.</summary>
    public CommandsEntered(string instrument, ReadOnlySpan<EnteredCommand> commands, string session = "")
    {
        Instrument = instrument;
        Session = session;
        (Packed, PackedIds) = EnteredCommandPacking.Pack(commands);
    }

    internal CommandsEntered(string instrument, string session, byte[] packed, byte[] packedIds)
    {
        Instrument = instrument;
        Session = session;
        Packed = packed;
        PackedIds = packedIds;
    }

    /// <summary>The instrument.</summary>
    [Id(0)] public string Instrument { get; init; }

    /// <summary>All of the commands, in order, unpacked anew.</summary>
    public EnteredCommand[] Commands => EnteredCommandPacking.Unpack(Packed, PackedIds);

    /// <summary>The session the new orders among them were entered through; empty where that has no id.</summary>
    [Id(2)] public string Session { get; init; }

    [Id(4)]
    internal byte[] Packed { get; init; }

    [Id(5)]
    internal byte[] PackedIds { get; init; }

    /// <summary>Reads them one by one.</summary>
    internal EnteredCommandReader Read() => new(Packed, PackedIds);
}

/// <summary>A withdrawal was requested: held, and the operator told.</summary>
[GenerateSerializer, Alias("gwh.withdrawal-requested")]
public sealed class WithdrawalRequested(string request, ulong fingerprint, string id, long micros, string destination) : Event
{
    /// <summary>Request id.</summary>
    [Id(0)] public string Request { get; init; } = request;

    /// <summary>Hash of the request.</summary>
    [Id(1)] public ulong Fingerprint { get; init; } = fingerprint;

    /// <summary>The withdrawal's id.</summary>
    [Id(2)] public string Id { get; init; } = id;

    /// <summary>Micro-dollars.</summary>
    [Id(3)] public long Micros { get; init; } = micros;

    /// <summary>Where the operator is to pay it.</summary>
    [Id(4)] public string Destination { get; init; } = destination;
}

/// <summary>Tokens were sent to another participant.</summary>
[GenerateSerializer, Alias("gwh.tokens-sent")]
public sealed class TokensSent(string request, ulong fingerprint, string to, string instrument, long kwh) : Event
{
    /// <summary>Request id.</summary>
    [Id(0)] public string Request { get; init; } = request;

    /// <summary>Hash of the request.</summary>
    [Id(1)] public ulong Fingerprint { get; init; } = fingerprint;

    /// <summary>The participant who gets them.</summary>
    [Id(2)] public string To { get; init; } = to;

    /// <summary>The instrument.</summary>
    [Id(3)] public string Instrument { get; init; } = instrument;

    /// <summary>kWh.</summary>
    [Id(4)] public long Kwh { get; init; } = kwh;
}

/// <summary>A contract asked tokens back: given, or refused.</summary>
[GenerateSerializer, Alias("gwh.tokens-reclaimed")]
public sealed class TokensReclaimed(string contract, TokensReturned answer) : Event
{
    /// <summary>The contract's stream.</summary>
    [Id(0)] public string Contract { get; init; } = contract;

    /// <summary>What it is told.</summary>
    [Id(1)] public TokensReturned Answer { get; init; } = answer;
}
