namespace Marketplace.Grains.Hosting;

/// <summary>A grain whose machine is a desk.</summary>
[Alias("gwh.desk-grain")]
[GrainInterfaceType("gwh.desk")]
public interface IDeskGrain : IJournaledGrain
{
    /// <summary>Whether a request of a caller is remembered: it was done.</summary>
    [Alias("Knows")]
    Task<bool> Knows(string caller, string request);
}

/// <summary>The shell of a desk: a command's answer is the entity after it, and a repeated request is answered from its record.</summary>
public abstract class DeskGrain<TDesk>(Venue venue, TDesk desk) : JournaledGrain<TDesk>(venue, desk), IDeskGrain
    where TDesk : Desk
{
    private readonly Queue<(long Position, Action Publish)> _undurable = new();

    /// <inheritdoc/>
    public async Task<bool> Knows(string caller, string request)
    {
        var known = Machine.VersionOf(caller, request) > 0;
        await Durable();
        return known;
    }

    /// <summary>Runs a command: answers when its effects are received and durable.</summary>
    /// <param name="request">Who asks, under which id.</param>
    /// <param name="command">The command.</param>
    /// <param name="entityOf">The entity an event carries, if it is of the kind asked for.</param>
    protected async Task<Result<TEntity>> Execute<TEntity>(Request request, Func<TDesk, Result<TEntity>> command, Func<Event, TEntity?> entityOf)
        where TEntity : class
    {
        var result = Turn(command);
        if (result.Ok)
        {
            await Delivered();
        }

        var version = result.Repeated ? Machine.VersionOf(request.Caller, request.Id) : 0;
        await Durable();
        Publish();
        if (!result.Repeated)
        {
            return result;
        }

        return await Task.Run(() => Venue.Log.ReadStream(Machine.Stream, version, version, long.MaxValue)
            .SelectMany(record => Venue.Serializer.Deserialize<Record>(record.Payload)!.Events)
            .Where(happened => happened is EntityEvent entity && entity.Caller == request.Caller && entity.Request == request.Id)
            .Select(entityOf).First(entity => entity is not null)!);
    }

    /// <summary>What shows others in this process the desk as it is now, once that is durable; null where they would see no difference.</summary>
    protected virtual Action? Publication() => null;

    /// <summary>Shows others what is durable by now, and nothing behind it.</summary>
    protected void Publish()
    {
        Action? latest = null;
        while (_undurable.TryPeek(out var next) && next.Position <= Venue.Log.DurablePosition)
        {
            latest = _undurable.Dequeue().Publish;
        }

        latest?.Invoke();
    }

    /// <inheritdoc/>
    protected override void Activated() => Publication()?.Invoke();

    /// <inheritdoc/>
    protected override void TurnEnded(bool recorded)
    {
        if (recorded && Publication() is { } publish)
        {
            _undurable.Enqueue((Position, publish));
            _ = PublishWhenDurable();
        }
    }

    private async Task PublishWhenDurable()
    {
        try
        {
            await Durable();
            Publish();
        }
        catch (JournalFailedException)
        {
            // The process is stopping: what is not durable is never seen.
        }
    }
}
