using Grpc.Core;
using Marketplace.Domain.Refusals;
using Marketplace.Server.Access;

namespace Marketplace.Server.Errors;

/// <summary>The edge of the process: every call passes the access table here, and whatever goes wrong behind it leaves as a typed error.</summary>
internal sealed partial class Edge(AccessTable table, KeyRing keys, IHostApplicationLifetime lifetime, ILogger<Edge> log)
{
    /// <summary>A call's method, such as /gwh.marketplace.v1.TradingService/PlaceOrder.</summary>
    public static string MethodOf(HttpContext call) => call.Request.Path.Value!;

    /// <summary>Who makes a call, if it may.</summary>
    /// <exception cref="RpcException">It may not.</exception>
    public Caller LetIn(HttpContext call)
    {
        var refused = keys.Identify(call, out var caller);
        if (refused != RejectReason.None)
        {
            throw refused.ToException();
        }

        return table.Allows(MethodOf(call), caller!.Role) ? caller : throw RejectReason.PermissionDenied.ToException();
    }

    /// <summary>What a call is told of a failure.</summary>
    /// <param name="failed">What was thrown.</param>
    /// <param name="method">The call's method.</param>
    /// <param name="callIsOver">The client has cancelled the call, or its deadline has passed.</param>
    public RpcException ErrorOf(Exception failed, string method, bool callIsOver)
    {
        if (failed is RpcException known)
        {
            return known;
        }

        var reason = Failures.ReasonOf(failed, callIsOver, lifetime.ApplicationStopping.IsCancellationRequested);
        if (reason != RejectReason.None)
        {
            return reason.ToException();
        }

        LogUnexpected(failed, method);
        return new RpcException(new Status(StatusCode.Internal, UnreadableCalls.InternalError));
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Unexpected failure in {Method}")]
    private partial void LogUnexpected(Exception failed, string method);
}
