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
        if (changes.Steps.IsEmpty || !_feeds.TryGetValue(book.InstrumentId, out var feed))
        {
            return;
        }

        if (changes.Steps.Length > BookFeed.MostEach)
        {
            feed.Publish(position, Whole(book));
            return;
        }

        var before = new PublicStep(changes.SequenceBefore, default, 0, 0, 0);
        foreach (var step in changes.Steps)
        {
            feed.Publish(position, new(
                before.Sequence,
                step.Sequence,
                book.LastEventTime,
                step.State,
                Totals(changes.Levels[before.Levels..step.Levels]),
                changes.Trades[before.Trades..step.Trades].ToArray(),
                changes.Orders[before.Orders..step.Orders].ToArray()));
            before = step;
        }
    }

    /// <summary>All that a turn changed, as one: every reader would be too far behind to be told each.</summary>
    private static BookChange Whole(OrderBook book)
    {
        var changes = book.Changes;
        var last = changes.Steps[^1];
        var totals = new Dictionary<(Side, long), LevelChange>();
        foreach (var level in changes.Levels)
        {
            totals[(level.Side, level.Price)] = new(level.Side, level.Price, level.Quantity);
        }

        return new(changes.SequenceBefore, last.Sequence, book.LastEventTime, last.State, [.. totals.Values], changes.Trades.ToArray(), changes.Orders.ToArray());
    }

    private static LevelChange[] Totals(ReadOnlySpan<LevelTotal> levels)
    {
        var totals = new LevelChange[levels.Length];
        for (var at = 0; at < levels.Length; at++)
        {
            totals[at] = new(levels[at].Side, levels[at].Price, levels[at].Quantity);
        }

        return totals;
    }
}
