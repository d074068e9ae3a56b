using System.Buffers;
using Marketplace.Domain.Messages;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace Marketplace.Domain.Tests.Support;

/// <summary>The journal's form of records and states: Orleans' serializer, as the venue uses it.</summary>
internal static class Journal
{
    public static readonly Serializer Serializer = new ServiceCollection().AddSerializer().BuildServiceProvider().GetRequiredService<Serializer>();

    /// <summary>What a reader of the journal gets of what was written into it.</summary>
    public static T RoundTrip<T>(T value)
        where T : class => Serializer.Deserialize<T>(Serializer.SerializeToArray(value))!;

    /// <summary>A machine's state in canonical form.</summary>
    public static byte[] StateOf(Machine machine)
    {
        var bytes = new ArrayBufferWriter<byte>();
        machine.Write(new StateWriter(bytes, Serializer));
        return bytes.WrittenSpan.ToArray();
    }
}
