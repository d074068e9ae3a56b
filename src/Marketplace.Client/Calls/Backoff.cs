namespace Marketplace.Client.Calls;

/// <summary>Waits between attempts: doubled each time up to a longest, drawn from the upper half so that clients do not come back together.</summary>
internal sealed class Backoff(MarketplaceClientOptions options)
{
    /// <summary>The wait after so many failed attempts (from 1), never shorter than what the venue asked for.</summary>
    public TimeSpan After(int failures, TimeSpan? asked = null)
    {
        var doublings = Math.Clamp(failures - 1, 0, 30);
        var whole = options.FirstDelay.Ticks >= options.LongestDelay.Ticks >> doublings ? options.LongestDelay.Ticks : options.FirstDelay.Ticks << doublings;
        var wait = TimeSpan.FromTicks(whole - (long)(whole / 2 * Math.Clamp(options.Jitter(), 0, 1)));
        return asked is { } least && least > wait ? least : wait;
    }

    /// <summary>Waits that long.</summary>
    public Task Wait(int failures, TimeSpan? asked, CancellationToken cancellation) => Task.Delay(After(failures, asked), options.Clock, cancellation);
}
