using CsCheck;
using Marketplace.Domain.Instruments;
using Marketplace.Domain.Units;

namespace Marketplace.Domain.Tests.Instruments;

public sealed class DeliveryPeriodTests
{
    [Theory]
    [InlineData("2027", PeriodKind.Year, 8760)]
    [InlineData("2028", PeriodKind.Year, 8784)]
    [InlineData("2027Q1", PeriodKind.Quarter, 2160)]
    [InlineData("2027Q4", PeriodKind.Quarter, 2208)]
    [InlineData("2027M02", PeriodKind.Month, 672)]
    [InlineData("2028M02", PeriodKind.Month, 696)]
    [InlineData("20270315", PeriodKind.Day, 24)]
    [InlineData("20270315T23", PeriodKind.Hour, 1)]
    public void A_period_has_its_kind_and_its_hours(string text, PeriodKind kind, long hours)
    {
        Assert.True(DeliveryPeriod.TryParse(text, out var period));
        Assert.Equal((kind, hours), (period.Kind, period.LengthMicros / Timestamp.MicrosPerHour));
        Assert.Equal(text, period.ToString());
    }

    [Fact]
    public void Any_period_reads_back_as_it_was_written() =>
        Gen.Select(Gen.Int[2000, 9998], Gen.Int[1, 12], Gen.Int[1, 31], Gen.Int[0, 23], Gen.Int[0, 4]).Sample((year, month, day, hour, form) =>
        {
            var text = form switch
            {
                0 => $"{year}",
                1 => $"{year}Q{((month - 1) / 3) + 1}",
                2 => $"{year}M{month:D2}",
                3 => $"{year}{month:D2}{Math.Min(day, 28):D2}",
                _ => $"{year}{month:D2}{Math.Min(day, 28):D2}T{hour:D2}",
            };
            Assert.True(DeliveryPeriod.TryParse(text, out var period));
            Assert.Equal(text, period.ToString());
            Assert.True(period.Start < period.End);
        });

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("1999")]
    [InlineData("9999")]
    [InlineData("2027Q0")]
    [InlineData("2027Q5")]
    [InlineData("2027M00")]
    [InlineData("2027M13")]
    [InlineData("20270229")]
    [InlineData("20270431")]
    [InlineData("20270315T24")]
    [InlineData("20270315t13")]
    [InlineData("2027q1")]
    [InlineData("+027")]
    [InlineData("2027 ")]
    [InlineData("2027M+1")]
    public void What_is_no_period_is_refused(string? text) => Assert.False(DeliveryPeriod.TryParse(text, out _));

    [Fact]
    public void A_year_contains_its_quarters_months_days_and_hours_and_not_those_of_the_next()
    {
        var year = Parse("2027");

        Assert.All(["2027", "2027Q4", "2027M12", "20271231", "20271231T23"], inner => Assert.True(year.Contains(Parse(inner))));
        Assert.All(["2028", "2028Q1", "20280101T00", "20261231T23"], inner => Assert.False(year.Contains(Parse(inner))));
    }

    private static DeliveryPeriod Parse(string text)
    {
        Assert.True(DeliveryPeriod.TryParse(text, out var period));
        return period;
    }
}
