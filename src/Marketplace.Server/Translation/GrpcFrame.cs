using System.Buffers.Binary;

namespace Marketplace.Server.Translation;

/// <summary>gRPC's framing of a message that is written past its writer: not compressed, and the length.</summary>
internal static class GrpcFrame
{
    /// <summary>Bytes before a message.</summary>
    public const int Bytes = 1 + sizeof(uint);

    /// <summary>Writes the bytes before a message, for which there is room at the front of what holds both.</summary>
    public static void Write(Span<byte> framed)
    {
        framed[0] = 0;
        BinaryPrimitives.WriteUInt32BigEndian(framed[1..], (uint)(framed.Length - Bytes));
    }
}
