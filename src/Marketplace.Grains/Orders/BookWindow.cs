using Marketplace.Domain.Orders;

namespace Marketplace.Grains.Orders;

/// <summary>
/// The best so many levels of each side, for all readers who asked for as many: what they are told of each change, made once. A level that leaves the window is told
/// as gone, one that comes in with its total. Only within the feed's <see cref="BookFeed.At{TResult}"/>.
/// </summary>
public sealed class BookWindow(BookFeed feed, int depth, BookChecksum checksum)
{
    /// <summary>Changes whose steps are kept where the window cuts something off.</summary>
    public const int Kept = 256;

    private readonly LevelsStep?[] _cut = new LevelsStep?[Kept];
    private readonly Dictionary<(Side Side, long Price), (long Before, long After)> _seen = [];

    /// <summary>Levels a side.</summary>
    public int Depth => depth;

    /// <summary>Readers of it now.</summary>
    internal int Readers { get; set; }

    /// <summary>What a reader at the change before is told of a change; null where it was not kept.</summary>
    public LevelsStep? StepOf(BookChange change) =>
        change.Depth <= depth ? change.Whole
        : _cut[change.Number % Kept] is { } step && step.Change == change ? step
        : null;

    /// <summary>What turns the book after one change into the book now, as the window shows both.</summary>
    public IReadOnlyList<LevelChange> Between(BookChange[] changes)
    {
        if (Array.TrueForAll(changes, change => change.Depth <= depth))
        {
            foreach (var level in changes.SelectMany(change => change.Levels))
            {
                Note(level.Side, level.Price, level.Before, level.Quantity);
            }

            return Told();
        }

        foreach (var (side, now) in new[] { (Side.Bid, feed.Bids), (Side.Ask, feed.Asks) })
        {
            var then = now.Copy();
            for (var at = changes.Length - 1; at >= 0; at--)
            {
                foreach (var level in changes[at].Levels.Where(level => level.Side == side))
                {
                    then.Set(level.Price, level.Before);
                }
            }

            Difference(side, then, now);
        }

        return Told();
    }

    /// <summary>The checksum of what the window shows now.</summary>
    public uint Checksum() => checksum(Cut(feed.Bids), Cut(feed.Asks));

    /// <summary>One level is about to change: what of it the window shows.</summary>
    internal void Changing(BookLadder ladder, in LevelChange level, int rank)
    {
        if (rank >= depth)
        {
            return;
        }

        Note(level.Side, level.Price, level.Before, level.Quantity);
        if (level.Before == 0 && level.Quantity > 0 && ladder.Count >= depth)
        {
            var (price, quantity) = ladder[depth - 1];
            Note(level.Side, price, quantity, 0);
        }
        else if (level.Before > 0 && level.Quantity == 0 && ladder.Count > depth)
        {
            var (price, quantity) = ladder[depth];
            Note(level.Side, price, 0, quantity);
        }
    }

    /// <summary>The change is whole.</summary>
    internal void Changed(BookChange change)
    {
        var told = Told();
        _cut[change.Number % Kept] = change.Depth <= depth ? null : new LevelsStep(change, told, Checksum());
    }

    private void Difference(Side side, BookLadder then, BookLadder now)
    {
        for (var rank = 0; rank < Math.Min(depth, then.Count); rank++)
        {
            Note(side, then[rank].Price, then[rank].Quantity, 0);
        }

        for (var rank = 0; rank < Math.Min(depth, now.Count); rank++)
        {
            Note(side, now[rank].Price, 0, now[rank].Quantity);
        }
    }

    private BookLadder Cut(BookLadder ladder) => depth >= ladder.Count || depth >= BookFeed.ChecksumLevels ? ladder : ladder.Copy(depth);

    private void Note(Side side, long price, long before, long after) =>
        _seen[(side, price)] = (_seen.TryGetValue((side, price), out var seen) ? seen.Before : before, after);

    private LevelChange[] Told()
    {
        LevelChange[] told = [.. _seen.Where(level => level.Value.Before != level.Value.After)
            .Select(level => new LevelChange(level.Key.Side, level.Key.Price, level.Value.After, level.Value.Before))];
        _seen.Clear();
        return told;
    }
}
