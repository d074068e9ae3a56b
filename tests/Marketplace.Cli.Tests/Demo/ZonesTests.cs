using System.Text.RegularExpressions;
using Marketplace.Cli.Demo.Supply;

namespace Marketplace.Cli.Tests.Demo;

public sealed class ZonesTests
{
    private const string UnitedStates = "United States of America";

    [Theory]
    [InlineData("", "3231 Riverport Rd, Memphis, TN 38109", "USCENTRAL")]
    [InlineData("", "1101 Beech Rd SW, New Albany, OH 43054", "USEAST")]
    [InlineData(UnitedStates, "Santa Clara, California", "USWEST")]
    [InlineData(UnitedStates, "Bloomington, Indiana", "USEAST")]
    [InlineData(UnitedStates, "Los Alamos, New Mexico", "USWEST")]
    [InlineData(UnitedStates, "Kansas City, USA", "USCENTRAL")]
    [InlineData(UnitedStates, "", "US")]
    [InlineData(UnitedStates, "United States of America", "US")]
    [InlineData("Norway", "Follummoveien 94, 3516 Hønefoss, Norway", "NORDIC")]
    [InlineData("Korea (Republic of)", "", "ASIA")]
    [InlineData("Iceland", "Netherlands", "NORDIC")]
    [InlineData("", "Zhangbei County, Zhangjiakou, Hebei, China, 076471", "CHINA")]
    [InlineData("", "Al Dhafrah, Abu Dhabi, United Arab Emirates", "MIDEAST")]
    [InlineData("", "The Nordics", "NORDIC")]
    public void A_place_lies_in_one_zone(string country, string place, string zone) => Assert.Equal(zone, Zones.Of(country, place));

    [Theory]
    [InlineData("", "")]
    [InlineData("Atlantis", "Texas")]
    public void A_place_that_cannot_be_told_has_no_zone(string country, string place) => Assert.Null(Zones.Of(country, place));

    [Fact]
    public void Every_zone_listed_is_spelled_as_the_venue_wants_it()
    {
        var zones = PublicSupply.From(SharedDataFact.Records(), PublicSupply.DataDate).Listings.Select(listing => listing.Zone).Distinct().ToList();
        Assert.True(zones.Count > 5);
        Assert.All(zones, zone => Assert.Matches(new Regex("^[A-Z0-9]{2,12}$"), zone));
    }
}
