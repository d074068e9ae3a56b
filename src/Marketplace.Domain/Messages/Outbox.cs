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
        private readonly MessageQueues _waiting;
        private MessageQueues.Ends _queue = new();

        internal Channel(string target, MessageQueues waiting) => (Target, _waiting) = (target, waiting);

        /// <summary>The target's stream.</summary>
        public string Target { get; }

        /// <summary>Number of the last message ever posted; 0 before the first.</summary>
        public long LastPosted { get; internal set; }

        /// <summary>All messages up to here are acknowledged by a recorded event.</summary>
        public long AcknowledgedUpTo { get; private set; }

        /// <summary>All messages up to here were received, as far as the host knows; recorded with the machine's next record. Not part of the state.</summary>
        public long ReceivedUpTo { get; internal set; }

        /// <summary>Whether a parcel is on its way: one at a time. The host's own note, not part of the state.</summary>
        public bool InFlight { get; set; }

        /// <summary>All messages up to here were in a parcel that is or was on its way. The host's own note, not part of the state.</summary>
        public long SentUpTo { get; internal set; }

        /// <summary>Whether the host waits for the receipt of the parcel on its way. Its own note, not part of the state.</summary>
        public bool IsReceiptWanted { get; set; }

        /// <summary>The receipt that has come and the host has not heard yet. The host's own note, not part of the state.</summary>
        public Receipt LyingReceipt { get; set; }

        /// <summary>Another channel at which a receipt lies. The host's own note, not part of the state.</summary>
        public Channel? NextLying { get; set; }

        /// <summary>How the host reaches the target. Its own note, not part of the state.</summary>
        public object? Way { get; set; }

        /// <summary>Whether it is among the channels posted to since the host last asked.</summary>
        internal bool IsFresh { get; set; }

        /// <summary>Whether it is among the channels with receipts to be recorded.</summary>
        internal bool HasReceived { get; set; }

        /// <summary>Its place among the channels with messages not acknowledged; -1 when it has none.</summary>
        internal int UnacknowledgedAt { get; set; } = -1;

        /// <summary>Messages posted and not acknowledged.</summary>
        public int Count => (int)(LastPosted - AcknowledgedUpTo);

        /// <summary>The receipt that lies here is heard: it, and the next channel at which one lies.</summary>
        public (Receipt Receipt, Channel? Next) TakeLying()
        {
            var lying = (LyingReceipt, NextLying);
            NextLying = null;
            return lying;
        }

        internal void Post(Message message)
        {
            _waiting.Enqueue(ref _queue, message);
            LastPosted++;
        }

        internal void Acknowledge(long upTo)
        {
            Check.That(upTo <= LastPosted);
            while (AcknowledgedUpTo < upTo)
            {
                _waiting.RemoveFirst(ref _queue);
                AcknowledgedUpTo++;
            }

            ReceivedUpTo = Math.Max(ReceivedUpTo, AcknowledgedUpTo);
        }

        internal void Restore(long acknowledgedUpTo)
        {
            AcknowledgedUpTo = acknowledgedUpTo;
            ReceivedUpTo = acknowledgedUpTo;
            LastPosted = acknowledgedUpTo;
        }

        /// <summary>The messages after a number, oldest first: as many as weigh no more than this together, and at least one where there is any.</summary>
        public Message[] After(long number, int most)
        {
            var known = Math.Max(number, AcknowledgedUpTo);
            if (known >= LastPosted)
            {
                return [];
            }

            if (known == LastPosted - 1)
            {
                return [_waiting.LastOf(_queue)];
            }

            var after = new List<Message>();
            long weight = 0;
            foreach (var message in _waiting.Of(_queue).Skip((int)(known - AcknowledgedUpTo)))
            {
                weight += message.Weight;
                if (weight > most && after.Count > 0)
                {
                    break;
                }

                after.Add(message);
            }

            return [.. after];
        }
    }

    private readonly MessageQueues _waiting = new();
    private readonly Dictionary<string, Channel> _channels = new(StringComparer.Ordinal);
    private readonly List<Channel> _unacknowledged = [];
    private List<Channel> _fresh = [];
    private List<Channel> _taken = [];
    private readonly List<Channel> _received = [];

    /// <summary>Whether receipts wait to be recorded.</summary>
    public bool HasReceived => _received.Count > 0;

    /// <summary>The channels posted to since this was last asked: the host sends what they hold. The list is good until this is asked again.</summary>
    public IReadOnlyList<Channel> TakeFresh()
    {
        // Two lists used in turns: an array made for each turn would be a young object held by an old one.
        _taken.Clear();
        (_fresh, _taken) = (_taken, _fresh);
        foreach (var channel in _taken)
        {
            channel.IsFresh = false;
        }

        return _taken;
    }

    /// <summary>The host learnt that a target has received messages up to a number: true when that is news, to be recorded with the machine's next record.</summary>
    public bool Received(Channel channel, long upTo)
    {
        if (upTo <= channel.ReceivedUpTo)
        {
            return false;
        }

        Check.That(upTo <= channel.LastPosted);
        channel.ReceivedUpTo = upTo;
        if (!channel.HasReceived)
        {
            channel.HasReceived = true;
            _received.Add(channel);
        }

        return true;
    }

    /// <summary>The channels whose receipts are not recorded yet, by target.</summary>
    public Channel[] TakeReceived()
    {
        if (_received.Count == 0)
        {
            return [];
        }

        var received = _received.ToArray();
        _received.Clear();
        foreach (var channel in received)
        {
            channel.HasReceived = false;
        }

        Array.Sort(received, ByTarget);
        return received;
    }

    /// <summary>All channels that were ever used, by target: sorted anew at each call.</summary>
    public IReadOnlyCollection<Channel> Channels
    {
        get
        {
            var channels = _channels.Values.ToArray();
            Array.Sort(channels, ByTarget);
            return channels;
        }
    }

    /// <summary>The channels with messages not acknowledged, in no order: few, however many were ever used.</summary>
    public IReadOnlyCollection<Channel> Unacknowledged => _unacknowledged;

    /// <summary>Messages posted and not acknowledged, over all targets.</summary>
    public int Count { get; private set; }

    /// <summary>The channel to a target.</summary>
    public Channel To(string target)
    {
        if (!_channels.TryGetValue(target, out var channel))
        {
            channel = new Channel(target, _waiting);
            _channels.Add(target, channel);
        }

        return channel;
    }

    /// <summary>Numbers a message and keeps it until it is acknowledged; returns its number.</summary>
    public long Post(string target, Message message) => Post(To(target), message);

    /// <summary>Numbers a message and keeps it until it is acknowledged; returns its number.</summary>
    /// <param name="channel">A channel of this outbox.</param>
    /// <param name="message">The message.</param>
    public long Post(Channel channel, Message message)
    {
        channel.Post(message);
        if (channel.UnacknowledgedAt < 0)
        {
            channel.UnacknowledgedAt = _unacknowledged.Count;
            _unacknowledged.Add(channel);
        }

        if (!channel.IsFresh)
        {
            channel.IsFresh = true;
            _fresh.Add(channel);
        }

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
        if (channel.Count == 0 && channel.UnacknowledgedAt >= 0)
        {
            // The last one takes its place.
            var last = _unacknowledged[^1];
            _unacknowledged[channel.UnacknowledgedAt] = last;
            last.UnacknowledgedAt = channel.UnacknowledgedAt;
            _unacknowledged.RemoveAt(_unacknowledged.Count - 1);
            channel.UnacknowledgedAt = -1;
        }
    }

    private static int ByTarget(Channel one, Channel other) => string.CompareOrdinal(one.Target, other.Target);

    /// <summary>Writes the outbox as part of its machine's state.</summary>
    public void Write(StateWriter writer)
    {
        var used = Channels.Where(channel => channel.LastPosted > 0).ToArray();
        writer.Count(used.Length);
        foreach (var channel in used)
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
