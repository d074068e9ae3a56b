using Marketplace.Cli.Units;

namespace Marketplace.Cli.Tests.Units;

public sealed class PeriodTextTests
{
    [Theory]
    [InlineData("2027", "2027-01-01T00:00Z", "2028-01-01T00:00Z")]
    [InlineData("2027Q1", "2027-01-01T00:00Z", "2027-04-01T00:00Z")]
    [InlineData("2027Q4", "2027-10-01T00:00Z", "2028-01-01T00:00Z")]
    [InlineData("2028M02", "2028-02-01T00:00Z", "2028-03-01T00:00Z")]
    [InlineData("20270315", "2027-03-15T00:00Z", "2027-03-16T00:00Z")]
    [InlineData("20270315T23", "2027-03-15T23:00Z", "2027-03-16T00:00Z")]
    public void Period_is_read_from_start_to_end(string text, string start, string end)
    {
        Assert.True(PeriodText.TryParse(text, out var from, out var to));
        Assert.True(TimeText.TryParse(start, out var expectedStart) && TimeText.TryParse(end, out var expectedEnd) && (from, to) == (expectedStart, expectedEnd));
    }

    [Theory]
    [InlineData("")]
    [InlineData("27")]
    [InlineData("2027Q5")]
    [InlineData("2027Q0")]
    [InlineData("2027M13")]
    [InlineData("20270230")]
    [InlineData("20270315T24")]
    [InlineData("1999")]
    [InlineData("2027q1")]
    public void What_is_no_period_is_refused(string text) => Assert.False(PeriodText.TryParse(text, out _, out _));
}
