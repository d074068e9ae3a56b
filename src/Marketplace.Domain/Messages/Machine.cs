namespace Marketplace.Domain.Messages;

/// <summary>
/// A deterministic state machine with one writer: it takes commands and messages in turns, and its state is the fold of the events of those turns.
/// A turn is: <see cref="BeginTurn"/>, any commands and <see cref="Receive"/>, <see cref="EndTurn"/>; the record that comes out is the journal's entry.
/// A replay gives the same records to <see cref="Replay"/> and ends in the same state.
/// An exception out of a turn may leave the state half changed: whoever hosts the machine stops.
/// </summary>
public abstract class Machine(string stream)
{
    // Longer lists than those of a usual turn are not kept.
    private const int MostSpareEvents = 1_024;

    private List<Event>? _turn;

    /// <summary>The journal stream that records this machine.</summary>
    public string Stream { get; } = stream;

    /// <summary>Records applied since the beginning of the stream.</summary>
    public long Version { get; private set; }

    /// <summary>Event time of the last record; never goes back.</summary>
    public Timestamp LastEventTime { get; private set; }

    /// <summary>Event time of the turn under way: the latest of the last event time, the clock and the senders' times.</summary>
    public Timestamp Now { get; private set; }

    /// <summary>What was said and is not acknowledged.</summary>
    public Outbox Outbox { get; } = new();

    /// <summary>What was received from whom.</summary>
    public Inbox Inbox { get; } = new();

    /// <summary>When the machine wants a turn although nobody calls: an expiry, a cycle, a close. Null when never.</summary>
    public virtual Timestamp? NextWake => null;

    /// <summary>Whether the turn under way has changed nothing yet: an exception now has no effect.</summary>
    public virtual bool IsTurnEmpty => _turn is null;

    /// <summary>Whether a record of the past is being applied.</summary>
    protected bool IsReplaying { get; private set; }

    /// <summary>Opens a turn at a time; what is due by then happens first.</summary>
    public void BeginTurn(Timestamp clock)
    {
        Check.That(_turn is null);
        Now = Timestamp.Later(LastEventTime, clock);
        TurnBegan();
        Due();
    }

    /// <summary>Takes in a parcel: what was received before does nothing. Returns the last number received from its sender.</summary>
    public long Receive(Parcel parcel)
    {
        var news = Inbox.News(parcel);
        if (news is not null)
        {
            // What the turn has gathered so far came before the parcel, and must replay before it.
            Gather();
            Emit(news);
            foreach (var message in news.Messages)
            {
                Decide(parcel.Sender, message);
            }
        }

        return Inbox.LastFrom(parcel.Sender);
    }

    /// <summary>
    /// The next parcel of a channel: all that its target is not known to have received, up to so many messages; null while a parcel is in flight, or when there is none.
    /// One call is in flight for each pair of machines, so what comes out must be sent, and the channel told when the call has ended.
    /// </summary>
    /// <param name="channel">A channel of this machine's outbox.</param>
    /// <param name="log">The log this machine is recorded in.</param>
    /// <param name="position">The row its last record is queued in.</param>
    /// <param name="durable">Whether that row is durable.</param>
    /// <param name="most">The most the messages of one parcel weigh together, but for a single one.</param>
    public Parcel? NextParcel(Outbox.Channel channel, long log, long position, bool durable, int most)
    {
        if (channel.InFlight || channel.ReceivedUpTo >= channel.LastPosted)
        {
            return null;
        }

        var messages = channel.After(channel.ReceivedUpTo, most);
        (channel.InFlight, channel.SentUpTo) = (true, channel.ReceivedUpTo + messages.Length);
        return new Parcel(Stream, channel.ReceivedUpTo + 1, messages, log, position, LastEventTime, durable);
    }

