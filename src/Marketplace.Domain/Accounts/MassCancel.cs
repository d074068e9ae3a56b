using Marketplace.Domain.Orders;

namespace Marketplace.Domain.Accounts;

/// <summary>Which orders of an account a mass cancel is about: all that it does not exclude.</summary>
/// <param name="Instrument">Only of this instrument; empty for all.</param>
/// <param name="Side">Only of this side; unspecified for both.</param>
/// <param name="Session">Only entered through this session; empty for all.</param>
[GenerateSerializer, Alias("gwh.cancel-scope"), Immutable]
public readonly record struct CancelScope([property: Id(0)] string Instrument, [property: Id(1)] Side Side, [property: Id(2)] string Session)
{
    /// <summary>All orders.</summary>
    public CancelScope()
        : this("", Side.Unspecified, "")
    {
    }

    /// <summary>Whether an order is among them.</summary>
    public bool Takes(OpenOrder order) =>
        (Instrument.Length == 0 || order.Instrument == Instrument) && (Side == Side.Unspecified || order.Side == Side) && (Session.Length == 0 || order.Session == Session);
}

/// <summary>A mass cancel that is under way in an account.</summary>
internal sealed class MassCancel(long number, RequestKey? key, CancelScope scope, RejectReason reason, long upTo)
{
    /// <summary>The account's number of it, from 1.</summary>
    public long Number { get; } = number;

    /// <summary>The id it is remembered by; null where the venue itself began it.</summary>
    public RequestKey? Key { get; } = key;

    /// <summary>Which orders.</summary>
    public CancelScope Scope { get; } = scope;

    /// <summary>What the books are to call it.</summary>
    public RejectReason Reason { get; } = reason;

    /// <summary>Only orders numbered up to here: those there were when it began.</summary>
    public long UpTo { get; } = upTo;

    /// <summary>Orders up to this number are done with.</summary>
    public long Cursor { get; set; }

    /// <summary>Cancels entered.</summary>
    public int Cancels { get; set; }

    /// <summary>Cancels entered and not answered.</summary>
    public int Unanswered { get; set; }

    /// <summary>Whether all its cancels are entered.</summary>
    public bool IsSliced { get; set; }

    /// <summary>Numbers of the orders still to be cancelled, some of which may have ended; null where they have to be looked for. Not part of the state.</summary>
    public Queue<long>? Targets { get; set; }

    /// <summary>Where its id is remembered, while it is. Not part of the state.</summary>
    public long IdPlace { get; set; } = -1;

    internal void Write(StateWriter writer)
    {
        writer.Long(Number);
        writer.Wide(unchecked((Int128)(Key?.Value ?? 0)));
        writer.Text(Scope.Instrument);
        writer.Long((long)Scope.Side);
        writer.Text(Scope.Session);
        writer.Long((long)Reason);
        writer.Long(UpTo);
        writer.Long(Cursor);
        writer.Count(Cancels);
        writer.Count(Unanswered);
        writer.Bool(IsSliced);
    }

    internal static MassCancel Read(StateReader reader)
    {
        var number = reader.Long();
        var key = unchecked((UInt128)reader.Wide());
        return new(number, key == 0 ? null : new RequestKey(key), new(reader.Text(), (Side)reader.Long(), reader.Text()), (RejectReason)reader.Long(), reader.Long())
        {
            Cursor = reader.Long(),
            Cancels = reader.Count(),
            Unanswered = reader.Count(),
            IsSliced = reader.Bool(),
        };
    }
}
