using System.Collections.Concurrent;
using Orleans.Runtime;

namespace Marketplace.Grains.Hosting;

/// <summary>
/// Wakes what is due: at start every stream whose messages are not acknowledged, then whatever its time has come for. A missed wake-up loses nothing, because the
/// journal derives the index anew. Also lets idle grains record the receipts they have heard.
/// </summary>
public sealed class Waker(Venue venue, IGrainFactory grains)
{
    private const int MostAtOnce = 256;

    /// <summary>Behind it, in the order of the index, is whatever waits for more than receipts.</summary>
    private static readonly (string Stream, long WakeAtMicros) LastForReceipts = ("\uffff", 0);
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

    /// <summary>Runs until it is stopped or the log fails.</summary>
    public async Task Run(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested && !venue.Log.Failure.IsCompleted)
        {
            var moved = venue.Clock.Moved;
            var earlier = venue.Log.EarlierWake;

            // What has its receipts recorded waits for its own time again, which may have come.
            Sweep();
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

        var versions = new Dictionary<string, long>(StringComparer.Ordinal);
        (string Stream, long WakeAtMicros)? behind = null;
        for (var woken = 0; !stop.IsCancellationRequested;)
        {
            var page = venue.Log.Due(venue.Clock.Now.Micros, MostAtOnce, behind);

            // What only waits for a receipt is at work already when its grain is active.
            var due = page.Where(stream => (stream.WakeAtMicros > 0 || !venue.Mailboxes.ContainsKey(stream.Stream)) && HasMoved(stream.Stream, versions)).ToArray();
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
            // Due again at the next round.
        }
    }

    /// <summary>Has the receipts recorded that are heard and not yet in a record. A grain that has left is due, with what it had not recorded.</summary>
    private void Sweep()
    {
        foreach (var (stream, _) in venue.Unswept)
        {
            if (venue.Unswept.TryRemove(stream, out _) && venue.Mailboxes.TryGetValue(stream, out var mailbox))
            {
                mailbox.TryPostSweep();
            }
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
        // Asked in any case: what is earlier than its answer ends the sleep. What waits for receipts is at work, and must not hide a time behind it.
        if (venue.Log.NextWake is null || venue.Clock.IsManual || venue.Clock.IsHalted || venue.Log.Due(long.MaxValue, 1, LastForReceipts) is not [var next])
        {
            return LongestSleep;
        }

        var until = TimeSpan.FromMicroseconds(Math.Max(0, next.WakeAtMicros - venue.Clock.Now.Micros));
        return until < LongestSleep ? until + (_unanswered.IsEmpty ? TimeSpan.FromMilliseconds(1) : UnansweredRest) : LongestSleep;
    }
}
