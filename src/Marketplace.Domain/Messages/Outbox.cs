namespace Marketplace.Domain.Messages;

/// <summary>
/// What a machine has said and its targets have not yet been recorded as having received: numbered contiguously per target. Part of the machine's state, rebuilt by its
/// events. Bounded by the doors: a command is refused while an outbox is long, a message never is.
/// </summary>
public sealed class Outbox
{
    /// <summary>Messages for one target.</summary>
    public sealed class Channel
    {
        private readonly Queue<Message> _waiting = new();

        internal Channel(string target) => Target = target;

        /// <summary>The target's stream.</summary>
        public string Target { get; }

        /// <summary>Number of the last message ever posted; 0 before the first.</summary>
        public long LastPosted { get; internal set; }

        /// <summary>All messages up to here are acknowledged by a recorded event.</summary>
        public long AcknowledgedUpTo { get; private set; }

        /// <summary>Messages posted and not acknowledged.</summary>
        public int Count => _waiting.Count;

        internal void Post(Message message)
        {
            _waiting.Enqueue(message);
            LastPosted++;
        }

        internal void Acknowledge(long upTo)
        {
            Check.That(upTo <= LastPosted);
            while (AcknowledgedUpTo < upTo)
            {
                _waiting.Dequeue();
                AcknowledgedUpTo++;
            }
        }

        internal void Restore(long acknowledgedUpTo)
        {
            AcknowledgedUpTo = acknowledgedUpTo;
            LastPosted = acknowledgedUpTo;
        }

        /// <summary>The messages after a number, oldest first, at most so many.</summary>
        public Message[] After(long number, int most) => _waiting.Skip((int)(Math.Max(number, AcknowledgedUpTo) - AcknowledgedUpTo)).Take(most).ToArray();
    }

    private readonly SortedDictionary<string, Channel> _channels = new(StringComparer.Ordinal);

    /// <summary>All channels that were ever used, by target.</summary>
    public IReadOnlyCollection<Channel> Channels => _channels.Values;

    /// <summary>Messages posted and not acknowledged, over all targets.</summary>
    public int Count { get; private set; }

    /// <summary>The channel to a target.</summary>
    public Channel To(string target)
    {
        if (!_channels.TryGetValue(target, out var channel))
        {
            channel = new Channel(target);
            _channels.Add(target, channel);
        }

        return channel;
    }

    /// <summary>Numbers a message and keeps it until it is acknowledged; returns its number.</summary>
    public long Post(string target, Message message)
    {
        var channel = To(target);
        channel.Post(message);
        Count++;
        return channel.LastPosted;
    }

    /// <summary>Forgets what a target has received; a number already acknowledged does nothing.</summary>
    public void Acknowledge(string target, long upTo)
    {
        var channel = To(target);
        var before = channel.Count;
        channel.Acknowledge(upTo);
        Count -= before - channel.Count;
    }

    /// <summary>Writes the outbox as part of its machine's state.</summary>
    public void Write(StateWriter writer)
    {
        writer.Count(_channels.Count);
        foreach (var channel in _channels.Values)
        {
            writer.Text(channel.Target);
            writer.Long(channel.AcknowledgedUpTo);
            writer.Count(channel.Count);
            foreach (var message in channel.After(0, int.MaxValue))
            {
                writer.Whole(message);
            }
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote into an empty outbox.</summary>
    public void Read(StateReader reader)
    {
        for (var channels = reader.Count(); channels > 0; channels--)
        {
            var channel = To(reader.Text());
            channel.Restore(reader.Long());
            for (var messages = reader.Count(); messages > 0; messages--)
            {
                Post(channel.Target, reader.Whole<Message>());
            }
        }
    }
}
