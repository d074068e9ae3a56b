namespace Marketplace.Client;

/// <summary>How a client calls the venue. Read once, when the client is made.</summary>
public sealed record MarketplaceClientOptions
{
    /// <summary>
    /// How long a write may wait to be run: its valid_until is the venue's time plus this, never beyond the venue's window (under a manual clock: the window's end).
    /// Zero: none is set. Default 10 minutes.
    /// </summary>
    public TimeSpan ValidFor { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long one attempt of a call may take. Default 15 seconds.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Attempts of a call, the first included, while its outcome is unknown: 1 to 100. Default 6.</summary>
    public int Attempts { get; init; } = 6;

    /// <summary>Wait before the second attempt; doubled with each further one, and drawn from its upper half. Default 100 ms.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest wait between attempts. Default 5 seconds.</summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a stream may say nothing, heartbeats included, before it is connected again. Default 15 seconds.</summary>
    public TimeSpan StreamSilence { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Connections in a row that bring no message before a stream gives up: 1 to 1,000. Default 30.</summary>
    public int StreamAttempts { get; init; } = 30;

    /// <summary>Where waits and deadlines take their time from.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Draws the jitter of waits: 0 to 1. Must be safe to call from several threads.</summary>
    public Func<double> Jitter { get; init; } = Random.Shared.NextDouble;

    /// <summary>Makes the id of a write that has none: unique among the participant's. Must be safe to call from several threads.</summary>
    public Func<string> NewId { get; init; } = static () => Guid.NewGuid().ToString("N");
}
