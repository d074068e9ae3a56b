using System.Diagnostics;

namespace Marketplace.Server.Access;

/// <summary>
/// An allowance of so many requests a second, of which as many as a second's may be saved up. It is refilled by looking at the time when something is taken, not by a
/// timer: a participant who does nothing costs nothing. Safe for several threads.
/// </summary>
/// <param name="perSecond">Requests a second, 1 or more; it begins full.</param>
/// <param name="now">The monotonic clock at its beginning, in <see cref="Stopwatch"/> ticks.</param>
internal sealed class RequestBucket(int perSecond, long now)
{
    private readonly Lock _gate = new();

    // A request weighs as many parts as the clock has ticks in a second: what one tick refills is whole.
    private readonly Int128 _most = (Int128)perSecond * Stopwatch.Frequency;
    private Int128 _parts = (Int128)perSecond * Stopwatch.Frequency;
    private long _refilledAt = now;

    /// <summary>Takes all of the requests or none; where none, tells when there will be enough: a second where there never can be.</summary>
    public bool TryTake(int requests, long now, out TimeSpan retryAfter)
    {
        retryAfter = default;
        var parts = (Int128)requests * Stopwatch.Frequency;
        lock (_gate)
        {
            if (now > _refilledAt)
            {
                _parts = Int128.Min(_most, _parts + ((Int128)(now - _refilledAt) * perSecond));
                _refilledAt = now;
            }

            if (parts <= _parts)
            {
                _parts -= parts;
                return true;
            }

            retryAfter = parts > _most ? TimeSpan.FromSeconds(1) : Stopwatch.GetElapsedTime(0, (long)((parts - _parts + perSecond - 1) / perSecond));
            return false;
        }
    }
}
