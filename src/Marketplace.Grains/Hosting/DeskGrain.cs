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
        Published();
        if (!result.Repeated)
        {
            return result;
        }

        return await Task.Run(() => Venue.Log.ReadStream(Machine.Stream, version, version, long.MaxValue)
            .SelectMany(record => Venue.Serializer.Deserialize<Record>(record.Payload)!.Events)
            .Where(happened => happened is EntityEvent entity && entity.Caller == request.Caller && entity.Request == request.Id)
            .Select(entityOf).First(entity => entity is not null)!);
    }

    /// <summary>All decided so far is durable: a desk that has a view for others renews it.</summary>
    protected virtual void Published()
    {
    }
}
