using Grpc.Core;
using Grpc.Core.Interceptors;
using Marketplace.Domain.Refusals;
using Marketplace.Grains.Hosting;
using Marketplace.Server.Access;

namespace Marketplace.Server.Errors;

/// <summary>The edge for calls that gRPC reads. A key that is revoked or expires ends the live streams it opened.</summary>
internal sealed class EdgeInterceptor(Edge edge, AccessTable table, StreamWatch watch, VenueClock clock) : Interceptor
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

            using var stream = caller.Allowance.TryOpenStream() ?? throw RejectReason.StreamLimit.ToException(retryAfter: TimeSpan.FromSeconds(1));
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

        var caller = edge.LetIn(context.GetHttpContext());
        caller.Enter(context);
        return caller;
    }

    private RpcException ErrorOf(Exception failed, ServerCallContext context) => edge.ErrorOf(failed, context.Method, context.CancellationToken.IsCancellationRequested);
}
