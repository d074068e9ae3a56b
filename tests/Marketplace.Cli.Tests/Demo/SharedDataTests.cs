using Marketplace.Cli.Demo.Sources;

namespace Marketplace.Cli.Tests.Demo;

public sealed class SharedDataTests
{
    [Fact]
    public void The_files_are_read_to_the_last_row()
    {
        var records = SharedDataFact.Records();
        Assert.Equal(118, records.CampusPoints.Length);
        Assert.Equal(17, records.CampusPoints.Select(point => point.Campus).Distinct().Count());
        Assert.Equal(786, records.Clusters.Length);
        Assert.Equal(6_494 - 2 * 957, records.Prices.Length);
    }

    [Fact]
    public void Published_distributions_are_in_order_and_in_the_order_of_time()
    {
        var prices = SharedDataFact.Records().Prices;
        Assert.All(prices, price => Assert.True(price.IsOrdered));
        Assert.Equal(prices.Select(price => price.Time).Order(), prices.Select(price => price.Time));
    }

    [Fact]
    public void Without_a_checkout_there_is_no_shared_folder() => Assert.Null(SharedFolder.Find(Path.GetTempPath()));
}
