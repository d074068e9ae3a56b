using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Marketplace.Domain.Messages;

/// <summary>What is remembered of a request: its payload's hash, the record it is in, the record its outcome is in,
/// why a book refused it (none if it did not), and, for an order, the record it ended in (both versions 0 while not known).</summary>
public readonly record struct RememberedRequest(ulong Fingerprint, long Version, long OutcomeVersion, RejectReason Refused, long EndVersion);

/// <summary>
/// The ids of requests remembered for a window of event time, as pointers to records. Part of its machine's state.
/// Bounded by the window and by <see cref="MaxRemembered"/>: the doors refuse new ids beyond it.
/// </summary>
public sealed partial class IdWindow
{
    /// <summary>How long an id is remembered: 24 hours of event time.</summary>
    public const long WindowMicros = 24 * Timestamp.MicrosPerHour;

    /// <summary>The most ids remembered by one machine.</summary>
    public const int MaxRemembered = 20_000_000;

    private readonly IdTable _ids = new();
    private Dictionary<RequestKey, int>? _outlived;

    /// <summary>Open orders whose ids are not remembered any more.</summary>
    public int Outlived => _outlived?.Count ?? 0;

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
    public void Expect(RequestKey key) => _ids.Prefetch(key);

    /// <summary>What is remembered at a place will be changed soon, if it still is: its memory is asked for already. Changes nothing.</summary>
    public void Expect(long place)
    {
        if (place >= _ids.First)
        {
            _ids.Prefetch(place);
        }
    }

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
                Outlive(oldest.Key, oldest.Order - 1);
            }

            _ids.RemoveOldest();
        }

        return place;
    }

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

    /// <summary>After <see cref="Read"/>: the id at a place is that of an open order, which has the key.</summary>
    public void Attach(long place, RequestKey key, int order)
    {
        ref var entry = ref _ids.At(place);
        Check.That(entry.Key == key);
        entry.Order = order + 1;
    }

    /// <summary>An order is open although the window of its id has passed.</summary>
    public void Outlive(RequestKey key, int order) => (_outlived ??= []).Add(key, order);

    /// <summary>What only looking ids up needs is made now, and not when the first one is: a replay does without.</summary>
    public void Prepare() => _ids.Index();

    /// <summary>
    /// The places of ids that are not found through an order: looked for from the newest back, without the index. What is not remembered stays as it was.
    /// </summary>
    public void FindPlaces(Dictionary<RequestKey, long> places)
    {
        var missing = places.Count;
        for (var place = _ids.Next - 1; place >= _ids.First && missing > 0; place--)
        {
            ref var found = ref CollectionsMarshal.GetValueRefOrNullRef(places, _ids.At(place).Key);
            if (!Unsafe.IsNullRef(ref found))
            {
                found = place;
                missing--;
            }
        }
    }
}
