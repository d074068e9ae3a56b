using CsCheck;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Refusals;

namespace Marketplace.Domain.Tests.Orders;

/// <summary>What a book of few orders is made of, against what the library has for the same, from few to more than few.</summary>
public sealed class SmallBookTests
{
    private static readonly Gen<long> Prices = Gen.OneOf(Gen.Long[1, 20], Gen.Long[1, 100_000_000]);

    [Fact]
    public void A_side_of_few_or_many_prices_does_what_a_sorted_dictionary_does() => Gen.Select(Gen.Bool, Gen.Select(Prices, Gen.Bool).Array[1, 60]).Sample((highestFirst, steps) =>
    {
        var side = new BookSide(highestFirst, 1);
        var model = new SortedDictionary<long, int>();
        for (var level = 0; level < steps.Length; level++)
        {
            var (price, removeBest) = steps[level];
            var best = model.Count == 0 ? 0 : highestFirst ? model.Keys.Last() : model.Keys.First();
            if (model.Remove(price, out var known))
            {
                side.Remove(price, known);
            }
            else if (removeBest && model.Remove(best, out var first))
            {
                side.Remove(best, first);
            }
            else
            {
                model.Add(price, level);
                side.Add(price, level, best);
            }

            var inTurn = highestFirst ? model.Reverse().ToArray() : [.. model];
            Assert.Equal(inTurn.Select(one => one.Value).FirstOrDefault(-1), side.Best);
            Assert.Equal(model.GetValueOrDefault(price, -1), side.Find(price));
            Assert.Equal(inTurn.Where(one => highestFirst ? one.Key < price : one.Key > price).Select(one => one.Value).FirstOrDefault(-1), side.NextBehind(price));
        }
    }, iter: 2_000);

    [Fact]
    public void A_price_is_never_added_twice_to_a_side()
    {
        var side = new BookSide(highestFirst: true, 1);
        side.Add(100, 1, 0);

        Assert.Throws<InvariantBrokenException>(() => side.Add(100, 2, 100));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(200)]
    public void Names_are_numbered_in_the_order_they_came(int names)
    {
        var table = new NameTable();
        for (var number = 0; number < names; number++)
        {
            Assert.Equal(-1, table.Find($"account/{number}"));
            Assert.Equal(number, table.Add($"account/{number}"));
        }

        Assert.All(Enumerable.Range(0, names), number => Assert.Equal(number, table.Find($"account/{number}")));
        Assert.Equal(-1, table.Find("account/none"));
    }

    [Fact]
    public void What_an_engine_tells_stays_until_it_is_cleared_whatever_other_engines_do()
    {
        var (one, other) = (new LimitOrderBook(), new LimitOrderBook());
        foreach (var book in new[] { one, other })
        {
            book.AddParty(0);
            book.Execute(0, Bid(1, 100));
            book.ClearEvents();
            book.GiveRoom();
        }

        one.Execute(0, Bid(2, 101));
        other.Execute(0, Bid(2, 202));

        Assert.All(one.Events.ToArray(), happened => Assert.Equal(101, happened.Price));
        Assert.All(other.Events.ToArray(), happened => Assert.Equal(202, happened.Price));
        Assert.Equal([BookEventKind.Taken, BookEventKind.Rested], one.Events.ToArray().Select(happened => happened.Kind));
    }

    /// <summary>A venue has far more books than busy ones: an empty engine is nearly nothing, and two orders cost little more than their lines.</summary>
    [Fact]
    public void An_empty_engine_and_one_with_an_order_a_side_are_small()
    {
        Fill(new());
        var before = GC.GetAllocatedBytesForCurrentThread();
        var book = new LimitOrderBook();
        var made = GC.GetAllocatedBytesForCurrentThread();
        Fill(book);
        var filled = GC.GetAllocatedBytesForCurrentThread();

        Assert.InRange(made - before, 1, 700);
        Assert.InRange(filled - made, 1, 1_200);

        static void Fill(LimitOrderBook book)
        {
            book.AddParty(0);
            book.Execute(0, Bid(1, 100));
            book.ClearEvents();
            book.Execute(0, new(CommandKind.Place, 2, Side.Ask, OrderType.Limit, TimeInForce.GoodTillCancelled, Price: 200, Quantity: 1));
            book.ClearEvents();
            book.GiveRoom();
        }
    }

    private static OrderCommand Bid(long number, long price) => new(CommandKind.Place, number, Side.Bid, OrderType.Limit, TimeInForce.GoodTillCancelled, Price: price, Quantity: 1);
}
