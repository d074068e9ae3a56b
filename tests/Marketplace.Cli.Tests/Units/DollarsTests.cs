using CsCheck;
using Marketplace.Cli.Units;

namespace Marketplace.Cli.Tests.Units;

public sealed class DollarsTests
{
    [Theory]
    [InlineData("$12.50", 12_500_000)]
    [InlineData("$1.5M", 1_500_000_000_000)]
    [InlineData("250K USD", 250_000_000_000)]
    [InlineData("1 usd", 1_000_000)]
    [InlineData("1500000micros", 1_500_000)]
    [InlineData("1,500,000 micros", 1_500_000)]
    [InlineData("$0.000001", 1)]
    public void Amount_is_read_in_micro_dollars(string text, long micros)
    {
        Assert.True(Dollars.TryParseMicros(text, out var read, out _));
        Assert.Equal(micros, read);
    }

    [Theory]
    [InlineData("100")]
    [InlineData("$0.0000001")]
    [InlineData("1.5micros")]
    [InlineData("-$1")]
    [InlineData("$99999999999999")]
    [InlineData("")]
    [InlineData("USD")]
    public void What_is_no_amount_is_refused_with_words(string text)
    {
        Assert.False(Dollars.TryParseMicros(text, out _, out var wrong));
        Assert.Contains(text, wrong, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_amount_that_is_written_reads_back_the_same() => Gen.Long[0, long.MaxValue].Sample(micros =>
    {
        Assert.True(Dollars.TryParseMicros(Dollars.Format(micros), out var read, out _));
        Assert.Equal(micros, read);
    });

    [Theory]
    [InlineData("1234567890", "$1,234.56789")]
    [InlineData("1000000", "$1.00")]
    [InlineData("-1", "-$0.000001")]
    [InlineData("170141183460469231731687303715884105727", "$170,141,183,460,469,231,731,687,303,715,884.105727")]
    public void Sum_of_the_wire_is_written_exactly(string micros, string text) => Assert.Equal(text, Dollars.Format(micros));
}