    /// <summary>Records that a target has received messages up to a number, even if nothing else happens in the turn.</summary>
    public void Acknowledge(string target, long upTo)
    {
        if (upTo > Outbox.To(target).AcknowledgedUpTo)
        {
            Emit(new MessagesAcknowledged(target, upTo));
        }
    }

    /// <summary>Records the receipts that came in since the last record, even if nothing else happens in the turn.</summary>
    public void AcknowledgeReceived()
    {
        foreach (var channel in Outbox.TakeReceived())
        {
            Acknowledge(channel.Target, channel.ReceivedUpTo);
        }
    }

    /// <summary>Closes the turn: the record of it, or null when nothing happened. Receipts that came in since the last record go with it.</summary>
    public Record? EndTurn()
    {
        Gather();
        if (_turn is null)
        {
            return null;
        }

        AcknowledgeReceived();
        var record = new Record(Now.Micros, [.. _turn]);
        Spare.Give(_turn, MostSpareEvents);
        _turn = null;
        Close();
        return record;
    }

    /// <summary>Applies a record of the past.</summary>
    public void Replay(Record record)
    {
        Now = new Timestamp(record.TimeMicros);
        TurnBegan();
        IsReplaying = true;
        foreach (var happened in record.Events)
        {
            Apply(happened);
        }

        IsReplaying = false;
        Close();
    }

    /// <summary>Makes what only a machine that takes requests needs, and a fold does without: after the last replay, so that the first request does not wait for it.</summary>
    public virtual void Prepare()
    {
    }

    /// <summary>Writes the whole state in canonical form.</summary>
    public void Write(StateWriter writer)
    {
        Check.That(_turn is null);
        writer.Long(Version);
        writer.Time(LastEventTime);
        Inbox.Write(writer);
        Outbox.Write(writer);
        WriteState(writer);
    }

    /// <summary>Reads what <see cref="Write"/> wrote into a new machine.</summary>
    public void Read(StateReader reader)
    {
        Version = reader.Long();
        LastEventTime = reader.Time();
        Now = LastEventTime;
        Inbox.Read(reader);
        Outbox.Read(reader);
        ReadState(reader);
        Check.That(reader.AtEnd);
    }

    /// <summary>Takes an event into the turn's record and applies it.</summary>
    protected void Emit(Event happened)
    {
        Recorded(happened);
        Apply(happened);
    }

    /// <summary>Takes an event into the turn's record whose effect is already applied.</summary>
    protected void Recorded(Event happened) => (_turn ??= Spare<List<Event>>.Take()).Add(happened);

    /// <summary>At the start of each turn, live and in replay: forgets what the turn before told.</summary>
    protected virtual void TurnBegan()
    {
    }

    /// <summary>What is due at <see cref="Now"/> whatever else the turn brings.</summary>
    protected virtual void Due()
    {
    }

    /// <summary>Decides what a message of another machine brings about, beyond what applying its receipt does.</summary>
    protected virtual void Decide(string sender, Message message)
    {
    }

    /// <summary>Last chance of a live turn to record what it gathered.</summary>
    protected virtual void Gather()
    {
    }

    /// <summary>After the events of a record, live and in replay: posts what they gathered.</summary>
    protected virtual void TurnEnded()
    {
    }

    /// <summary>Changes the state by an event; total: it never refuses.</summary>
    protected abstract void ApplyOwn(Event happened);

    /// <summary>Writes what is the machine's own.</summary>
    protected abstract void WriteState(StateWriter writer);

    /// <summary>Reads what is the machine's own.</summary>
    protected abstract void ReadState(StateReader reader);

    private void Apply(Event happened)
    {
        switch (happened)
        {
            case MessagesReceived received:
                Inbox.Apply(received);
                break;
            case MessagesAcknowledged acknowledged:
                Outbox.Acknowledge(acknowledged.Target, acknowledged.UpTo);
                return;
        }

        ApplyOwn(happened);
    }

    private void Close()
    {
        TurnEnded();
        Version++;
        LastEventTime = Now;
    }
}
