using Gwh.Marketplace.V1;
using Marketplace.Client.Streams;

namespace Marketplace.Client.Books;

/// <summary>Where the stream of one book is: whether what is known of it is whole, is being resumed, or waits for a snapshot, and why.</summary>
internal sealed class BookChain
{
    private State _state;
    private HealCause? _cause;

    private enum State
    {
        AwaitingSnapshot,
        Resuming,
        Live,
    }

    /// <summary>Whether anything was ever seen of the book.</summary>
    public bool Seen { get; set; }

    /// <summary>Whether a snapshot may come now: in the midst of a chain only a resync may start it over.</summary>
    public bool MayStartOver => _state != State.Live;

    /// <summary>A connection begins: whether to resume.</summary>
    public bool Begin()
    {
        if (_state is State.Live or State.Resuming)
        {
            _state = State.Resuming;
            return true;
        }

        if (Seen)
        {
            _cause ??= HealCause.Reconnected;
        }

        return false;
    }

    /// <summary>A snapshot was taken in: how the stream healed; null for the first of all.</summary>
    public Healed? StartedOver((long Epoch, long Sequence) before, (long Epoch, long Sequence) now)
    {
        var cause = !Seen ? (HealCause?)null
            : now.Epoch != before.Epoch ? HealCause.Discontinuity
            : now.Sequence < before.Sequence ? HealCause.WentBack
            : _cause ?? HealCause.Reconnected;
        (_state, Seen, _cause) = (State.Live, true, null);
        return cause is { } why ? new(why, before.Sequence, now.Sequence) : null;
    }

    /// <summary>Whether a delta follows on what is known.</summary>
    public bool Follows(long epoch, long previous, long sequence, long knownEpoch, long knownSequence) =>
        _state == State.Live && epoch == knownEpoch && previous == knownSequence && sequence > previous;

    /// <summary>Whether the venue resumes where it was asked to.</summary>
    public bool Resumed(OrderBookResumed resumed, long epoch, long sequence)
    {
        if (_state != State.Resuming || resumed.Epoch != epoch || resumed.Sequence != sequence)
        {
            return Break(HealCause.ChainBroken);
        }

        _state = State.Live;
        return true;
    }

    /// <summary>Whether a heartbeat names what is known.</summary>
    public bool Heartbeat(OrderBookHeartbeat heartbeat, long epoch, long sequence) =>
        (_state == State.Live && heartbeat.Epoch == epoch && heartbeat.LastSequence == sequence) || Break(HealCause.ChainBroken);

    /// <summary>Whether a resync may come now; a snapshot must follow.</summary>
    public bool Resync(OrderBookResync resync)
    {
        if (_state != State.Live)
        {
            return Break(HealCause.ChainBroken);
        }

        _state = State.AwaitingSnapshot;
        _cause = resync.Reason == ResyncReason.SlowReader ? HealCause.SlowReader : HealCause.Discontinuity;
        return true;
    }

    /// <summary>What is known of the book is not to be trusted: the next connection asks for a snapshot.</summary>
    public bool Break(HealCause cause)
    {
        (_state, _cause) = (State.AwaitingSnapshot, cause);
        return false;
    }
}
