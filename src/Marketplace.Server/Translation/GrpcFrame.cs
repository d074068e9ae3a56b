using System.Buffers.Binary;

namespace Marketplace.Server.Translation;

/// <summary>gRPC's framing of a message that is written or read past its library: not compressed, and the length.</summary>
internal static class GrpcFrame
{
    /// <summary>Bytes before a message.</summary>
    public const int Bytes = 1 + sizeof(uint);

    private const byte NotCompressed = 0;

    /// <summary>Whether bytes are one framed message, not compressed, and nothing behind it.</summary>
    public static bool IsOne(ReadOnlySpan<byte> framed) =>
        framed.Length >= Bytes && framed[0] == NotCompressed && BinaryPrimitives.ReadUInt32BigEndian(framed[1..]) == framed.Length - Bytes;

    /// <summary>Writes the bytes before a message, for which there is room at the front of what holds both.</summary>
    public static void Write(Span<byte> framed)
    {
        framed[0] = NotCompressed;
        BinaryPrimitives.WriteUInt32BigEndian(framed[1..], (uint)(framed.Length - Bytes));
    }
}
