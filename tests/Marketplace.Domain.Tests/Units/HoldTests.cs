using CsCheck;
using Marketplace.Domain.Units;

namespace Marketplace.Domain.Tests.Units;

public sealed class HoldTests
{
    [Fact]
    public void A_bid_holds_its_notional_and_the_most_its_fee_can_become() => Assert.Equal(500 + 13, Hold.BidMicros(100, 5, 250, 0));

    [Fact]
    public void The_largest_order_at_the_highest_price_and_fee_holds_what_it_should() =>
        Assert.Equal((Int128)9_000_000_000_000_000_000 * 2, Hold.BidMicros(Price.Max, Quantity.MaxOrderKwh, Fee.MaxBps, 0));

    [Fact]
    public void The_sum_of_what_fills_cost_never_exceeds_the_hold_and_the_rest_is_released_to_the_last_micro_dollar() =>
        Gen.Select(Gen.Long[1, 1_000], Gen.Int[0, 10_000], Gen.Int[0, 10_000], Gen.Select(Gen.Long[1, 1_000], Gen.Long[1, 40], Gen.Bool).Array[1, 12]).Sample((limit, makerBps, takerBps, fills) =>
        {
            var open = fills.Sum(fill => fill.Item2);
            var max = Math.Max(makerBps, takerBps);
            Int128 weight = 0;
            var hold = Hold.BidMicros(limit, open, max, 0);
            foreach (var (priceBelow, kwh, isMaker) in fills)
            {
                var price = Math.Max(1, limit - (priceBelow % limit));
                var weightAfter = weight + Fee.Weight(isMaker ? makerBps : takerBps, price * kwh);
                var cost = (price * kwh) + Fee.Micros(weightAfter) - Fee.Micros(weight);
                open -= kwh;
                weight = weightAfter;
                var after = Hold.BidMicros(limit, open, max, weight);
                Assert.True(hold - cost - after >= 0);
                hold = after;
            }

            Assert.Equal(0, hold);
        });

    [Fact]
    public void A_hold_depends_on_the_remainder_of_the_weight_alone() => Gen.Select(Gen.Long[1, 10_000], Gen.Long[1, 1_000_000], Gen.Int[0, 10_000], Gen.Long[0, 1_000_000_000_000])
        .Sample((limit, open, bps, weight) => Assert.Equal(Hold.BidMicros(limit, open, bps, weight), Hold.OfBid(limit, open, bps, (int)(weight % Fee.BasisPoints))));
}
