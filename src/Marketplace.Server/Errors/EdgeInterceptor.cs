using Grpc.Core;
using Grpc.Core.Interceptors;
using Marketplace.Domain.Refusals;
using Marketplace.Grains.Hosting;
using Marketplace.Server.Access;

namespace Marketplace.Server.Errors;

/// <summary>
/// The edge of the process: every call passes the access table here, and whatever goes wrong behind it leaves as a typed error. A key that is revoked or expires ends
/// the live streams it opened.
/// </summary>
internal sealed partial class EdgeInterceptor(
    AccessTable table, KeyRing keys, StreamWatch watch, Limits limits, VenueClock clock, IHostApplicationLifetime lifetime, ILogger<EdgeInterceptor> log) : Interceptor
{
    /// <inheritdoc/>
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            LetIn(context);
            return await continuation(request, context);
        }
        catch (Exception failed)
        {
            throw ErrorOf(failed, context);
        }
    }

    /// <inheritdoc/>
    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        Stream(context, () => continuation(request, responseStream, context));

    /// <inheritdoc/>
    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        Stream(context, () => continuation(requestStream, responseStream, context));

    private async Task Stream(ServerCallContext context, Func<Task> run)
    {
        try
        {
            if (LetIn(context) is not { } caller)
            {
                await run();
                return;
            }

            using var stream = limits.TryOpenStream(caller.Participant) ?? throw RejectReason.StreamLimit.ToException(retryAfter: TimeSpan.FromSeconds(1));
            using var live = watch.Watch(context, caller.Key.Id);
            try
            {
                await run();
            }
            catch (Exception) when (live.Ended != RejectReason.None)
            {
                throw live.Ended.ToException();
            }

            if (live.Ended != RejectReason.None)
            {
                throw live.Ended.ToException();
            }
        }
        catch (Exception failed)
        {
            throw ErrorOf(failed, context);
        }
    }

    private Caller? LetIn(ServerCallContext context)
    {
        if (table.NeedsNoKey(context.Method))
        {
            if (clock.IsManual)
            {
                context.ResponseTrailers.Add("gwh-clock", "manual");
            }

            return null;
        }

        var refused = keys.Identify(context, out var caller);
        if (refused != RejectReason.None)
        {
            throw refused.ToException();
        }

        if (!table.Allows(context.Method, caller!.Role))
        {
            throw RejectReason.PermissionDenied.ToException();
        }

        caller.Enter(context);
        return caller;
    }

    private RpcException ErrorOf(Exception failed, ServerCallContext context)
    {
        if (failed is RpcException known)
        {
            return known;
        }

        var reason = Failures.ReasonOf(failed, context.CancellationToken.IsCancellationRequested, lifetime.ApplicationStopping.IsCancellationRequested);
        if (reason != RejectReason.None)
        {
            return reason.ToException();
        }

        LogUnexpected(failed, context.Method);
        return new RpcException(new Status(StatusCode.Internal, UnreadableCalls.InternalError));
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Unexpected failure in {Method}")]
    private partial void LogUnexpected(Exception failed, string method);
}
