using System.Collections.Concurrent;
using Orleans.Runtime;

namespace Marketplace.Grains.Hosting;

/// <summary>
/// Wakes what is due: at start, and when a grain has left, every stream whose messages are not acknowledged and whose grain is not active; then whatever its time has come
/// for. A missed wake-up loses nothing, because the journal derives the index anew. Also lets idle grains record the receipts they have heard.
/// </summary>
public sealed class Waker(Venue venue, IGrainFactory grains)
{
    private const int MostAtOnce = 256;

    private static readonly TimeSpan LongestSleep = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a round waits for one grain.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>How long the next round waits, beyond the time it is due, while one is not answered: that one stays due.</summary>
    private static readonly TimeSpan UnansweredRest = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// What a round has called and not waited for to the end. A grain that leaves takes no calls before the requests it runs are answered, and what answers them may be
    /// due itself: it is not waited for, nor called again before it has answered.
    /// </summary>
    private readonly ConcurrentDictionary<string, byte> _unanswered = new(StringComparer.Ordinal);

    /// <summary>How many grains had left when it last looked for streams whose receipts nobody awaits; -1 when it must look again in any case.</summary>
    private long _departures = -1;

    /// <summary>Runs until it is stopped or the log fails.</summary>
    public async Task Run(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested && !venue.Log.Failure.IsCompleted)
        {
            var moved = venue.Clock.Moved;
            var earlier = venue.Log.EarlierWake;

            venue.UnrecordedReceipts.Sweep(Environment.TickCount64);
            await WakeDue(WakeForAWhile, stop);
            try
            {
                await Task.WhenAny(moved, earlier, Task.Delay(Sleep(), stop));
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>
    /// Wakes all that is due now, and returns when each has done what was due: what takes more turns than one, as the expiries of a large book, is woken again at once.
    /// </summary>
    public Task WakeDue(CancellationToken stop) => WakeDue(Wake, stop);

    private async Task WakeDue(Func<string, Task> wake, CancellationToken stop)
    {
        if (venue.Clock.IsHalted)
        {
            return;
        }

        await WakeAwaiting(wake, stop);
        var versions = new Dictionary<string, long>(StringComparer.Ordinal);
        (string Stream, long WakeAtMicros)? behind = null;
        for (var woken = 0; !stop.IsCancellationRequested;)
        {
            var page = venue.Log.Due(venue.Clock.Now.Micros, MostAtOnce, behind);
            var due = page.Where(stream => HasMoved(stream.Stream, versions)).ToArray();
            woken += due.Length;
            await Task.WhenAll(due.Select(stream => wake(stream.Stream)));
            if (page.Count == MostAtOnce)
            {
                behind = page[^1];
            }
            else if (woken == 0)
            {
                return;
            }
            else
            {
                // From the front again: what was done may have made others due.
                (behind, woken) = (null, 0);
            }
        }
    }

    /// <summary>Wakes the streams that await receipts and whose grains are not active: an active one is at work already.</summary>
    private async Task WakeAwaiting(Func<string, Task> wake, CancellationToken stop)
    {
        var departures = venue.Departures;
        if (Interlocked.Exchange(ref _departures, departures) == departures)
        {
            return;
        }

        foreach (var some in venue.Log.Awaiting().Where(stream => !venue.Mailboxes.ContainsKey(stream)).Chunk(MostAtOnce))
        {
            if (stop.IsCancellationRequested)
            {
                Interlocked.Exchange(ref _departures, -1);
                return;
            }

            await Task.WhenAll(some.Select(wake));
        }
    }

    /// <summary>Whether a stream has a record it had not when it was woken last: woken again without one, it would do nothing again.</summary>
    private bool HasMoved(string stream, Dictionary<string, long> versions)
    {
        var version = venue.Log.VersionAt(stream, venue.Log.DurablePosition);
        var moved = !versions.TryGetValue(stream, out var before) || version != before;
        versions[stream] = version;
        return moved;
    }

    private async Task Wake(string stream)
    {
        try
        {
            await Venue.GrainOf(grains, stream).Wake();
        }
        catch (Exception failed) when (MayPass(failed))
        {
            // Due again at the next round; one that awaits receipts is found by looking again.
            Interlocked.Exchange(ref _departures, -1);
        }
    }

    /// <summary>Whether a grain did not answer for a reason of the moment: it leaves, or has just begun, or the log has failed, which ends the process elsewhere.</summary>
    private static bool MayPass(Exception failed) => failed is JournalException or TimeoutException or InvalidOperationException or OrleansException;

    private async Task WakeForAWhile(string stream)
    {
        if (!_unanswered.TryAdd(stream, 0))
        {
            return;
        }

        var answered = Answered();
        await await Task.WhenAny(answered, Task.Delay(Patience));

        async Task Answered()
        {
            try
            {
                await Wake(stream);
            }
            finally
            {
                _unanswered.TryRemove(stream, out _);
            }
        }
    }

    private TimeSpan Sleep()
    {
        // Asked in any case: what is earlier than its answer ends the sleep.
        if (venue.Log.NextWake is not { } next || venue.Clock.IsManual || venue.Clock.IsHalted)
        {
            return LongestSleep;
        }

        var until = TimeSpan.FromMicroseconds(Math.Max(0, next - venue.Clock.Now.Micros));
        return until < LongestSleep ? until + (_unanswered.IsEmpty ? TimeSpan.FromMilliseconds(1) : UnansweredRest) : LongestSleep;
    }
}
