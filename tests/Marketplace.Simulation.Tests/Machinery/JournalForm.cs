using System.Buffers;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace Marketplace.Simulation.Tests.Machinery;

/// <summary>The journal's form of records and states, and hashes of it.</summary>
internal static class JournalForm
{
    public static readonly Serializer Serializer = new ServiceCollection().AddSerializer().BuildServiceProvider().GetRequiredService<Serializer>();

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    /// <summary>The bytes of a record, answer or entity.</summary>
    public static byte[] Bytes<T>(T value)
    {
        var buffer = Cleared();
        Serializer.Serialize(value, buffer);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>A machine's state in canonical form.</summary>
    public static byte[] StateOf(Machine machine)
    {
        var buffer = Cleared();
        machine.Write(new StateWriter(buffer, Serializer));
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>A hash of what was hashed before and some bytes (FNV-1a, 64 bits).</summary>
    public static ulong Hash(ulong before, ReadOnlySpan<byte> bytes)
    {
        var hash = before ^ 14695981039346656037;
        foreach (var one in bytes)
        {
            hash = (hash ^ one) * 1099511628211;
        }

        return hash;
    }

    private static ArrayBufferWriter<byte> Cleared()
    {
        _buffer ??= new(4096);
        _buffer.ResetWrittenCount();
        return _buffer;
    }
}
