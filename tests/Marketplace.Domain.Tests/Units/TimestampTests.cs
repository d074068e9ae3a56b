using CsCheck;
using Marketplace.Domain.Units;

namespace Marketplace.Domain.Tests.Units;

public sealed class TimestampTests
{
    [Fact]
    public void Calendar_time_goes_there_and_back() =>
        Gen.Long[0, Timestamp.Max.Micros].Sample(micros => Assert.Equal(micros, Timestamp.FromUtc(new Timestamp(micros).ToUtc()).Micros));

    [Fact]
    public void A_time_reads_as_RFC_3339_with_microseconds() => Assert.Equal("2027-03-01T12:00:00.000001Z", Support.TestInstruments.Start.Plus(1).ToString());

    [Fact]
    public void The_later_of_two_is_the_later_of_two()
    {
        var early = new Timestamp(1);
        var late = new Timestamp(2);

        Assert.Equal((late, late, late), (Timestamp.Later(early, late), Timestamp.Later(late, early), Timestamp.Later(late, late)));
        Assert.True(early < late && late > early && early <= late && late >= new Timestamp(2));
    }
}
