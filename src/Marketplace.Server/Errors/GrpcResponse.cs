using System.Globalization;
using Grpc.Core;

namespace Marketplace.Server.Errors;

/// <summary>The parts of gRPC's responses over HTTP/2, for those that are not written by the library (its PROTOCOL-HTTP2.md).</summary>
internal static class GrpcResponse
{
    /// <summary>The content type of messages in protobuf, where nothing more is said.</summary>
    public const string ContentType = "application/grpc";

    /// <summary>Where a call's status is said.</summary>
    public const string StatusHeader = "grpc-status";

    /// <summary>Where it is said why.</summary>
    public const string MessageHeader = "grpc-message";

    /// <summary>A status as it is written.</summary>
    public static string Text(StatusCode code) => ((int)code).ToString(CultureInfo.InvariantCulture);

    /// <summary>Answers a call with an error: headers alone, no message.</summary>
    public static void Refuse(this HttpResponse response, RpcException error)
    {
        response.Refuse(error.Status);
        foreach (var entry in error.Trailers)
        {
            response.Headers.Append(entry.Key, entry.IsBinary ? Convert.ToBase64String(entry.ValueBytes) : entry.Value);
        }
    }

    /// <summary>Answers a call with a status and nothing more.</summary>
    public static void Refuse(this HttpResponse response, Status status)
    {
        response.ContentType = ContentType;
        response.Headers[StatusHeader] = Text(status.StatusCode);
        response.Headers[MessageHeader] = IsPlain(status.Detail) ? status.Detail : Uri.EscapeDataString(status.Detail);
    }

    /// <summary>Whether a text needs no escapes in a header: printable ASCII but the percent sign.</summary>
    private static bool IsPlain(string text) => !text.AsSpan().ContainsAnyExceptInRange(' ', '~') && !text.Contains('%', StringComparison.Ordinal);
}
