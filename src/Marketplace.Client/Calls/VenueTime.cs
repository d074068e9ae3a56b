using Google.Protobuf.WellKnownTypes;
using Gwh.Marketplace.V1;

namespace Marketplace.Client.Calls;

/// <summary>The venue's time as this client last heard it, by which valid_until is set. Safe for several threads.</summary>
internal sealed class VenueTime(MarketplaceClientOptions options, Func<CancellationToken, Task<Venue>> ask)
{
    /// <summary>How long an answer of the venue serves, in real time; a manual clock may be moved at any moment.</summary>
    private static readonly TimeSpan WallFor = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ManualFor = TimeSpan.FromSeconds(1);

    /// <summary>valid_until stays this far inside the venue's window, for what clocks differ.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    private Heard? _heard;

    /// <summary>valid_until for a write sent now; null when none is to be set.</summary>
    public async ValueTask<Timestamp?> ValidUntil(CancellationToken cancellation)
    {
        if (options.ValidFor <= TimeSpan.Zero)
        {
            return null;
        }

        var heard = Volatile.Read(ref _heard);
        if (heard is null || options.Clock.GetElapsedTime(heard.At) > (heard.Manual ? ManualFor : WallFor))
        {
            var asked = options.Clock.GetTimestamp();
            var venue = await ask(cancellation).ConfigureAwait(false);
            heard = new(asked, venue.Now.ToDateTime(), venue.IdWindow.ToTimeSpan() - Margin, venue.ClockMode == ClockMode.Manual);
            Volatile.Write(ref _heard, heard);
        }

        var until = heard.Manual
            ? heard.Now + heard.Longest
            : heard.Now + options.Clock.GetElapsedTime(heard.At) + (options.ValidFor < heard.Longest ? options.ValidFor : heard.Longest);

        // The venue takes whole microseconds only.
        return Timestamp.FromDateTime(until.AddTicks(-(until.Ticks % TimeSpan.TicksPerMicrosecond)));
    }

    /// <summary>Forgets what was heard: the venue said that it was wrong.</summary>
    public void Forget() => Volatile.Write(ref _heard, null);

    private sealed record Heard(long At, DateTime Now, TimeSpan Longest, bool Manual);
}
