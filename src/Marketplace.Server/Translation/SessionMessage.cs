using System.Buffers;
using Grpc.Core;
using Gwh.Marketplace.V1;

namespace Marketplace.Server.Translation;

/// <summary>An <see cref="OpenSessionRequest"/> as it came, in bytes: <see cref="SessionBatchReader"/> makes no messages of most.</summary>
internal sealed class SessionMessage
{
    private readonly int _length;
    private byte[] _bytes;

    private SessionMessage(in ReadOnlySequence<byte> payload)
    {
        _length = (int)payload.Length;
        _bytes = ArrayPool<byte>.Shared.Rent(_length);
        payload.CopyTo(_bytes);
    }

    /// <summary>How gRPC reads it.</summary>
    public static Marshaller<SessionMessage> Marshaller { get; } = new(
        static (_, _) => throw new NotSupportedException(),
        static context => new(context.PayloadAsReadOnlySequence()));

    /// <summary>Its bytes; there until it is done with.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>The message they are, which is done with; throws where they are none.</summary>
    public OpenSessionRequest Parse()
    {
        var parsed = OpenSessionRequest.Parser.ParseFrom(Bytes);
        Done();
        return parsed;
    }

    /// <summary>Its memory may be used for the next.</summary>
    public void Done()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }
}
