using System.Collections.Concurrent;
using System.Threading.RateLimiting;
using Marketplace.Domain.Participants;

namespace Marketplace.Server.Access;

/// <summary>What each participant may use of this process: requests a second (cancels apart, so that they still work), and streams at once.</summary>
internal sealed class Limits : IDisposable
{
    private const int RefillsPerSecond = 20;
    private readonly ConcurrentDictionary<string, Allowance> _allowances = new(StringComparer.Ordinal);

    /// <summary>Takes so many requests of a participant's allowance; false, with when to come again, when there are not so many left.</summary>
    public bool TryTake(Participant participant, int requests, bool cancels, out TimeSpan retryAfter)
    {
        retryAfter = TimeSpan.FromMilliseconds(1000.0 / RefillsPerSecond);
        if (requests == 0)
        {
            return true;
        }

        var allowance = Of(participant);
        var bucket = cancels ? allowance.Cancels : allowance.Orders;
        if (requests > participant.Limits.OrdersPerSecond)
        {
            retryAfter = TimeSpan.FromSeconds(1);
            return false;
        }

        using var lease = bucket.AttemptAcquire(requests);
        return lease.IsAcquired;
    }

    /// <summary>Takes a stream; null when the participant holds as many as it may.</summary>
    public IDisposable? TryOpenStream(Participant participant)
    {
        var allowance = Of(participant);
        if (Interlocked.Increment(ref allowance.Streams) > participant.Limits.MaxStreams)
        {
            Interlocked.Decrement(ref allowance.Streams);
            return null;
        }

        return new OpenStream(_allowances, participant.Id);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var allowance in _allowances.Values)
        {
            allowance.Orders.Dispose();
            allowance.Cancels.Dispose();
        }
    }

    private Allowance Of(Participant participant)
    {
        var allowance = _allowances.GetOrAdd(participant.Id, static (_, limits) => new Allowance(limits), participant.Limits);
        return allowance.PerSecond == participant.Limits.OrdersPerSecond
            ? allowance
            : _allowances.AddOrUpdate(participant.Id, static (_, limits) => new Allowance(limits), static (_, before, limits) => new Allowance(limits) { Streams = before.Streams }, participant.Limits);
    }

    private sealed class Allowance(ParticipantLimits limits)
    {
        public int Streams;

        public int PerSecond { get; } = limits.OrdersPerSecond;

        public TokenBucketRateLimiter Orders { get; } = Bucket(limits.OrdersPerSecond);

        public TokenBucketRateLimiter Cancels { get; } = Bucket(limits.OrdersPerSecond);

        private static TokenBucketRateLimiter Bucket(int perSecond) => new(new TokenBucketRateLimiterOptions
        {
            TokenLimit = perSecond,
            TokensPerPeriod = Math.Max(1, perSecond / RefillsPerSecond),
            ReplenishmentPeriod = TimeSpan.FromSeconds(perSecond >= RefillsPerSecond ? 1.0 / RefillsPerSecond : 1.0 / perSecond),
            QueueLimit = 0,
            AutoReplenishment = true,
        });
    }

    private sealed class OpenStream(ConcurrentDictionary<string, Allowance> allowances, string participant) : IDisposable
    {
        private int _closed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _closed, 1) == 0)
            {
                Interlocked.Decrement(ref allowances[participant].Streams);
            }
        }
    }
}
