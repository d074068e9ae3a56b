using System.Numerics;
using CsCheck;
using Marketplace.Domain.Units;

namespace Marketplace.Domain.Tests.Units;

public sealed class FeeTests
{
    private static readonly Gen<(int Bps, long Price, long Kwh)> Fills =
        Gen.Select(Gen.Int[0, Fee.MaxBps], Gen.Long[Price.Min, Price.Max], Gen.OneOf(Gen.Long[1, 50], Gen.Long[1, 1_000_000_000]));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(10_000, 1)]
    [InlineData(10_001, 2)]
    [InlineData(long.MaxValue, 922_337_203_685_478)]
    public void A_fee_rounds_up_to_the_next_micro_dollar(long weight, long micros) => Assert.Equal(micros, Fee.Micros(weight));

    [Fact]
    public void The_whole_notional_is_the_highest_fee() => Assert.Equal(9_000_000_000_000_000_000, Fee.Micros(Fee.Weight(Fee.MaxBps, 9_000_000_000_000_000_000)));

    [Fact]
    public void Cutting_an_order_into_fills_never_changes_its_fee() => Fills.Array[1, 20].Sample(fills =>
    {
        Int128 weight = 0;
        Int128 charged = 0;
        foreach (var (bps, price, kwh) in fills)
        {
            var fee = Fee.Micros(weight + Fee.Weight(bps, price * kwh)) - Fee.Micros(weight);
            Assert.InRange(fee, 0, price * kwh);
            weight += Fee.Weight(bps, price * kwh);
            charged += fee;
        }

        var exact = fills.Aggregate(BigInteger.Zero, (sum, fill) => sum + ((BigInteger)fill.Bps * fill.Price * fill.Kwh));
        Assert.Equal((exact + 9_999) / 10_000, (BigInteger)charged);
    });

    [Fact]
    public void The_fee_of_a_fill_depends_on_the_remainder_of_the_weight_alone() => Fills.Array[1, 20].Sample(fills =>
    {
        Int128 weight = 0;
        var remainder = 0;
        foreach (var (bps, price, kwh) in fills)
        {
            var fee = Fee.OfFill(remainder, bps, price * kwh, out remainder);
            Assert.Equal(Fee.Micros(weight + Fee.Weight(bps, price * kwh)) - Fee.Micros(weight), fee);
            weight += Fee.Weight(bps, price * kwh);
            Assert.Equal((int)(weight % Fee.BasisPoints), remainder);
        }
    });

    [Fact]
    public void The_fee_of_the_largest_fill_at_the_highest_rate_fits() =>
        Assert.Equal(9_000_000_000_000_000_000, Fee.OfFill(9_999, Fee.MaxBps, 9_000_000_000_000_000_000, out _));
}
