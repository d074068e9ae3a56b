using Gwh.Marketplace.V1;
using Marketplace.Client.Streams;

namespace Marketplace.Client.Books;

/// <summary>The rules of StreamOrderBook: resume by epoch and sequence, chain by prev_sequence, verify checksums, start over when told to or when a rule is broken.</summary>
internal sealed class OrderBookFollower : IFollower<StreamOrderBookRequest, StreamOrderBookResponse, OrderBookUpdate>
{
    private readonly StreamOrderBookRequest _subscription;
    private readonly Dictionary<string, (OrderBookReplica Book, BookChain Chain)> _books;

    public OrderBookFollower(OrderBookSubscription subscription)
    {
        _subscription = new() { Depth = subscription.Depth, Conflate = subscription.Conflate, InstrumentIds = { subscription.InstrumentIds } };
        _books = subscription.InstrumentIds.ToDictionary(id => id, id => (new OrderBookReplica(id), new BookChain()), StringComparer.Ordinal);
    }

    public StreamOrderBookRequest Begin()
    {
        var request = _subscription.Clone();
        foreach (var (book, chain) in _books.Values)
        {
            if (chain.Begin())
            {
                request.Resume.Add(new OrderBookResumePoint { InstrumentId = book.InstrumentId, Epoch = book.Epoch, Sequence = book.Sequence });
            }
        }

        return request;
    }

    public bool Take(StreamOrderBookResponse message, List<OrderBookUpdate> updates)
    {
        var instrument = message.MessageCase switch
        {
            StreamOrderBookResponse.MessageOneofCase.Snapshot => message.Snapshot.InstrumentId,
            StreamOrderBookResponse.MessageOneofCase.Delta => message.Delta.InstrumentId,
            StreamOrderBookResponse.MessageOneofCase.Resumed => message.Resumed.InstrumentId,
            StreamOrderBookResponse.MessageOneofCase.Heartbeat => message.Heartbeat.InstrumentId,
            StreamOrderBookResponse.MessageOneofCase.Resync => message.Resync.InstrumentId,
            _ => null,
        };
        if (instrument is null)
        {
            return true;
        }

        return _books.TryGetValue(instrument, out var followed) && message.MessageCase switch
        {
            StreamOrderBookResponse.MessageOneofCase.Snapshot => TakeSnapshot(followed.Book, followed.Chain, message.Snapshot, updates),
            StreamOrderBookResponse.MessageOneofCase.Delta => TakeDelta(followed.Book, followed.Chain, message.Delta, updates),
            StreamOrderBookResponse.MessageOneofCase.Resumed => TakeResumed(followed.Book, followed.Chain, message.Resumed, updates),
            StreamOrderBookResponse.MessageOneofCase.Heartbeat => followed.Chain.Heartbeat(message.Heartbeat, followed.Book.Epoch, followed.Book.Sequence),
            _ => followed.Chain.Resync(message.Resync),
        };
    }

    private static bool TakeSnapshot(OrderBookReplica book, BookChain chain, OrderBookSnapshot snapshot, List<OrderBookUpdate> updates)
    {
        if (!chain.MayStartOver)
        {
            return chain.Break(HealCause.ChainBroken);
        }

        var before = (book.Epoch, book.Sequence);
        book.Load(snapshot);
        if (snapshot.HasChecksum && snapshot.Checksum != book.Checksum())
        {
            chain.Seen = true;
            return chain.Break(HealCause.ChecksumMismatch);
        }

        updates.Add(new(book, [], [], chain.StartedOver(before, (book.Epoch, book.Sequence))));
        return true;
    }

    private static bool TakeDelta(OrderBookReplica book, BookChain chain, OrderBookDelta delta, List<OrderBookUpdate> updates)
    {
        if (!chain.Follows(delta.Epoch, delta.PrevSequence, delta.Sequence, book.Epoch, book.Sequence))
        {
            return chain.Break(HealCause.ChainBroken);
        }

        book.Apply(delta);
        if (delta.HasChecksum && delta.Checksum != book.Checksum())
        {
            return chain.Break(HealCause.ChecksumMismatch);
        }

        updates.Add(new(book, delta.Changes, delta.Trades, null));
        return true;
    }

    private static bool TakeResumed(OrderBookReplica book, BookChain chain, OrderBookResumed resumed, List<OrderBookUpdate> updates)
    {
        if (!chain.Resumed(resumed, book.Epoch, book.Sequence))
        {
            return false;
        }

        updates.Add(new(book, [], [], new(HealCause.Resumed, resumed.Sequence, resumed.Sequence)));
        return true;
    }
}
