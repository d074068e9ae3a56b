using System.Runtime.InteropServices;

namespace Marketplace.Domain.Messages;

/// <summary>
/// A hash of a request's payload, 64 bits: of its fields in order, each step one to one, so that requests that differ in one number have different hashes. Only a participant's
/// own requests are compared by it.
/// </summary>
public struct Fingerprint
{
    private const ulong Odd = 0x9E3779B97F4A7C15;

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
        _hash = unchecked((_hash ^ (ulong)value) * Odd);
        _hash ^= _hash >> 32;
        return this;
    }

    /// <summary>Takes in a text, four characters at a time, and how long it is.</summary>
    public Fingerprint Add(string text)
    {
        foreach (var four in MemoryMarshal.Cast<char, long>(text))
        {
            Add(four);
        }

        long last = 0;
        foreach (var c in text.AsSpan(text.Length & ~3))
        {
            last = (last << 16) | c;
        }

        return Add(last).Add(text.Length);
    }
}
