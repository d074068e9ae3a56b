using Marketplace.Domain.Clock;
using Marketplace.Grains.Hosting;

namespace Marketplace.Grains.Clock;

/// <summary>The manual clock's moves.</summary>
[Alias("gwh.clock-grain")]
[GrainInterfaceType("gwh.clock")]
public interface IClockGrain : IDeskGrain
{
    /// <summary>Sets the process's clock to where it was last moved: at start.</summary>
    [Alias("Load")]
    Task Load();

    /// <summary>Moves the manual clock; answers when the move is durable and done.</summary>
    [Alias("Advance")]
    Task<Result<ClockMove>> Advance(Request request, Timestamp to);
}

/// <summary>Hosts the <see cref="ClockDesk"/>.</summary>
[GrainType("gwh.clock")]
[KeepAlive]
internal sealed class ClockGrain(Venue venue) : DeskGrain<ClockDesk>(venue, new ClockDesk()), IClockGrain
{
    /// <inheritdoc/>
    public Task Load()
    {
        Venue.Clock.NotBefore(Machine.MovedTo);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<Result<ClockMove>> Advance(Request request, Timestamp to)
    {
        var moved = await Execute(request, desk => desk.Advance(request, to), happened => (happened as ClockAdvanced)?.Move);
        if (moved.Ok)
        {
            // A later move may have been done meanwhile: the clock is then past this one, and stays.
            Venue.Clock.AdvanceTo(to);
        }

        return moved;
    }
}
