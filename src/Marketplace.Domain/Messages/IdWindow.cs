using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Domain.Messages;

/// <summary>An id of a request within its scope: up to 16 characters as they are, longer ones as 127 bits of their SHA-256 (the top bit tells them apart).</summary>
public readonly record struct RequestKey(UInt128 Value)
{
    /// <summary>Whether it is the key of no id: the default.</summary>
    public bool IsNone => Value == 0;

    /// <summary>The key of an ASCII text of scope and id.</summary>
    public static RequestKey Of(char scope, string id)
    {
        Span<byte> text = stackalloc byte[1 + id.Length];
        text[0] = (byte)scope;
        Encoding.ASCII.GetBytes(id, text[1..]);
        if (text.Length <= 16)
        {
            Span<byte> padded = stackalloc byte[16];
            text.CopyTo(padded);
            return new(MemoryMarshal.Read<UInt128>(padded));
        }

        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(text, hash);
        return new(MemoryMarshal.Read<UInt128>(hash) | ((UInt128)1 << 127));
    }
}

/// <summary>A hash of a request's payload: FNV-1a of its fields, 64 bits. Only a participant's own requests are compared by it.</summary>
public struct Fingerprint
{
    private ulong _hash = 14695981039346656037;

    /// <summary>Of no field yet.</summary>
    public Fingerprint()
    {
    }

    /// <summary>The hash so far.</summary>
    public readonly ulong Value => _hash;

    /// <summary>Takes in a number.</summary>
    public Fingerprint Add(long value)
    {
        unchecked
        {
            for (var shift = 0; shift < 64; shift += 16)
            {
                _hash = (_hash ^ (ushort)(value >> shift)) * 1099511628211;
            }
        }

        return this;
    }

    /// <summary>Takes in a text and where it ends.</summary>
    public Fingerprint Add(string text)
    {
        unchecked
        {
            foreach (var c in text)
            {
                _hash = (_hash ^ c) * 1099511628211;
            }

            _hash = (_hash ^ 0xFFFF) * 1099511628211;
        }

        return this;
    }
}

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

    /// <summary>Ids remembered now.</summary>
    public int Count => _ids.Count;

    /// <summary>Whether one more may be remembered.</summary>
    public bool HasRoom => Count < MaxRemembered;

    /// <summary>Looks an id up.</summary>
    public bool TryGet(RequestKey key, out RememberedRequest request)
    {
        ref var entry = ref _ids.Find(key);
        var found = !Unsafe.IsNullRef(ref entry);
        request = found ? entry.Request : default;
        return found;
    }

    /// <summary>Remembers a new id and forgets those older than the window.</summary>
    public void Remember(RequestKey key, ulong fingerprint, long version, long outcomeVersion, Timestamp now)
    {
        _ids.Add(new() { Key = key, TimeMicros = now.Micros, Request = new(fingerprint, version, outcomeVersion, RejectReason.None, 0) });
        while (_ids.Oldest.TimeMicros <= now.Micros - WindowMicros)
        {
            _ids.RemoveOldest();
        }
    }

    /// <summary>Notes the record an outcome is in and whether it was a refusal, unless the id is already forgotten or its outcome known.</summary>
    public void Resolve(RequestKey key, long outcomeVersion, RejectReason refused)
    {
        ref var entry = ref _ids.Find(key);
        if (!Unsafe.IsNullRef(ref entry) && entry.Request.OutcomeVersion == 0)
        {
            entry.Request = entry.Request with { OutcomeVersion = outcomeVersion, Refused = refused };
        }
    }

    /// <summary>Notes the record an order ended in, unless its id is already forgotten.</summary>
    public void End(RequestKey key, long version)
    {
        ref var entry = ref _ids.Find(key);
        if (!Unsafe.IsNullRef(ref entry))
        {
            entry.Request = entry.Request with { EndVersion = version };
        }
    }

    /// <summary>Writes the window, oldest id first, ids of one time by their value.</summary>
    public void Write(StateWriter writer)
    {
        writer.Count(Count);
        foreach (var (key, time, request) in _ids.All().OrderBy(entry => entry.TimeMicros).ThenBy(entry => entry.Key.Value))
        {
            writer.Wide(unchecked((Int128)key.Value));
            writer.Long(time);
            writer.Long(unchecked((long)request.Fingerprint));
            writer.Long(request.Version);
            writer.Long(request.OutcomeVersion);
            writer.Long((long)request.Refused);
            writer.Long(request.EndVersion);
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote into an empty window.</summary>
    public void Read(StateReader reader)
    {
        var count = reader.Count();
        _ids.EnsureCapacity(count);
        for (; count > 0; count--)
        {
            var key = new RequestKey(unchecked((UInt128)reader.Wide()));
            _ids.Add(new()
            {
                Key = key,
                TimeMicros = reader.Long(),
                Request = new(unchecked((ulong)reader.Long()), reader.Long(), reader.Long(), (RejectReason)reader.Long(), reader.Long()),
            });
        }
    }
}
