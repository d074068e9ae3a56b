using System.Runtime.InteropServices;

namespace Marketplace.Grains.Hosting;

/// <summary>Turns that take in what has come to the grain's mailbox: all of it together, up to a turn's bound.</summary>
public abstract partial class JournaledGrain<TMachine>
{
    private static readonly TimeSpan SaysSoEvery = TimeSpan.FromMinutes(1);

    private Mailbox? _mailbox;
    private long _saidActive;

    /// <summary>How much work a command is, in orders: a turn takes in no more than <see cref="MaxParcelMessages"/>, but for a single one of more.</summary>
    protected virtual int WeightOf(object command) => 1;

    /// <summary>A command will be decided in this turn: what it needs may be asked for. Changes nothing.</summary>
    protected virtual void Expect(object command)
    {
    }

    /// <summary>Decides a command within a turn. An exception while the turn is empty is its caller's; any later one breaks the machine.</summary>
    protected virtual void Decide(object command) => throw new NotSupportedException($"{Machine.Stream} takes no commands by post.");

    /// <summary>The turn of a command is over and its record queued.</summary>
    protected virtual void Decided(object command)
    {
    }

    /// <summary>A command could not be decided.</summary>
    protected virtual void Failed(object command, Exception why)
    {
    }

    /// <summary>Posts a command to this grain itself, for one of its next turns.</summary>
    protected void Post(object command)
    {
        if (_mailbox?.TryPost(command) != true)
        {
            throw NotTakingTurns();
        }
    }

    private void OpenMailbox()
    {
        _mailbox = new Mailbox(TakeMail);
        Check.That(Venue.Mailboxes.TryAdd(Machine.Stream, _mailbox));
    }

    /// <summary>A receipt was heard: the machine's next record takes it along, or, where none comes for a while or too much waits for it, one of its own.</summary>
    private void HeardReceipt()
    {
        var now = Environment.TickCount64;
        _mailbox!.ReceiptHeard(now);
        Venue.UnrecordedReceipts.Watch(_mailbox, now);
        if (Machine.Outbox.Count > MaxParcelMessages)
        {
            _mailbox.TryPostSweep();
        }
    }

    /// <summary>Hears the receipts that lie in the mailbox.</summary>
    private void HearReceipts()
    {
        for (var channel = _mailbox!.TakeReceipts(); channel is not null;)
        {
            // The channel may lie again as soon as its receipt is heard.
            var (receipt, next) = channel.TakeLying();
            Acknowledged(channel, receipt);
            channel = next;
        }
    }

    /// <summary>The next receipt, of whichever channel, is not to lie: somebody waits for it.</summary>
    protected void WantReceipt() => _mailbox!.WantReceipt(null);

    /// <summary>
    /// Takes in what has come, records what was heard, and takes nothing after it: whoever posts later finds the mailbox closed, and asks the next activation.
    /// </summary>
    private void CloseMailbox()
    {
        if (_mailbox is { } mailbox)
        {
            Venue.Mailboxes.TryRemove(KeyValuePair.Create(Machine.Stream, mailbox));
            mailbox.TryPostSweep();
            mailbox.Close();
            TakeMail();
            mailbox.Forget();
        }
    }

    private void TakeMail()
    {
        StayActive();
        HearReceipts();
        var letters = CollectionsMarshal.AsSpan(_mailbox!.Take());
        for (var from = 0; from < letters.Length;)
        {
            from += TakeTurn(letters[from..]);
        }

        _mailbox.Taken();
    }

    /// <summary>One turn with as many letters as fit; how many those were.</summary>
    private int TakeTurn(ReadOnlySpan<Letter> letters)
    {
        var sentAt = default(Timestamp);
        var (weight, sweep) = (0, false);
        var count = 0;
        for (; count < letters.Length; count++)
        {
            ref readonly var letter = ref letters[count];
            if (letter.IsSweep)
            {
                sweep = true;
                continue;
            }

            var more = letter.Parcel is { } parcel ? WeightOf(parcel) : WeightOf(letter.Command!);
            if (weight > 0 && weight + more > MaxParcelMessages)
            {
                break;
            }

            weight += more;
            sentAt = Timestamp.Later(sentAt, letter.Parcel?.SentAt ?? default);
        }

        sweep = sweep && Machine.Outbox.HasReceived;
        if (weight > 0 || sweep)
        {
            letters = letters[..count];
            try
            {
                Begin(sentAt);
                Decide(letters);
                if (sweep)
                {
                    RecordReceipts(Machine);
                }

                End();
            }
            catch (Exception failed)
            {
                Failed(letters, failed);
                return count;
            }

            Decided(letters);
        }

        return count;
    }

    /// <summary>Parcels first: what they release is there for the commands, and the commands of the turn stay together. Neither comes before the other by any rule.</summary>
    private void Decide(ReadOnlySpan<Letter> letters)
    {
        // What the commands need comes while the parcels are taken in.
        foreach (ref readonly var letter in letters)
        {
            if (letter.Command is { } command)
            {
                Expect(command);
            }
        }

        foreach (ref readonly var letter in letters)
        {
            if (letter.Parcel is { } parcel)
            {
                See(parcel.Position);
                try
                {
                    Machine.Receive(parcel);
                }
                catch (Exception broken)
                {
                    throw Break(broken);
                }
            }
        }

        foreach (ref readonly var letter in letters)
        {
            if (letter.Command is { } command)
            {
                try
                {
                    Decide(command);
                }
                catch (Exception failed) when (Machine.IsTurnEmpty)
                {
                    Failed(command, failed);
                }
                catch (Exception broken)
                {
                    throw Break(broken);
                }
            }
        }
    }

    private void Decided(ReadOnlySpan<Letter> letters)
    {
        foreach (ref readonly var letter in letters)
        {
            if (letter.Parcel is { } parcel)
            {
                Arrived(parcel);

                // A sender that has left meanwhile sends again, when it is back, what it has not heard to be received.
                var now = Environment.TickCount64;
                if (letter.Sender!.TryPostReceipt(letter.Channel!, new(Machine.Inbox.LastFrom(parcel.Sender), _claim!.Position), now))
                {
                    Venue.UnrecordedReceipts.Watch(letter.Sender, now);
                }
            }
            else if (letter.Command is { } command)
            {
                Decided(command);
            }
        }
    }

    /// <summary>The grain takes no turns any more, because the log has failed or a machine broke: the process is about to stop, and nobody is told otherwise.</summary>
    private void Failed(ReadOnlySpan<Letter> letters, Exception why)
    {
        foreach (ref readonly var letter in letters)
        {
            if (letter.Parcel is { } parcel)
            {
                Arrived(parcel);
            }
            else if (letter.Command is { } command)
            {
                Failed(command, why);
            }
        }
    }

    private static int WeightOf(Parcel parcel)
    {
        var weight = 0;
        foreach (var message in parcel.Messages)
        {
            weight += message.Weight;
        }

        return weight;
    }

    /// <summary>The host counts only the calls it delivers: work that comes by post must say itself that the grain is in use.</summary>
    private void StayActive()
    {
        var now = Environment.TickCount64;
        if (now - _saidActive > SaysSoEvery.TotalMilliseconds)
        {
            _saidActive = now;
            DelayDeactivation(VenueHosting.IdleAge);
        }
    }
}
