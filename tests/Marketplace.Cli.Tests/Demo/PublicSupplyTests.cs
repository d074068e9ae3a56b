using Marketplace.Cli.Demo.Sources;
using Marketplace.Cli.Demo.Supply;

namespace Marketplace.Cli.Tests.Demo;

public sealed class PublicSupplyTests
{
    private static readonly DateOnly Opening = new(2025, 10, 19);
    private readonly PublicSupply reference = PublicSupply.From(ReferenceFigures.Read(), Opening);

    [Fact]
    public void Facility_power_is_divided_by_one_and_a_quarter_and_by_the_rating()
    {
        var listing = reference.Listings.Single(listing => listing.OnLine == new DateOnly(2024, 8, 11));
        Assert.Equal(("H100", "USCENTRAL", 44_000_000, 35_200_000), (listing.Accelerator, listing.Zone, listing.FacilityWatts, listing.CriticalWatts));
        Assert.Equal(35_200_000 / 1390, listing.Offered);
    }

    [Fact]
    public void No_more_is_attested_than_the_record_counts()
    {
        var listing = reference.Listings.Single(listing => listing.Accelerator == "GB200");
        Assert.Equal((131_428, 110_000), (listing.Offered, listing.Attested));
    }

    [Fact]
    public void An_accelerator_without_a_rating_is_skipped_and_counted() => Assert.Equal(
        ["AMD Instinct MI300A", "NVIDIA GH200", "Trainium2"],
        reference.Skips.Where(skip => skip.Reason == SkipReason.Unrated).Select(skip => skip.Accelerator).Order());

    [Fact]
    public void An_AMD_cluster_is_listed() => Assert.Contains(reference.Listings, listing => listing is { Accelerator: "MI300X", Zone: "USCENTRAL" });

    [Fact]
    public void Evidence_differs_with_the_figures_it_stands_for()
    {
        var listing = reference.Listings[0];
        Assert.Equal(64, listing.Evidence.Length);
        Assert.Equal(listing.Evidence, (listing with { }).Evidence);
        Assert.NotEqual(listing.Evidence, (listing with { Attested = listing.Attested - 1 }).Evidence);
    }

    [Fact]
    public void The_quarter_of_a_listing_is_the_quarter_it_came_on_line() =>
        Assert.Equal("2024Q3", reference.Listings.Single(listing => listing.OnLine == new DateOnly(2024, 9, 2)).Quarter);

    [Fact]
    public void In_the_shared_data_every_cluster_is_listed_or_skipped_with_a_reason()
    {
        var records = SharedDataFact.Records();
        var supply = PublicSupply.From(records, Opening);
        var seen = supply.Listings.Select(listing => listing.Site).Concat(supply.Skips.Select(skip => skip.Record)).CountBy(name => name)
            .ToDictionary(pair => pair.Key, pair => pair.Value);
        Assert.All(records.Clusters.CountBy(cluster => cluster.Name), pair => Assert.Equal(pair.Value, seen.GetValueOrDefault(pair.Key)));
        Assert.Equal(6, supply.Skips.Count(skip => skip.Reason == SkipReason.NoPower && records.CampusPoints.Any(point => point.Campus == skip.Record)));
    }

    [Fact]
    public void In_the_shared_data_a_campus_lists_no_more_power_than_stands_there_on_the_day()
    {
        var records = SharedDataFact.Records();
        var listed = PublicSupply.From(records, Opening).Listings.GroupBy(listing => listing.Site).ToDictionary(g => g.Key, g => g.Sum(l => l.FacilityWatts));
        Assert.All(records.CampusPoints.Where(point => point.Date <= Opening).GroupBy(point => point.Campus), campus =>
            Assert.True(listed.GetValueOrDefault(campus.Key) <= campus.MaxBy(point => point.Date)!.FacilityWatts));
    }

    [Fact]
    public void In_the_shared_data_no_listing_is_a_projection() => Assert.All(
        PublicSupply.From(SharedDataFact.Records(), new DateOnly(2029, 1, 1)).Listings, listing => Assert.True(listing.OnLine <= PublicSupply.DataDate));
}
