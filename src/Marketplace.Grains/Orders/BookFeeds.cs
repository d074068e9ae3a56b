using System.Collections.Concurrent;
using Marketplace.Domain.Orders;

namespace Marketplace.Grains.Orders;

/// <summary>The feeds of the books somebody in this process watches.</summary>
public sealed class BookFeeds(Log log, BookChecksum checksum)
{
    private readonly ConcurrentDictionary<string, BookFeed> _feeds = new(StringComparer.Ordinal);

    /// <summary>The feed of an instrument's book.</summary>
    public BookFeed Of(string instrument) => _feeds.GetOrAdd(instrument, static (_, feeds) => new(feeds.Log, feeds.Checksum), (Log: log, Checksum: checksum));

    /// <summary>Ends a feed that nobody reads any more; whoever asks for one later gets another.</summary>
    public void End(string instrument, BookFeed feed) => _feeds.TryRemove(KeyValuePair.Create(instrument, feed));

    /// <summary>Whether anybody in this process watches a book: only then need its turns gather what they change in public.</summary>
    public bool AreWatching(string instrument) => _feeds.ContainsKey(instrument);

    internal void Publish(OrderBook book, long position)
    {
        var changes = book.Changes;
        if ((changes.Touched.Count == 0 && !changes.PhaseChanged) || !_feeds.TryGetValue(book.InstrumentId, out var feed))
        {
            return;
        }

        feed.Publish(position, new(
            changes.SequenceBefore,
            book.Sequence,
            book.LastEventTime,
            book.State,
            [.. changes.Touched.Select(level => new LevelChange(level.Side, level.Price, book.QuantityAt(level.Side, level.Price)))],
            [.. changes.Trades],
            [.. changes.Orders]));
    }
}
