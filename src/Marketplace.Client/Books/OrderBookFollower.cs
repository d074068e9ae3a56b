using Gwh.Marketplace.V1;
using Marketplace.Client.Streams;

namespace Marketplace.Client.Books;

/// <summary>The rules of StreamOrderBook: resume by epoch and sequence, chain by prev_sequence, verify checksums, start over when told to or when a rule is broken.</summary>
internal sealed class OrderBookFollower : IFollower<StreamOrderBookRequest, StreamOrderBookResponse, OrderBookUpdate>
{
    private readonly StreamOrderBookRequest _subscription;
    private readonly Dictionary<string, Followed> _books;

    public OrderBookFollower(OrderBookSubscription subscription)
    {
        _subscription = new() { Depth = subscription.Depth, Conflate = subscription.Conflate, InstrumentIds = { subscription.InstrumentIds } };
        _books = subscription.InstrumentIds.ToDictionary(id => id, id => new Followed(new(id)), StringComparer.Ordinal);
    }

    public StreamOrderBookRequest Begin()
    {
        var request = _subscription.Clone();
        foreach (var followed in _books.Values)
        {
            var known = followed.State is State.Live or State.Resuming;
            followed.State = known ? State.Resuming : State.AwaitingSnapshot;
            if (known)
            {
                request.Resume.Add(new OrderBookResumePoint { InstrumentId = followed.Book.InstrumentId, Epoch = followed.Book.Epoch, Sequence = followed.Book.Sequence });
            }
            else if (followed.Seen)
            {
                followed.Cause ??= HealCause.Reconnected;
            }
        }

        return request;
    }

    public bool Take(StreamOrderBookResponse message, List<OrderBookUpdate> updates) => message.MessageCase switch
    {
        StreamOrderBookResponse.MessageOneofCase.Snapshot => Find(message.Snapshot.InstrumentId) is { } book && TakeSnapshot(book, message.Snapshot, updates),
        StreamOrderBookResponse.MessageOneofCase.Delta => Find(message.Delta.InstrumentId) is { } book && TakeDelta(book, message.Delta, updates),
        StreamOrderBookResponse.MessageOneofCase.Resumed => Find(message.Resumed.InstrumentId) is { } book && TakeResumed(book, message.Resumed, updates),
        StreamOrderBookResponse.MessageOneofCase.Heartbeat => Find(message.Heartbeat.InstrumentId) is { } book && TakeHeartbeat(book, message.Heartbeat),
        StreamOrderBookResponse.MessageOneofCase.Resync => Find(message.Resync.InstrumentId) is { } book && TakeResync(book, message.Resync),
        _ => true,
    };

    private static bool TakeSnapshot(Followed followed, OrderBookSnapshot snapshot, List<OrderBookUpdate> updates)
    {
        // In the midst of a chain only a resync may start it over.
        if (followed.State == State.Live)
        {
            return Break(followed, HealCause.ChainBroken);
        }

        var (epoch, last, seen) = (followed.Book.Epoch, followed.Book.Sequence, followed.Seen);
        followed.Book.Load(snapshot);
        if (snapshot.HasChecksum && snapshot.Checksum != followed.Book.Checksum())
        {
            followed.Seen = true;
            return Break(followed, HealCause.ChecksumMismatch);
        }

        var cause = !seen ? (HealCause?)null
            : snapshot.Epoch != epoch ? HealCause.Discontinuity
            : snapshot.Sequence < last ? HealCause.WentBack
            : followed.Cause ?? HealCause.Reconnected;
        (followed.State, followed.Seen, followed.Cause) = (State.Live, true, null);
        updates.Add(new(followed.Book, [], [], cause is { } why ? new(why, last, snapshot.Sequence) : null));
        return true;
    }

    private static bool TakeDelta(Followed followed, OrderBookDelta delta, List<OrderBookUpdate> updates)
    {
        var book = followed.Book;
        if (followed.State != State.Live || delta.Epoch != book.Epoch || delta.PrevSequence != book.Sequence || delta.Sequence <= delta.PrevSequence)
        {
            return Break(followed, HealCause.ChainBroken);
        }

        book.Apply(delta);
        if (delta.HasChecksum && delta.Checksum != book.Checksum())
        {
            return Break(followed, HealCause.ChecksumMismatch);
        }

        updates.Add(new(book, delta.Changes, delta.Trades, null));
        return true;
    }

    private static bool TakeResumed(Followed followed, OrderBookResumed resumed, List<OrderBookUpdate> updates)
    {
        if (followed.State != State.Resuming || resumed.Epoch != followed.Book.Epoch || resumed.Sequence != followed.Book.Sequence)
        {
            return Break(followed, HealCause.ChainBroken);
        }

        followed.State = State.Live;
        updates.Add(new(followed.Book, [], [], new(HealCause.Resumed, resumed.Sequence, resumed.Sequence)));
        return true;
    }

    private static bool TakeHeartbeat(Followed followed, OrderBookHeartbeat heartbeat) =>
        (followed.State == State.Live && heartbeat.Epoch == followed.Book.Epoch && heartbeat.LastSequence == followed.Book.Sequence)
        || Break(followed, HealCause.ChainBroken);

    private static bool TakeResync(Followed followed, OrderBookResync resync)
    {
        if (followed.State != State.Live)
        {
            return Break(followed, HealCause.ChainBroken);
        }

        followed.State = State.AwaitingSnapshot;
        followed.Cause = resync.Reason == ResyncReason.SlowReader ? HealCause.SlowReader : HealCause.Discontinuity;
        return true;
    }

    /// <summary>What is known of the book is not to be trusted: the next connection asks for a snapshot.</summary>
    private static bool Break(Followed followed, HealCause cause)
    {
        followed.State = State.AwaitingSnapshot;
        followed.Cause = cause;
        return false;
    }

    private Followed? Find(string instrumentId) => _books.GetValueOrDefault(instrumentId);

    private enum State
    {
        AwaitingSnapshot,
        Resuming,
        Live,
    }

    private sealed class Followed(OrderBookReplica book)
    {
        public OrderBookReplica Book { get; } = book;

        public State State { get; set; }

        public bool Seen { get; set; }

        /// <summary>Why the snapshot that is awaited is needed; null for the first, and after a mere loss of the connection.</summary>
        public HealCause? Cause { get; set; }
    }
}
