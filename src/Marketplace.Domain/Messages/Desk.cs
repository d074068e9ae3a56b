using System.Collections.Immutable;

namespace Marketplace.Domain.Messages;

/// <summary>Who sent a write and under which id: the id's scope is the caller.</summary>
/// <param name="Caller">Participant.</param>
/// <param name="Id">Request id.</param>
/// <param name="ValidUntilMicros">After this it is refused, never run; 0 for none.</param>
[GenerateSerializer, Alias("gwh.request"), Immutable]
public readonly record struct Request([property: Id(0)] string Caller, [property: Id(1)] string Id, [property: Id(2)] long ValidUntilMicros = 0);

/// <summary>Something a caller made happen to one entity, with the entity as it was after: the answer to the request, whenever it is asked for.</summary>
[GenerateSerializer, Alias("gwh.entity-event")]
public abstract class EntityEvent : Event
{
    /// <summary>Who asked; empty where the venue itself did.</summary>
    [Id(0)] public string Caller { get; init; } = "";

    /// <summary>Under which id; empty where none.</summary>
    [Id(1)] public string Request { get; init; } = "";

    /// <summary>Hash of what was asked.</summary>
    [Id(2)] public ulong Fingerprint { get; init; }
}

/// <summary>
/// A machine of entities that change rarely. Each command becomes at most one <see cref="EntityEvent"/> that carries the entity after the change, so that
/// applying is replacing, and a repeated request is answered from the record.
/// </summary>
public abstract class Desk(string stream) : Machine(stream)
{
    private readonly IdWindow _ids = new();

    /// <summary>The record a request of a caller is in; 0 when its id is free.</summary>
    public long VersionOf(string caller, string request) => _ids.TryGet(Key(caller, request), out var remembered) ? remembered.Version : 0;

    /// <summary>Why a write is not run: malformed, another payload, past its validity; a refusal without a reason means "repeated: answer from the record". Null: run it.</summary>
    protected Refusal? WhyNotNew(in Request request, ulong fingerprint)
    {
        if (!Ids.IsWellFormed(request.Id))
        {
            return new Refusal(RejectReason.MalformedId, "request_id");
        }

        if (_ids.TryGet(Key(request.Caller, request.Id), out var remembered))
        {
            return remembered.Fingerprint == fingerprint ? default(Refusal) : new Refusal(RejectReason.AlreadyExists, "request_id");
        }

        if (request.ValidUntilMicros != 0 && request.ValidUntilMicros <= Now.Micros)
        {
            return new Refusal(RejectReason.ValidityPassed, "valid_until");
        }

        if (request.ValidUntilMicros > Now.Micros + IdWindow.WindowMicros)
        {
            return new Refusal(RejectReason.ValidityBeyondWindow, "valid_until");
        }

        return _ids.HasRoom ? null : RejectReason.VenueBusy;
    }

    /// <inheritdoc/>
    protected sealed override void ApplyOwn(Event happened)
    {
        if (happened is EntityEvent { Request.Length: > 0 } entity)
        {
            _ids.Remember(Key(entity.Caller, entity.Request), entity.Fingerprint, Version + 1, Version + 1, Now);
        }

        ApplyEntity(happened);
    }

    /// <summary>Replaces the entity an event carries, and posts what it brings about.</summary>
    protected abstract void ApplyEntity(Event happened);

    /// <summary>Writes the entities.</summary>
    protected abstract void WriteEntities(StateWriter writer);

    /// <summary>Reads the entities.</summary>
    protected abstract void ReadEntities(StateReader reader);

    /// <inheritdoc/>
    protected sealed override void WriteState(StateWriter writer)
    {
        _ids.Write(writer);
        WriteEntities(writer);
    }

    /// <inheritdoc/>
    protected sealed override void ReadState(StateReader reader)
    {
        _ids.Read(reader);
        ReadEntities(reader);
    }

    /// <summary>Writes a dictionary of whole entities, which is sorted by key.</summary>
    protected static void WriteAll<T>(StateWriter writer, IReadOnlyDictionary<string, T> entities)
        where T : class
    {
        writer.Count(entities.Count);
        foreach (var (key, entity) in entities)
        {
            writer.Text(key);
            writer.Whole(entity);
        }
    }

    /// <summary>Reads what <see cref="WriteAll"/> wrote.</summary>
    protected static void ReadAll<T>(StateReader reader, SortedDictionary<string, T> entities)
        where T : class
    {
        for (var count = reader.Count(); count > 0; count--)
        {
            entities.Add(reader.Text(), reader.Whole<T>());
        }
    }

    /// <summary>Reads what <see cref="WriteAll"/> wrote into a dictionary that others may keep a version of.</summary>
    protected static ImmutableSortedDictionary<string, T> ReadAll<T>(StateReader reader)
        where T : class
    {
        var entities = ImmutableSortedDictionary.CreateBuilder<string, T>(StringComparer.Ordinal);
        for (var count = reader.Count(); count > 0; count--)
        {
            entities.Add(reader.Text(), reader.Whole<T>());
        }

        return entities.ToImmutable();
    }

    private static RequestKey Key(string caller, string request) => RequestKey.Of('r', caller + "/" + request);
}
