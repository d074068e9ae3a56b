using Marketplace.Grains.Hosting;
using Marketplace.Journal;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Grains.Tests;

/// <summary>Work that must go on as long as the venue takes the venue with it when it fails, and only then.</summary>
public sealed class VenueTests
{
    [Fact]
    public async Task Work_that_fails_breaks_the_venue_with_its_reason()
    {
        await using var running = await RunningVenue.Open();
        var venue = running.Services.GetRequiredService<Venue>();
        var why = new ArithmeticException("A fold does not add up.");

        await venue.KeptUp(Task.FromException(why));

        Assert.True(venue.Broken.IsCompletedSuccessfully);
        Assert.Same(why, await venue.Broken);
    }

    [Fact]
    public async Task Work_that_ends_with_the_venue_or_with_its_log_does_not_break_it()
    {
        await using var running = await RunningVenue.Open();
        var venue = running.Services.GetRequiredService<Venue>();
        using var stopping = new CancellationTokenSource();
        await stopping.CancelAsync();

        await Assert.ThrowsAsync<TaskCanceledException>(() => venue.KeptUp(Task.FromCanceled(stopping.Token)));
        await Assert.ThrowsAsync<JournalFailedException>(() => venue.KeptUp(Task.FromException(new JournalFailedException(new StoreFailedException("A sync failed.")))));
        await venue.KeptUp(Task.CompletedTask);

        Assert.False(venue.Broken.IsCompleted);
    }
}
