using Marketplace.Server.Hosting;

namespace Marketplace.EndToEnd.Tests;

/// <summary>Garbage is collected where the process is quiet and something was allocated: twice, then not until as much was allocated again.</summary>
public sealed class QuietCollectionTests
{
    private readonly QuietCollection _collection;
    private long _allocated;
    private int _collected;

    public QuietCollectionTests() => _collection = new(() => _allocated, () => _collected++);

    [Fact]
    public void A_process_that_is_busy_or_quiet_for_a_moment_is_left_alone()
    {
        _allocated = 10 * QuietCollection.Least;
        _collection.Look(QuietTime.LookEvery);
        _collection.Look(QuietCollection.After - QuietTime.LookEvery);
        Assert.Equal(0, _collected);

        _collection.Look(QuietCollection.After);
        Assert.Equal(1, _collected);
    }

    [Fact]
    public void What_was_allocated_is_collected_twice_and_no_more_until_as_much_was_allocated_again()
    {
        _allocated = QuietCollection.Least;
        Assert.Equal([1, 2, 2, 2], Looks(4));

        _allocated += QuietCollection.Least - 1;
        Assert.Equal([2], Looks(1));
        _allocated++;
        Assert.Equal([3, 4, 4], Looks(3));
    }

    [Fact]
    public void A_process_that_allocates_little_is_left_alone()
    {
        _allocated = QuietCollection.Least - 1;
        Assert.Equal([0, 0], Looks(2));
    }

    private int[] Looks(int times) => [.. Enumerable.Range(0, times).Select(_ =>
    {
        _collection.Look(QuietCollection.After);
        return _collected;
    })];
}
