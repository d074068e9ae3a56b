using Marketplace.Domain.Accounts;
using Marketplace.Simulation.Tests.Checks;
using Marketplace.Simulation.Tests.Clients;

namespace Marketplace.Simulation.Tests.Machinery;

/// <summary>
/// The shell of a machine, as the grain is: a turn decides, applies and queues its record; messages go as soon as it is queued; whatever else is said waits until all that was
/// queued or seen is durable.
/// </summary>
internal sealed class HostedMachine(Venue venue, Process process, StreamHistory history, Machine machine)
{
    private readonly Dictionary<RequestKey, List<Call>> _waiting = [];

    /// <summary>The process it runs in.</summary>
    public Process Process { get; } = process;

    /// <summary>Its stream.</summary>
    public StreamHistory History { get; } = history;

    /// <summary>The machine.</summary>
    public Machine Machine { get; private set; } = machine;

    /// <summary>Counts activations: what belongs to an earlier one is not heard any more.</summary>
    public int Activation { get; private set; }

    /// <summary>Position of the last record of its own that is queued.</summary>
    public long Position { get; private set; }

    /// <summary>The highest position seen in its process's log.</summary>
    public long Seen { get; private set; }

    /// <summary>Position that must be durable before anything it says now may leave the process.</summary>
    public long SpokenFor => Math.Max(Position, Seen);

    /// <summary>A new activation, with the machine as it was made again.</summary>
    public void Activate(Machine restored)
    {
        Machine = restored;
        Activation++;
        Position = Process.Log.Durable;
        Seen = 0;
        foreach (var call in _waiting.Values.SelectMany(calls => calls))
        {
            venue.Clients.Unanswered(call);
        }

        _waiting.Clear();
        SendFresh();
    }

    /// <summary>One turn.</summary>
    public TResult Turn<TResult>(Func<Machine, TResult> command) => Turn(venue.ClockOf(Process), command);

    /// <summary>One turn that takes in some parcels and then does a work, as what waits in a mailbox is taken in together; the receipts of the parcels.</summary>
    public (Receipt[] Receipts, TResult Result) Receive<TResult>(IReadOnlyList<Parcel> parcels, Func<Machine, TResult> command)
    {
        var now = venue.ClockOf(Process);
        foreach (var parcel in parcels)
        {
            now = Timestamp.Later(now, parcel.SentAt);
            Seen = parcel.Log == Process.Log.Number ? Math.Max(Seen, parcel.Position) : Seen;
        }

        var (upTo, result) = Turn(now, machine => (parcels.Select(parcel => Receive(machine, parcel)).ToArray(), command(machine)));
        return ([.. upTo.Select(last => new Receipt(last, Position))], result);
    }

    /// <summary>A receipt came back for what a channel had in flight.</summary>
    public void Hear(Outbox.Channel channel, in Receipt receipt, bool sameLog)
    {
        if (sameLog)
        {
            Seen = Math.Max(Seen, receipt.Position);
        }

        Machine.Outbox.Received(channel, receipt.ReceivedUpTo);
        Ended(channel);
    }

    /// <summary>The call of a channel ended, well or not: what is left goes again.</summary>
    public void Ended(Outbox.Channel channel)
    {
        channel.InFlight = false;
        Send(channel);
    }

    /// <summary>Records receipts that no other turn has recorded.</summary>
    public void Sweep() => Turn(machine =>
    {
        machine.AcknowledgeReceived();
        return true;
    });

    /// <summary>Keeps a call until the book has answered its request.</summary>
    public void Wait(RequestKey key, Call call)
    {
        if (!_waiting.TryGetValue(key, out var calls))
        {
            _waiting.Add(key, calls = []);
        }

        calls.Add(call);
    }

    private long Receive(Machine machine, Parcel parcel)
    {
        var before = machine.Inbox.LastFrom(parcel.Sender);
        if (parcel.FirstNumber <= before)
        {
            venue.Rare.Count(parcel.LastNumber <= before ? RareEvent.RepeatedParcelIgnored : RareEvent.ParcelPartlyRepeated);
        }

        return machine.Receive(parcel);
    }

    private TResult Turn<TResult>(Timestamp now, Func<Machine, TResult> command)
    {
        Machine.BeginTurn(now);
        var result = command(Machine);
        if (Machine.EndTurn() is { } record)
        {
            Position = Process.Log.Append(History, JournalForm.Bytes(venue.Tampering.Record(this, record)));
            SendFresh();
            venue.Touched(this);
        }

        if (Machine is Account account)
        {
            Answer(account);
        }

        return result;
    }

    private void Answer(Account account)
    {
        foreach (var answer in account.Answers)
        {
            if (_waiting.Remove(answer.Key, out var calls))
            {
                foreach (var call in calls)
                {
                    venue.Clients.Reply(call, this, answer.Order is { } order ? OrderCall.Of(answer.Refused, order.View(), Machine.Version) : OrderCall.FromLog(this, (OrderCall)call));
                }
            }
        }

        foreach (var key in account.EndedMassCancels)
        {
            if (_waiting.Remove(key, out var calls))
            {
                foreach (var call in calls)
                {
                    ((MassCancelCall)call).Tell(this, venue.Clients);
                }
            }
        }
    }

    private void SendFresh()
    {
        foreach (var channel in Machine.Outbox.TakeFresh())
        {
            Send(channel);
        }
    }

    private void Send(Outbox.Channel channel)
    {
        if (Machine.NextParcel(channel, Process.Log.Number, Position, Process.Log.Durable >= Position, venue.MaxParcelMessages) is { } parcel)
        {
            venue.Network.Send(this, channel, venue.Tampering.Parcel(this, channel, parcel));
        }
    }
}
