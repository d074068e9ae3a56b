using CsCheck;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Refusals;

namespace Marketplace.Domain.Tests.Orders;

public sealed class PriceLadderTests
{
    /// <summary>Ticks close together, at the edges of nodes of the tree, and anywhere.</summary>
    private static readonly Gen<long> Ticks = Gen.OneOf(
        Gen.Long[0, 130],
        Gen.Select(Gen.Int[0, 29], Gen.Int[-1, 1], (shift, beside) => Math.Max(0, (1L << shift) + beside)),
        Gen.Long[0, (1L << 30) - 1]);

    [Fact]
    public void The_ladder_does_what_a_sorted_dictionary_does() => Gen.Select(Ticks, Gen.Bool).Array[1, 200].Sample(steps =>
    {
        var ladder = new PriceLadder();
        var model = new SortedDictionary<long, int>();
        for (var level = 0; level < steps.Length; level++)
        {
            var (tick, remove) = steps[level];
            if (model.ContainsKey(tick))
            {
                model.Remove(tick);
                ladder.Remove(tick);
            }
            else if (remove && model.Count > 0)
            {
                var lowest = model.Keys.First();
                model.Remove(lowest);
                ladder.Remove(lowest);
            }
            else
            {
                model.Add(tick, level);
                ladder.Add(tick, level);
            }

            Compare(ladder, model, tick);
        }
    }, iter: 300);

    [Fact]
    public void A_price_is_never_added_twice()
    {
        var ladder = new PriceLadder();
        ladder.Add(100, 1);

        Assert.Throws<InvariantBrokenException>(() => ladder.Add(100, 2));
    }

    private static void Compare(PriceLadder ladder, SortedDictionary<long, int> model, long tick)
    {
        Assert.Equal(model.Count == 0 ? -1 : model.Values.First(), ladder.Lowest());
        Assert.Equal(model.Count == 0 ? -1 : model.Values.Last(), ladder.Highest());
        Assert.Equal(model.GetValueOrDefault(tick, -1), ladder.Find(tick));
        Assert.Equal(model.Where(level => level.Key > tick).Select(level => level.Value).FirstOrDefault(-1), ladder.Above(tick));
        Assert.Equal(model.Where(level => level.Key < tick).Select(level => level.Value).LastOrDefault(-1), ladder.Below(tick));
    }
}
