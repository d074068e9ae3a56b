namespace Marketplace.Journal.Tests;

public sealed class PlaceTests
{
    [Fact]
    public void Repository_root_is_found() => Assert.True(File.Exists(Path.Combine(AppContext.BaseDirectory, "Marketplace.Journal.Tests.dll")));
}
