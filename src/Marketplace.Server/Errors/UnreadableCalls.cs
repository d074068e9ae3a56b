using Google.Protobuf;
using Grpc.Core;

namespace Marketplace.Server.Errors;

/// <summary>
/// A call whose message gRPC itself cannot read never reaches the services: it would leave as UNKNOWN or INTERNAL. Here it leaves as INVALID_ARGUMENT, typed as all others.
/// </summary>
internal static class UnreadableCalls
{
    /// <summary>What the edge answers where the fault is the venue's own.</summary>
    public const string InternalError = "internal error";

    private const string DetailsHeader = "grpc-status-details-bin";

    private static readonly string Unknown = GrpcResponse.Text(StatusCode.Unknown);
    private static readonly string Internal = GrpcResponse.Text(StatusCode.Internal);
    private static readonly string Refused = GrpcResponse.Text(StatusCode.InvalidArgument);
    private static readonly string Details = Convert.ToBase64String(Rejections.StatusOf(Reason.InvalidArgument).ToByteArray());

    /// <summary>Types the errors of calls that gRPC could not read.</summary>
    public static IApplicationBuilder UseTypedErrorsOfUnreadableCalls(this IApplicationBuilder application) => application.Use(static next => http =>
    {
        http.Response.OnStarting(static http => Type(((HttpContext)http).Response.Headers), http);
        return next(http);
    });

    /// <summary>What leaves with a status in its head never reached a service, or was refused by one.</summary>
    private static Task Type(IHeaderDictionary headers)
    {
        string? status = headers[GrpcResponse.StatusHeader];
        if (status == Unknown || (status == Internal && headers[GrpcResponse.MessageHeader] != InternalError))
        {
            headers[GrpcResponse.StatusHeader] = Refused;
            headers[GrpcResponse.MessageHeader] = Rejections.NameOf(Reason.InvalidArgument);
            headers[DetailsHeader] = Details;
        }

        return Task.CompletedTask;
    }
}
