using System.Diagnostics;

namespace Marketplace.Journal.Tests;

public sealed class DataLockTests : IDisposable
{
    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_second_log_on_the_same_directory_leaves_naming_the_owner()
    {
        await using Log first = _directory.Open();
        long started = Stopwatch.GetTimestamp();
        var refused = Assert.Throws<DataLockedException>(() => Log.Open(_directory.Options with { LockPatience = TimeSpan.FromMilliseconds(200) }));
        Assert.Equal(73, refused.ExitCode);
        Assert.Contains($"process {Environment.ProcessId} ", refused.Owner);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.FromMilliseconds(150), TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task The_directory_is_free_again_when_the_log_is_closed()
    {
        await _directory.Open().DisposeAsync();
        await using Log again = _directory.Open();
        Assert.Equal(2, again.Term);
    }
}
