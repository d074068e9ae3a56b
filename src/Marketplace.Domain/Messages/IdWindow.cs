namespace Marketplace.Domain.Messages;

/// <summary>What is remembered of a request: its payload's hash, the record it is in, the record its outcome is in,
/// why a book refused it (none if it did not), and, for an order, the record it ended in (both versions 0 while not known).</summary>
public readonly record struct RememberedRequest(ulong Fingerprint, long Version, long OutcomeVersion, RejectReason Refused, long EndVersion);

/// <summary>
/// The ids of requests remembered for a window of event time, as pointers to records. Part of its machine's state.
/// Bounded by the window and by <see cref="MaxRemembered"/>: the doors refuse new ids beyond it.
/// </summary>
public sealed class IdWindow
{
    /// <summary>How long an id is remembered: 24 hours of event time.</summary>
    public const long WindowMicros = 24 * Timestamp.MicrosPerHour;

    /// <summary>The most ids remembered by one machine.</summary>
    public const int MaxRemembered = 20_000_000;

    private readonly IdTable _ids = new();
    private Dictionary<RequestKey, int>? _outlived;
    private ulong _touched;

    /// <summary>Ids remembered now.</summary>
    public int Count => _ids.Count;

    /// <summary>Whether one more may be remembered.</summary>
    public bool HasRoom => Count < MaxRemembered;

    /// <summary>Looks an id up.</summary>
    public bool TryGet(RequestKey key, out RememberedRequest request)
    {
        var place = _ids.Find(key);
        if (place < 0)
        {
            request = default;
            return false;
        }

        ref readonly var entry = ref _ids.At(place);
        request = new(entry.Fingerprint, entry.Version, entry.OutcomeVersion, entry.Refused, entry.EndVersion);
        return true;
    }

    /// <summary>An id will be looked up or remembered soon: its memory is asked for already. Changes nothing.</summary>
    public void Expect(RequestKey key) => _touched ^= _ids.Touch(key);

    /// <summary>The open order of an id, whether or not the id itself is still remembered: what it was remembered with; -1 where no order of this id is open.</summary>
    public int OrderOf(RequestKey key)
    {
        var place = _ids.Find(key);
        return place >= 0 ? _ids.At(place).Order - 1 : IsOutlived(key) ? _outlived![key] : -1;
    }

    /// <summary>Whether an order of this id is still open although the window has passed.</summary>
    public bool IsOutlived(RequestKey key) => _outlived is { Count: > 0 } outlived && outlived.ContainsKey(key);

    /// <summary>Remembers a new id and forgets those older than the window; its place. Of an order, what to find it by while it is open.</summary>
    public long Remember(RequestKey key, ulong fingerprint, long version, long outcomeVersion, Timestamp now, int order = -1)
    {
        var place = _ids.Add(new() { Key = key, TimeMicros = now.Micros, Fingerprint = fingerprint, Version = version, OutcomeVersion = outcomeVersion, Order = order + 1 });
        while (_ids.At(_ids.First).TimeMicros <= now.Micros - WindowMicros)
        {
            ref readonly var oldest = ref _ids.At(_ids.First);
            if (oldest.Order != 0)
            {
                (_outlived ??= []).Add(oldest.Key, oldest.Order - 1);
            }

            _ids.RemoveOldest();
        }

        return place;
    }

    /// <summary>The place of an id; -1 where it is not remembered.</summary>
    public long PlaceOf(RequestKey key) => _ids.Find(key);

    /// <summary>Notes the record an outcome is in and whether it was a refusal, unless the id is already forgotten or its outcome known.</summary>
    public void Resolve(long place, long outcomeVersion, RejectReason refused)
    {
        if (place >= _ids.First && _ids.At(place).OutcomeVersion == 0)
        {
            ref var entry = ref _ids.At(place);
            entry.OutcomeVersion = outcomeVersion;
            entry.Refused = refused;
        }
    }

    /// <summary>Notes the record an order ended in, unless its id is already forgotten; the order is not found any more.</summary>
    public void End(long place, RequestKey key, long version)
    {
        if (place >= _ids.First)
        {
            ref var entry = ref _ids.At(place);
            entry.EndVersion = version;
            entry.Order = 0;
        }
        else
        {
            _outlived?.Remove(key);
        }
    }

    /// <summary>After <see cref="Read"/>: an order of this id is open and to be found. The id's place.</summary>
    public long Attach(RequestKey key, int order)
    {
        var place = _ids.Find(key);
        if (place >= 0)
        {
            _ids.At(place).Order = order + 1;
        }
        else
        {
            (_outlived ??= []).Add(key, order);
        }

        return place;
    }

    /// <summary>Writes the window, oldest id first, ids of one time by their value.</summary>
    public void Write(StateWriter writer)
    {
        writer.Count(Count);
        var sameTime = new List<(UInt128 Key, long Place)>();
        for (var place = _ids.First; place < _ids.Next;)
        {
            var time = _ids.At(place).TimeMicros;
            sameTime.Clear();
            for (; place < _ids.Next && _ids.At(place).TimeMicros == time; place++)
            {
                sameTime.Add((_ids.At(place).Key.Value, place));
            }

            sameTime.Sort();
            foreach (var (_, at) in sameTime)
            {
                ref readonly var entry = ref _ids.At(at);
                writer.Wide(unchecked((Int128)entry.Key.Value));
                writer.Long(time);
                writer.Long(unchecked((long)entry.Fingerprint));
                writer.Long(entry.Version);
                writer.Long(entry.OutcomeVersion);
                writer.Long((long)entry.Refused);
                writer.Long(entry.EndVersion);
            }
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote into an empty window.</summary>
    public void Read(StateReader reader)
    {
        for (var count = reader.Count(); count > 0; count--)
        {
            _ids.Add(new()
            {
                Key = new RequestKey(unchecked((UInt128)reader.Wide())),
                TimeMicros = reader.Long(),
                Fingerprint = unchecked((ulong)reader.Long()),
                Version = reader.Long(),
                OutcomeVersion = reader.Long(),
                Refused = (RejectReason)reader.Long(),
                EndVersion = reader.Long(),
            });
        }
    }
}
