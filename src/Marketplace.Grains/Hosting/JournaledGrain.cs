using System.Buffers;
using System.Runtime.ExceptionServices;
using Orleans.Serialization;

namespace Marketplace.Grains.Hosting;

/// <summary>
/// The shell of every machine: identity, one writer, durability. A turn decides, applies and queues its record without an await; the grain is reentrant, so that many
/// callers share one flush. A message to another grain goes as soon as its record is queued; everything else waits for durability (<see cref="Durable"/>).
/// </summary>
[Reentrant]
public abstract partial class JournaledGrain<TMachine> : Grain, IJournaledGrain
    where TMachine : Machine
{
    /// <summary>The most orders, reports and other messages one parcel carries, but for a single message of more.</summary>
    public const int MaxParcelMessages = 1_000;

    private const int FirstBytes = 1_024;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(50);

    // A record's bytes, until they are queued: of whichever grain has its turn on the thread.
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? t_bytes;

    private readonly Dictionary<Outbox.Channel, Queue<(long Number, TaskCompletionSource Done)>> _deliveries = [];
    private StreamClaim? _claim;
    private IReadOnlyList<Outbox.Channel> _posted = [];
    private long _seen;
    private bool _broken;

    /// <summary>A shell in a venue.</summary>
    protected JournaledGrain(Venue venue, TMachine machine)
    {
        Venue = venue;
        Machine = machine;
    }

    /// <summary>What the grains of the process share.</summary>
    protected Venue Venue { get; }

    /// <summary>The machine.</summary>
    protected TMachine Machine { get; private set; }

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var claim = await Venue.Log.ClaimAsync(Machine.Stream, cancellationToken);
        try
        {
            await Task.Run(() => Recovery.Restore(Machine, claim, Venue.Serializer), cancellationToken);
        }
        catch
        {
            // An activation that fails, or is told to leave while it begins, is not told of its end: the next one waits for the claim.
            await claim.DisposeAsync();
            throw;
        }

        _claim = claim;
        OpenMailbox();
        Activated();
        Send();
    }

    /// <inheritdoc/>
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        CloseMailbox();
        if (_claim is { } claim)
        {
            _claim = null;
            await claim.DisposeAsync();
            Venue.Departed();
        }
    }

    /// <inheritdoc/>
    public ValueTask<Receipt> Receive(Parcel parcel)
    {
        See(parcel.Position);
        Begin(parcel.SentAt);
        long upTo;
        try
        {
            upTo = Machine.Receive(parcel);
        }
        catch (Exception broken)
        {
            throw Break(broken);
        }

        End();
        Arrived(parcel);
        return new(new Receipt(upTo, _claim!.Position));
    }

    /// <inheritdoc/>
    public ValueTask Wake()
    {
        Turn(static _ => true);
        foreach (var channel in Machine.Outbox.Unacknowledged)
        {
            Send(channel);
        }

        return Durable();
    }

    /// <summary>One turn: what is due, then the command; its record is queued before this returns, and is durable after <see cref="Durable"/>.</summary>
    protected TResult Turn<TResult>(Func<TMachine, TResult> command)
    {
        Begin(default);
        TResult result;
        try
        {
            result = command(Machine);
        }
        catch (Exception broken) when (!Machine.IsTurnEmpty)
        {
            throw Break(broken);
        }

        End();
        return result;
    }

    /// <summary>Records the receipts that came in since the last record.</summary>
    protected void Sweep()
    {
        HearReceipts();
        if (Machine.Outbox.HasReceived)
        {
            Turn(RecordReceipts);
        }
    }

    /// <summary>Completes when all this grain has decided or seen is durable: what it then says can never be untrue.</summary>
    protected ValueTask Durable() => Venue.Log.WhenDurable(Math.Max(_claim!.Position, _seen));

    /// <summary>The position of the last record queued or seen.</summary>
    protected long Position => Math.Max(_claim!.Position, _seen);

    /// <summary>
    /// Completes when what the turn just ended has posted is received by its targets; where it posted nothing, because its request was a repeated one, when all that was
    /// posted up to now is.
    /// </summary>
    protected Task Delivered()
    {
        List<Task>? waits = null;
        foreach (var channel in _posted.Count > 0 ? _posted : Machine.Outbox.Unacknowledged)
        {
            if (channel.ReceivedUpTo < channel.LastPosted)
            {
                var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                if (!_deliveries.TryGetValue(channel, out var waiting))
                {
                    _deliveries.Add(channel, waiting = new(1));
                }

                waiting.Enqueue((channel.LastPosted, done));
                _mailbox!.WantReceipt(channel);
                (waits ??= []).Add(done.Task);
            }
        }

        return waits is null ? Task.CompletedTask : Task.WhenAll(waits);
    }

    /// <summary>After the state is restored, before the first turn.</summary>
    protected virtual void Activated()
    {
    }

    /// <summary>Before each turn.</summary>
    protected virtual void TurnBegins()
    {
    }

    /// <summary>After each turn whose record is queued, or which had none: the machine's notes of the turn are still there.</summary>
    protected virtual void TurnEnded(bool recorded)
    {
    }

    /// <summary>After a target was heard to have received messages.</summary>
    protected virtual void Heard()
    {
    }

    private void Begin(Timestamp sentAt)
    {
        if (_broken || _claim is null)
        {
            throw NotTakingTurns();
        }

        TurnBegins();
        try
        {
            Machine.BeginTurn(Timestamp.Later(Venue.Clock.Now, sentAt));
        }
        catch (Exception broken)
        {
            throw Break(broken);
        }
    }

    private void End()
    {
        Record? record;
        try
        {
            record = Machine.EndTurn();
        }
        catch (Exception broken)
        {
            throw Break(broken);
        }

        if (record is not null)
        {
            var bytes = t_bytes ??= new(FirstBytes);
            bytes.ResetWrittenCount();
            Venue.Serializer.Serialize(record, bytes);

            // Counted as a message under way from before the record is queued until its messages are sent, so that an idle log's flush waits for what they cause.
            Venue.Log.MessageDeparted();
            _claim!.Append(bytes.WrittenSpan, Machines.WakeOf(Machine));
            _mailbox!.ReceiptsRecorded();
            Send();
            Venue.Log.MessageArrived();
        }
        else
        {
            _posted = [];
        }

        try
        {
            TurnEnded(record is not null);
        }
        catch (Exception broken)
        {
            // What the turn decided is queued: some who wait for it would never hear of it.
            throw Break(broken);
        }
    }

    private bool RecordReceipts(TMachine machine)
    {
        try
        {
            machine.AcknowledgeReceived();
            return true;
        }
        catch (Exception broken)
        {
            throw Break(broken);
        }
    }

    private void See(long position) => _seen = Math.Max(_seen, position);

    private void Send()
    {
        _posted = Machine.Outbox.TakeFresh();
        for (var i = 0; i < _posted.Count; i++)
        {
            Send(_posted[i]);
        }
    }

    private void Send(Outbox.Channel channel)
    {
        if (Machine.NextParcel(channel, Venue.Log.Number, _claim!.Position, durable: false, MaxParcelMessages) is { } parcel)
        {
            Venue.Log.MessageDeparted();
            if (!TryPost(channel, parcel))
            {
                _ = Deliver(channel, parcel);
            }
        }

        // What is left over, or came while a parcel is on its way, goes at its receipt; somebody may wait for that; and a long outbox is to become shorter.
        if (channel.InFlight
            && (channel.SentUpTo < channel.LastPosted || Machine.Outbox.Count > MaxParcelMessages || (_deliveries.Count > 0 && _deliveries.ContainsKey(channel))))
        {
            _mailbox!.WantReceipt(channel);
        }
    }

    /// <summary>Posts a parcel to a grain that is active in this process: the receipt comes by post as well.</summary>
    private bool TryPost(Outbox.Channel channel, Parcel parcel)
    {
        var target = TargetOf(channel);
        var letter = new Letter { Parcel = parcel, Channel = channel, Sender = _mailbox };
        if (target.Mailbox?.TryPost(letter) == true)
        {
            return true;
        }

        target.Mailbox = Venue.Mailboxes.GetValueOrDefault(channel.Target);
        return target.Mailbox?.TryPost(letter) == true;
    }

    /// <summary>Delivers a parcel by a call, which activates its target.</summary>
    private async Task Deliver(Outbox.Channel channel, Parcel parcel)
    {
        var receipt = default(Receipt);
        try
        {
            var received = TargetOf(channel).Grain.Receive(parcel).AsTask();
            while (await Task.WhenAny(received, Task.Delay(RetryAfter)) != received)
            {
                // A target that leaves takes no calls while it runs a request, which may wait for this very parcel: it still takes mail.
                if (TryPost(channel, parcel))
                {
                    return;
                }
            }

            receipt = await received;
        }
        catch (Exception failed) when (failed is not InvariantBrokenException)
        {
            // The target is between two activations, or the log has failed: the same messages again, under the same numbers.
            await Task.Delay(RetryAfter);
        }
        finally
        {
            Arrived(parcel);
        }

        Acknowledged(channel, receipt);
    }

    /// <summary>A parcel was received, or has failed to be (an empty receipt): the next one of its channel goes.</summary>
    private void Acknowledged(Outbox.Channel channel, Receipt receipt)
    {
        See(receipt.Position);
        (channel.InFlight, channel.IsReceiptWanted) = (false, false);
        if (Machine.Outbox.Received(channel, receipt.ReceivedUpTo))
        {
            HeardReceipt();
        }

        Settle(channel);
        if (_claim is not null && !Venue.Log.Failure.IsCompleted && !_broken)
        {
            Send(channel);
            Heard();
        }
    }

    /// <summary>What a parcel causes is queued, or it causes nothing: a flush that waits for messages under way waits for this one no longer.</summary>
    private void Arrived(Parcel parcel)
    {
        if (parcel.TryArrive())
        {
            Venue.Log.MessageArrived();
        }
    }

    private void Settle(Outbox.Channel channel)
    {
        if (!_deliveries.TryGetValue(channel, out var waiting))
        {
            return;
        }

        while (waiting.TryPeek(out var next) && next.Number <= channel.ReceivedUpTo)
        {
            waiting.Dequeue().Done.SetResult();
        }

        if (waiting.Count == 0)
        {
            _deliveries.Remove(channel);
        }
    }

    private Target TargetOf(Outbox.Channel channel) => (Target)(channel.Way ??= new Target(Venue.GrainOf(GrainFactory, channel.Target)));

    private InvalidOperationException NotTakingTurns() => new($"{Machine.Stream} is not taking turns.");

    private Exception Break(Exception broken)
    {
        _broken = true;
        Venue.Break(broken);
        ExceptionDispatchInfo.Throw(broken);
        return broken;
    }

    /// <summary>Another machine's grain, and its mailbox as long as it is active in this process.</summary>
    private sealed class Target(IJournaledGrain grain)
    {
        public IJournaledGrain Grain { get; } = grain;

        public Mailbox? Mailbox { get; set; }
    }
}
