using System.Diagnostics;
using Marketplace.Domain.Participants;
using Marketplace.Grains.Participants;

namespace Marketplace.Server.Access;

/// <summary>
/// What one participant may use of this process: requests a second (cancels apart, so that they still work), and streams at once. Its limits are those of the directory now, for calls
/// and streams that began before they were set as well. Safe for several threads.
/// </summary>
internal sealed class Allowance
{
    private readonly Lock _gate = new();
    private readonly DirectoryView _directory;
    private readonly string _participant;
    private Granted _granted;
    private int _streams;

    /// <summary>The allowance of a participant of the directory; it begins full.</summary>
    public Allowance(DirectoryView directory, string participant)
    {
        (_directory, _participant) = (directory, participant);
        _granted = Grant(null);
    }

    /// <summary>Takes so many requests; false, with when to come again, when there are not so many left.</summary>
    public bool TryTake(int requests, bool cancels, out TimeSpan retryAfter)
    {
        retryAfter = default;
        if (requests == 0)
        {
            return true;
        }

        var granted = Now();
        return (cancels ? granted.Cancels : granted.Orders).TryTake(requests, Stopwatch.GetTimestamp(), out retryAfter);
    }

    /// <summary>Takes a stream until the result is disposed; null when the participant holds as many as it may.</summary>
    public IDisposable? TryOpenStream()
    {
        if (Interlocked.Increment(ref _streams) > Now().Limits.MaxStreams)
        {
            Interlocked.Decrement(ref _streams);
            return null;
        }

        return new OpenStream(this);
    }

    private Granted Now()
    {
        var granted = Volatile.Read(ref _granted);
        if (granted.Changes == _directory.Changes)
        {
            return granted;
        }

        lock (_gate)
        {
            granted = Grant(_granted);
            Volatile.Write(ref _granted, granted);
            return granted;
        }
    }

    /// <summary>What the directory grants now. Another rate begins full; the same goes on with what is left.</summary>
    private Granted Grant(Granted? before)
    {
        // Before what it counts is read: what changes in between is looked up again.
        var changes = _directory.Changes;
        var limits = _directory.Participants[_participant].Limits;
        return before?.Limits.OrdersPerSecond == limits.OrdersPerSecond
            ? new(changes, limits, before.Orders, before.Cancels)
            : new(changes, limits, Bucket(limits), Bucket(limits));
    }

    private static RequestBucket Bucket(ParticipantLimits limits) => new(limits.OrdersPerSecond, Stopwatch.GetTimestamp());

    /// <summary>What is granted since the directory had changed so many times.</summary>
    private sealed record Granted(long Changes, ParticipantLimits Limits, RequestBucket Orders, RequestBucket Cancels);

    private sealed class OpenStream(Allowance allowance) : IDisposable
    {
        private int _closed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _closed, 1) == 0)
            {
                Interlocked.Decrement(ref allowance._streams);
            }
        }
    }
}
