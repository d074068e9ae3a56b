using Marketplace.Grains.Orders;
using DomainSide = Marketplace.Domain.Orders.Side;

namespace Marketplace.EndToEnd.Tests.MarketData;

/// <summary>What readers of so many levels are told is, after every change, the best so many levels of a book kept in a plain dictionary.</summary>
public sealed class BookWindowTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(10_000)]
    public async Task Each_step_and_many_steps_as_one_give_the_best_levels(int depth)
    {
        await using var book = await FedBook.Open();
        var window = book.Feed.At(feed => feed.Enter(depth));
        var stepped = new SortedDictionary<(DomainSide Side, long Price), long>();
        var jumped = new SortedDictionary<(DomainSide Side, long Price), long>();
        var random = new Random(depth);
        long at = 0;
        for (var step = 1; step <= 1_500; step++)
        {
            await book.Publish([.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => Level(random)).DistinctBy(level => (level.Side, level.Price))], []);
            book.Feed.At(feed =>
            {
                Apply(stepped, window.StepOf(feed.After(step - 1)!.Single())!.Levels);
                Assert.Equal(Best(book, depth), stepped);
                if (random.Next(20) == 0)
                {
                    Apply(jumped, window.Between(feed.After(at)!));
                    Assert.Equal(Best(book, depth), jumped);
                    at = step;
                }

                return true;
            });
        }
    }

    private static LevelChange Level(Random random)
    {
        var side = random.Next(2) == 0 ? DomainSide.Bid : DomainSide.Ask;
        return new(side, (side == DomainSide.Bid ? 100 : 200) + random.Next(12), random.Next(3) * random.Next(1, 4));
    }

    private static SortedDictionary<(DomainSide Side, long Price), long> Best(FedBook book, int depth) => new(
        book.Levels.Where(level => level.Key.Side == DomainSide.Bid).Reverse().Take(depth)
            .Concat(book.Levels.Where(level => level.Key.Side == DomainSide.Ask).Take(depth)).ToDictionary());

    /// <summary>Nothing may be told as gone that was not there, nor anything that has not changed.</summary>
    private static void Apply(SortedDictionary<(DomainSide Side, long Price), long> levels, IReadOnlyList<LevelChange> changes)
    {
        foreach (var change in changes)
        {
            Assert.Equal(levels.GetValueOrDefault((change.Side, change.Price)), change.Before);
            Assert.NotEqual(change.Before, change.Quantity);
            if (change.Quantity == 0)
            {
                levels.Remove((change.Side, change.Price));
            }
            else
            {
                levels[(change.Side, change.Price)] = change.Quantity;
            }
        }
    }
}
