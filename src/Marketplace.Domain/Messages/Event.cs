namespace Marketplace.Domain.Messages;

/// <summary>Something that happened to one machine. Its state is the fold of its events, in order, and of nothing else.</summary>
[GenerateSerializer, Alias("gwh.event")]
public abstract class Event;

/// <summary>Messages taken in from another machine: journaled also when they were refused. Applying it advances the inbox.</summary>
[GenerateSerializer, Alias("gwh.received")]
public sealed class MessagesReceived(string sender, long firstNumber, Message[] messages) : Event
{
    /// <summary>The sender's stream.</summary>
    [Id(0)] public string Sender { get; init; } = sender;

    /// <summary>Number of the first.</summary>
    [Id(1)] public long FirstNumber { get; init; } = firstNumber;

    /// <summary>The messages, in order.</summary>
    [Id(2)] public Message[] Messages { get; init; } = messages;
}

/// <summary>A target has received this machine's messages up to a number: they leave the outbox.</summary>
[GenerateSerializer, Alias("gwh.acknowledged")]
public sealed class MessagesAcknowledged(string target, long upTo) : Event
{
    /// <summary>The target's stream.</summary>
    [Id(0)] public string Target { get; init; } = target;

    /// <summary>The last number it has received.</summary>
    [Id(1)] public long UpTo { get; init; } = upTo;
}

/// <summary>What one turn of one stream decided: the journal's entry. All or nothing. Written by <see cref="RecordCodec"/>.</summary>
[Alias("gwh.record")]
public sealed class Record(long timeMicros, Event[] events)
{
    /// <summary>Event time of the turn, microseconds since the Unix epoch.</summary>
    public long TimeMicros { get; } = timeMicros;

    /// <summary>The events, in order.</summary>
    public Event[] Events { get; } = events;
}
