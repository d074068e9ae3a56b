using Grpc.Core;

namespace Marketplace.Server.Errors;

/// <summary>
/// Calls of methods the venue does not have leave as UNIMPLEMENTED. gRPC can answer them too, by routes that fit any method: then each call of a method that is there is
/// matched against those as well.
/// </summary>
internal static class UnknownMethods
{
    private static readonly Status s_unimplemented = new(StatusCode.Unimplemented, "Method is unimplemented.");

    /// <summary>Answers calls for which there is no method; what is no call of gRPC is not found.</summary>
    public static void UseAnswerToUnknownMethods(this IApplicationBuilder application) => application.Use(static next => http =>
    {
        if (http.GetEndpoint() is not null || http.Request.ContentType?.StartsWith(GrpcResponse.ContentType, StringComparison.Ordinal) != true)
        {
            return next(http);
        }

        http.Response.Refuse(s_unimplemented);
        return Task.CompletedTask;
    });
}
