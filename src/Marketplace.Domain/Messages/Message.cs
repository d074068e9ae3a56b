namespace Marketplace.Domain.Messages;

/// <summary>Something one machine tells another, numbered by its sender's outbox and journaled by its receiver. One definition is wire message and journal entry.</summary>
[GenerateSerializer, Alias("gwh.message")]
public abstract class Message
{
    /// <summary>Cash that is on its way in this message: what its target's total will change by, micro-dollars. Zero for a message that moves none.</summary>
    public virtual Int128 CashInTransitMicros => 0;

    /// <summary>How much work it is, in orders or reports: what a parcel carries is bounded by the sum, so that one record of its receiver is too.</summary>
    public virtual int Weight => 1;

    /// <summary>Tokens that are on their way in this message: instrument and what its target's total will change by, kWh.</summary>
    public virtual IEnumerable<(string Instrument, long Kwh)> TokensInTransit => [];
}

/// <summary>Messages in flight from one stream to another: contiguous numbers from <see cref="FirstNumber"/>.</summary>
/// <param name="Sender">The sender's stream.</param>
/// <param name="FirstNumber">Number of the first message; the first ever is 1.</param>
/// <param name="Messages">The messages, in order.</param>
/// <param name="Log">The log the sender's records are in.</param>
/// <param name="Position">The row of that log in which the last of them was queued.</param>
/// <param name="SentAt">The sender's event time; the receiver's is never earlier.</param>
/// <param name="Durable">Whether the sender knows that row to be durable.</param>
[GenerateSerializer, Alias("gwh.parcel"), Immutable]
public sealed record Parcel(
    [property: Id(0)] string Sender,
    [property: Id(1)] long FirstNumber,
    [property: Id(2)] Message[] Messages,
    [property: Id(3)] long Log,
    [property: Id(4)] long Position,
    [property: Id(5)] Timestamp SentAt,
    [property: Id(6)] bool Durable)
{
    [NonSerialized]
    private int _arrived;

    /// <summary>Number of the last message.</summary>
    public long LastNumber => FirstNumber + Messages.Length - 1;

    /// <summary>
    /// Whether a machine of a log may take it in. Of its own log at once: what is queued later cannot survive what is queued earlier. Of another log only what is durable
    /// there: else "not yet", and the sender repeats it behind its flush.
    /// </summary>
    public bool CanBeTakenBy(long log) => Durable || log == Log;

    /// <summary>Notes that it was taken in, or will not be: true the first time. The host's own note within one process, not part of what is sent.</summary>
    public bool TryArrive() => Interlocked.Exchange(ref _arrived, 1) == 0;
}

/// <summary>What a receiver says of a parcel: received up to a number (recorded or to be recorded in the row named), or not yet.</summary>
/// <param name="ReceivedUpTo">All messages of this sender up to here are received; less than asked for means "not yet: repeat when durable".</param>
/// <param name="Position">The row the receipt is queued in.</param>
[GenerateSerializer, Alias("gwh.receipt"), Immutable]
public readonly record struct Receipt([property: Id(0)] long ReceivedUpTo, [property: Id(1)] long Position);
