using Marketplace.Domain.Refusals;

namespace Marketplace.Domain.Tests.Refusals;

public sealed class IdsTests
{
    [Theory]
    [InlineData("a", true)]
    [InlineData("A-z_0.9", true)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData("a b", false)]
    [InlineData("a/b", false)]
    [InlineData("ä", false)]
    [InlineData("a\n", false)]
    public void An_id_is_of_letters_digits_underscore_dot_and_hyphen(string? id, bool allowed) => Assert.Equal(allowed, Ids.IsWellFormed(id));

    [Fact]
    public void An_id_has_up_to_64_characters()
    {
        Assert.True(Ids.IsWellFormed(new string('x', 64)));
        Assert.False(Ids.IsWellFormed(new string('x', 65)));
    }

    [Theory]
    [InlineData("USEAST", true)]
    [InlineData("EU1", true)]
    [InlineData("E", false)]
    [InlineData("useast", false)]
    [InlineData("US-EAST", false)]
    [InlineData("ABCDEFGHIJKLM", false)]
    [InlineData(null, false)]
    public void A_zone_is_of_2_to_12_capitals_and_digits(string? zone, bool allowed) => Assert.Equal(allowed, Ids.IsZone(zone));

    [Fact]
    public void Every_reason_has_a_number_of_its_own() => Assert.Equal(Enum.GetValues<RejectReason>().Distinct().Count(), Enum.GetNames<RejectReason>().Length);
}
