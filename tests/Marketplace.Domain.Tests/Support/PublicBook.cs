using Marketplace.Domain.Orders;

namespace Marketplace.Domain.Tests.Support;

/// <summary>A book put together from nothing but what its turns say in public, step by step.</summary>
internal sealed class PublicBook
{
    private readonly SortedDictionary<(Side Side, long Price), long> _levels = [];
    private long _sequence;

    /// <summary>What a turn changed; each step is shown when it is taken in.</summary>
    public void Take(PublicChanges changes, Action<long, IReadOnlyDictionary<(Side Side, long Price), long>> step)
    {
        Assert.Equal(_sequence, changes.SequenceBefore);
        var (level, trade, order) = (0, 0, 0);
        foreach (var one in changes.Steps)
        {
            Assert.True(one.Sequence > _sequence && one.Levels >= level && one.Trades >= trade && one.Orders >= order);
            foreach (var (side, price, quantity) in changes.Levels[level..one.Levels])
            {
                Set(side, price, quantity);
            }

            foreach (var print in changes.Trades[trade..one.Trades])
            {
                Assert.InRange(print.Sequence, _sequence + 1, one.Sequence);
            }

            (_sequence, level, trade, order) = (one.Sequence, one.Levels, one.Trades, one.Orders);
            step(_sequence, _levels);
        }

        Assert.Equal((level, trade, order), (changes.Levels.Length, changes.Trades.Length, changes.Orders.Length));
    }

    private void Set(Side side, long price, long quantity)
    {
        if (quantity == 0)
        {
            _levels.Remove((side, price));
        }
        else
        {
            _levels[(side, price)] = quantity;
        }
    }
}
