using System.Numerics;
using CsCheck;
using Marketplace.Cli.Units;

namespace Marketplace.Cli.Tests.Units;

public sealed class RationalTests
{
    [Theory]
    [InlineData("0", 0, 1)]
    [InlineData("1.5", 3, 2)]
    [InlineData("1,520,000.25", 6080001, 4)]
    [InlineData("007", 7, 1)]
    public void Number_is_read_exactly(string text, long numerator, long denominator)
    {
        Assert.True(Rational.TryParse(text, out var number));
        Assert.Equal(new Rational(numerator, denominator), number);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".5")]
    [InlineData("5.")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1e3")]
    [InlineData("1 000")]
    [InlineData("1,00")]
    [InlineData("1,0000")]
    [InlineData(",100")]
    [InlineData("1.2.3")]
    [InlineData("٣")]
    [InlineData("10000000000000000000000000000000000000000")]
    public void What_is_no_number_is_refused(string text) => Assert.False(Rational.TryParse(text, out _));

    [Fact]
    public void Rounding_goes_to_the_multiple_just_below_just_above_or_nearest() =>
        Gen.Select(Gen.Long[-1_000_000, 1_000_000], Gen.Long[1, 1000], Gen.Long[1, 100]).Sample((numerator, denominator, step) =>
        {
            var number = new Rational(numerator, denominator);
            var down = number.ToMultipleOf(step, Rounding.Down)!.Value;
            var up = number.ToMultipleOf(step, Rounding.Up)!.Value;
            var nearest = number.ToMultipleOf(step, Rounding.Nearest)!.Value;
            Assert.True(down % step == 0 && up % step == 0 && nearest % step == 0);
            Assert.True((BigInteger)down * denominator <= numerator && numerator < (BigInteger)(down + step) * denominator);
            Assert.True((BigInteger)(up - step) * denominator < numerator && numerator <= (BigInteger)up * denominator);
            var off = BigInteger.Abs(((BigInteger)nearest * denominator) - numerator);
            Assert.True(2 * off <= (BigInteger)step * denominator);
        });

    [Fact]
    public void What_does_not_fit_is_none() => Assert.Null(new Rational(BigInteger.Pow(10, 30), 1).ToMultipleOf(1, Rounding.Down));
}
