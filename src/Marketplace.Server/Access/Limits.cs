using System.Collections.Concurrent;
using System.Diagnostics;
using Marketplace.Domain.Participants;

namespace Marketplace.Server.Access;

/// <summary>What each participant may use of this process: requests a second (cancels apart, so that they still work), and streams at once.</summary>
internal sealed class Limits
{
    private readonly ConcurrentDictionary<string, Allowance> _allowances = new(StringComparer.Ordinal);

    /// <summary>Takes so many requests of a participant's allowance; false, with when to come again, when there are not so many left.</summary>
    public bool TryTake(Participant participant, int requests, bool cancels, out TimeSpan retryAfter)
    {
        retryAfter = default;
        if (requests == 0)
        {
            return true;
        }

        var allowance = Of(participant);
        return (cancels ? allowance.Cancels : allowance.Orders).TryTake(requests, Stopwatch.GetTimestamp(), out retryAfter);
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

        public RequestBucket Orders { get; } = new(limits.OrdersPerSecond, Stopwatch.GetTimestamp());

        public RequestBucket Cancels { get; } = new(limits.OrdersPerSecond, Stopwatch.GetTimestamp());
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
