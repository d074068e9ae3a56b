using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Domain.Messages;

/// <summary>
/// An id of a request within its scope: up to 15 characters as they are, longer ones as 127 bits of a hash (the top bit tells them apart). The ids of a participant's orders
/// meet nobody else's, and a hash that is fast is enough; where ids of several callers are remembered together it is SHA-256, so that nobody can make one that meets another's.
/// </summary>
public readonly record struct RequestKey(UInt128 Value)
{
    private const int Bytes = 16;
    private const char OfOrders = 'o';

    private const ulong LowFactor = 0xA0761D6478BD642F;
    private const ulong HighFactor = 0xE7037ED1A0B428DB;

    // Other in each process, so that nobody can choose ids that meet.
#pragma warning disable RS0030 // Only the places of ids in a table in memory depend on it.
    private static readonly ulong Seed = unchecked(((ulong)HashCode.Combine(0) << 32) ^ (uint)HashCode.Combine(1));
#pragma warning restore RS0030

    /// <summary>Whether it is the key of no id: the default.</summary>
    public bool IsNone => Value == 0;

    /// <summary>Whether the id is too long to be in it.</summary>
    public bool IsHashed => Value >> 127 != 0;

    /// <summary>
    /// A hash of all characters, other in each process. The number's own folds its words first, in which decimal digits meet: of the 200,000 ids from s12-0-100000 on it tells
    /// at most 32,000 apart (docs/decisions/0040-ids-are-hashed-whole.md).
    /// </summary>
    public override int GetHashCode() => unchecked((int)Folded(Folded((ulong)Value ^ Seed, LowFactor) ^ (ulong)(Value >> 64), HighFactor));

    /// <summary>Whether an id of so many characters is in its key.</summary>
    public static bool IsShort(int length) => length < Bytes;

    /// <summary>The id, of a key that is not hashed.</summary>
    public string Id
    {
        get
        {
            Check.That(!IsHashed);
            Span<byte> text = stackalloc byte[Bytes];
            MemoryMarshal.Write(text, Value);
            return Encoding.ASCII.GetString(text[1..].TrimEnd((byte)0));
        }
    }

    /// <summary>The key of an ASCII text of scope and id.</summary>
    public static RequestKey Of(char scope, string id)
    {
        if (IsShort(id.Length))
        {
            UInt128 value = 0;
            Encoding.ASCII.GetBytes(id, Text(ref value, scope));
            return new(value);
        }

        Span<byte> text = stackalloc byte[id.Length];
        Encoding.ASCII.GetBytes(id, text);
        return Hashed(scope, text);
    }

    /// <summary>The key of a scope and an id in ASCII.</summary>
    public static RequestKey Of(char scope, ReadOnlySpan<byte> id)
    {
        if (IsShort(id.Length))
        {
            UInt128 value = 0;
            id.CopyTo(Text(ref value, scope));
            return new(value);
        }

        return Hashed(scope, id);
    }

    /// <summary>Begins a key with its scope: where its id goes.</summary>
    private static Span<byte> Text(ref UInt128 value, char scope)
    {
        var text = MemoryMarshal.AsBytes(new Span<UInt128>(ref value));
        text[0] = (byte)scope;
        return text[1..];
    }

    private static RequestKey Hashed(char scope, ReadOnlySpan<byte> id)
    {
        Span<byte> text = stackalloc byte[1 + id.Length];
        text[0] = (byte)scope;
        id.CopyTo(text[1..]);
        if (scope == OfOrders)
        {
            return new(Mixed(text) | ((UInt128)1 << 127));
        }

        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(text, hash);
        return new(MemoryMarshal.Read<UInt128>(hash) | ((UInt128)1 << 127));
    }

    /// <summary>Two sums of the words of a text, each step a multiplication to 128 bits whose halves are folded, and the length at the end.</summary>
    private static UInt128 Mixed(ReadOnlySpan<byte> text)
    {
        unchecked
        {
            ulong low = 0x9E3779B97F4A7C15;
            ulong high = 0xC2B2AE3D27D4EB4F;
            var length = (ulong)text.Length;
            Span<byte> last = stackalloc byte[sizeof(ulong)];
            text[(text.Length & ~(sizeof(ulong) - 1))..].CopyTo(last);
            for (var at = 0; at < text.Length; at += sizeof(ulong))
            {
                var word = MemoryMarshal.Read<ulong>(text.Length - at < sizeof(ulong) ? last : text[at..]);
                low = Folded(low ^ word, LowFactor);
                high = Folded(high ^ word, HighFactor) + BitOperations.RotateLeft(word, 23);
            }

            low ^= high;
            return new(Folded(high ^ length, 0x8EBC6AF09C88C6E3), Folded(low + length, 0x589965CC75374CC3));
        }
    }

    private static ulong Folded(ulong value, ulong by)
    {
        var high = Math.BigMul(value, by, out var low);
        return high ^ low;
    }
}
