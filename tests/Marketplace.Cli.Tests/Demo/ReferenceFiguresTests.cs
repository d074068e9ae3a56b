using Marketplace.Cli.Demo.Sources;
using Marketplace.Cli.Demo.Supply;

namespace Marketplace.Cli.Tests.Demo;

public sealed class ReferenceFiguresTests
{
    private readonly PublicRecords reference = ReferenceFigures.Read();

    [Fact]
    public void The_set_holds_ratings_supply_and_prices()
    {
        Assert.Equal(9, reference.Ratings.Length);
        Assert.NotEmpty(reference.CampusPoints);
        Assert.NotEmpty(reference.Clusters);
        Assert.Equal(["A100", "B200", "H100", "H200"], reference.Prices.Select(price => price.Model).Distinct().Order());
        Assert.All(reference.Prices, price => Assert.True(price.IsOrdered));
    }

    [Fact]
    public void A_line_of_no_known_kind_is_refused_by_its_number() =>
        Assert.Contains("Line 2", Assert.Throws<InvalidDataException>(() => ReferenceFigures.Read("# fine\nratng|H100")).Message);

    [Fact]
    public void Every_transcribed_campus_point_is_in_the_shared_data_and_names_the_same_accelerators()
    {
        var shared = SharedDataFact.Records();
        Assert.All(reference.CampusPoints, point =>
        {
            var found = shared.CampusPoints.Single(other => other.Campus == point.Campus && other.Date == point.Date);
            Assert.Equal((found.FacilityWatts, found.Owner, found.Place), (point.FacilityWatts, point.Owner, point.Place));
            Assert.Equal(NamedChips.In(found.Text), NamedChips.In(point.Text));
        });
    }

    [Fact]
    public void Every_transcribed_cluster_is_in_the_shared_data_as_it_stands_there()
    {
        var shared = SharedDataFact.Records();
        Assert.All(reference.Clusters, cluster => Assert.Equal(shared.Clusters.Single(other => other.Name == cluster.Name), cluster));
    }

    [Fact]
    public void Every_transcribed_price_is_in_the_shared_data()
    {
        var shared = SharedDataFact.Records();
        Assert.All(reference.Prices, price => Assert.Contains(price, shared.Prices));
    }

    [Fact]
    public void The_transcribed_performance_is_what_the_shared_data_says()
    {
        var performance = SharedData.ReadPerformance(SharedDataFact.Folder());
        var named = performance.Where(pair => AcceleratorNames.IdOf(pair.Key) is not null).ToLookup(pair => AcceleratorNames.IdOf(pair.Key), pair => pair.Value);
        Assert.All(reference.Ratings, rating => Assert.Contains(rating.DenseGflops, named[rating.Id]));
    }
}
