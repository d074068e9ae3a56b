using Gwh.Marketplace.V1;
using Marketplace.Client.Streams;

namespace Marketplace.Client.Books;

/// <summary>The rules of StreamBookOrders: those of StreamOrderBook, with snapshots that come in parts and changes that must fit the queues.</summary>
internal sealed class BookOrdersFollower : IFollower<StreamBookOrdersRequest, StreamBookOrdersResponse, BookOrdersUpdate>
{
    private readonly StreamBookOrdersRequest _subscription;
    private readonly Dictionary<string, Followed> _books;

    public BookOrdersFollower(OrderBookSubscription subscription)
    {
        _subscription = new() { Conflate = subscription.Conflate, InstrumentIds = { subscription.InstrumentIds } };
        _books = subscription.InstrumentIds.ToDictionary(id => id, id => new Followed(new(id)), StringComparer.Ordinal);
    }

    public StreamBookOrdersRequest Begin()
    {
        var request = _subscription.Clone();
        foreach (var followed in _books.Values)
        {
            followed.InParts = false;
            if (followed.Chain.Begin())
            {
                request.Resume.Add(new OrderBookResumePoint { InstrumentId = followed.Book.InstrumentId, Epoch = followed.Book.Epoch, Sequence = followed.Book.Sequence });
            }
        }

        return request;
    }

    public bool Take(StreamBookOrdersResponse message, List<BookOrdersUpdate> updates) => message.MessageCase switch
    {
        StreamBookOrdersResponse.MessageOneofCase.Snapshot => Find(message.Snapshot.InstrumentId) is { } book && TakePart(book, message.Snapshot, updates),
        StreamBookOrdersResponse.MessageOneofCase.Delta => Find(message.Delta.InstrumentId) is { } book && TakeDelta(book, message.Delta, updates),
        StreamBookOrdersResponse.MessageOneofCase.Resumed => Find(message.Resumed.InstrumentId) is { } book && TakeResumed(book, message.Resumed, updates),
        StreamBookOrdersResponse.MessageOneofCase.Heartbeat => Find(message.Heartbeat.InstrumentId) is { } book
            && book.Chain.Heartbeat(message.Heartbeat, book.Book.Epoch, book.Book.Sequence),
        StreamBookOrdersResponse.MessageOneofCase.Resync => Find(message.Resync.InstrumentId) is { } book && book.Chain.Resync(message.Resync),
        _ => true,
    };

    private static bool TakePart(Followed followed, BookOrdersSnapshot part, List<BookOrdersUpdate> updates)
    {
        var (chain, book) = (followed.Chain, followed.Book);
        var first = !followed.InParts;
        if (!chain.MayStartOver || (!first && (part.Epoch != book.Epoch || part.Sequence != book.Sequence)))
        {
            return followed.Break(HealCause.ChainBroken);
        }

        if (first)
        {
            followed.Before = (book.Epoch, book.Sequence);
        }

        book.Load(part, first);
        followed.InParts = part.More;
        if (part.More)
        {
            return true;
        }

        if (part.HasChecksum && part.Checksum != book.Checksum())
        {
            chain.Seen = true;
            return followed.Break(HealCause.ChecksumMismatch);
        }

        updates.Add(new(book, [], [], chain.StartedOver(followed.Before, (book.Epoch, book.Sequence))));
        return true;
    }

    private static bool TakeDelta(Followed followed, BookOrdersDelta delta, List<BookOrdersUpdate> updates)
    {
        var book = followed.Book;
        if (!followed.Chain.Follows(delta.Epoch, delta.PrevSequence, delta.Sequence, book.Epoch, book.Sequence) || !book.Apply(delta))
        {
            return followed.Break(HealCause.ChainBroken);
        }

        if (delta.HasChecksum && delta.Checksum != book.Checksum())
        {
            return followed.Break(HealCause.ChecksumMismatch);
        }

        updates.Add(new(book, delta.Changes, delta.Trades, null));
        return true;
    }

    private static bool TakeResumed(Followed followed, OrderBookResumed resumed, List<BookOrdersUpdate> updates)
    {
        if (!followed.Chain.Resumed(resumed, followed.Book.Epoch, followed.Book.Sequence))
        {
            return false;
        }

        updates.Add(new(followed.Book, [], [], new(HealCause.Resumed, resumed.Sequence, resumed.Sequence)));
        return true;
    }

    private Followed? Find(string instrumentId) => _books.GetValueOrDefault(instrumentId);

    private sealed class Followed(BookOrdersReplica book)
    {
        public BookOrdersReplica Book { get; } = book;

        public BookChain Chain { get; } = new();

        /// <summary>Whether a part of a snapshot was taken in, and another is to follow.</summary>
        public bool InParts { get; set; }

        /// <summary>Epoch and sequence before the snapshot.</summary>
        public (long Epoch, long Sequence) Before { get; set; }

        public bool Break(HealCause cause)
        {
            InParts = false;
            return Chain.Break(cause);
        }
    }
}
