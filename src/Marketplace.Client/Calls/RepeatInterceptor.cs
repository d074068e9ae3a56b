using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Gwh.Marketplace.V1;
using Marketplace.Client.Errors;

namespace Marketplace.Client.Calls;

/// <summary>
/// Makes unary calls safe to lose: a write gets an id and valid_until where it has none, and while its outcome is unknown it is repeated with the same id.
/// What was sent in is not changed. Ends in an answer or a <see cref="MarketplaceException"/>.
/// </summary>
internal sealed class RepeatInterceptor(MarketplaceClientOptions options, VenueTime time) : Interceptor
{
    private readonly Backoff _backoff = new(options);

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, BlockingUnaryCallContinuation<TRequest, TResponse> continuation) =>
        throw new NotSupportedException("This client calls asynchronously: use the method that ends in Async.");

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        var attempts = new Attempts<TRequest, TResponse>(context, continuation);
        return new(Run(request, attempts), attempts.Headers(), attempts.Status, attempts.Trailers, attempts.Dispose);
    }

    private async Task<TResponse> Run<TRequest, TResponse>(TRequest request, Attempts<TRequest, TResponse> attempts)
        where TRequest : class
        where TResponse : class
    {
        var sent = (IMessage)request;
        var filled = WriteFields.IsIncomplete(sent);
        if (filled)
        {
            sent = await Completed(request, sent, attempts.Cancellation).ConfigureAwait(false);
        }

        for (int failures = 0, refreshes = 0; ;)
        {
            MarketplaceException error;
            try
            {
                var response = await attempts.Next((TRequest)sent, options.Clock.GetUtcNow() + options.AttemptTimeout).ConfigureAwait(false);
                if (!filled || refreshes > 0 || !SaysValidityPassed(response))
                {
                    return response;
                }

                error = RefusalReader.Refused(RejectReason.ValidityPassed, "valid_until");
            }
            catch (RpcException refused)
            {
                attempts.Cancellation.ThrowIfCancellationRequested();
                error = RefusalReader.Read(refused);
                error.RequestId = WriteFields.Of(sent).IdOf(sent);
            }

            // Refused for valid_until, a write was not run and never will be under it: the venue's time was not what it was thought to be.
            if (filled && refreshes == 0 && error.Reason is RejectReason.ValidityPassed or RejectReason.ValidityBeyondWindow)
            {
                refreshes++;
                time.Forget();
                sent = await Completed(request, sent, attempts.Cancellation).ConfigureAwait(false);
                continue;
            }

            if (!error.IsOutcomeUnknown || ++failures >= options.Attempts || attempts.DeadlinePassed(options.Clock.GetUtcNow()))
            {
                throw error;
            }

            await _backoff.Wait(failures, error.RetryAfter, attempts.Cancellation).ConfigureAwait(false);
        }
    }

    private static bool SaysValidityPassed(object response) =>
        response is PlaceOrdersResponse batch && batch.Results.Any(result => result.Refusal?.Reason is RejectReason.ValidityPassed or RejectReason.ValidityBeyondWindow);

    /// <summary>The request as it was asked, with a valid_until of now, under the ids it was sent with before.</summary>
    private async Task<IMessage> Completed<TRequest>(TRequest asked, IMessage sentBefore, CancellationToken cancellation)
        where TRequest : class
    {
        var validUntil = await time.ValidUntil(cancellation).ConfigureAwait(false);
        var copy = (IMessage)((IDeepCloneable<TRequest>)asked).Clone();
        CopyIds(sentBefore, copy);
        WriteFields.Complete(copy, options.NewId, validUntil);
        return copy;
    }

    private static void CopyIds(IMessage from, IMessage to)
    {
        if (from is PlaceOrdersRequest sent && to is PlaceOrdersRequest batch)
        {
            for (var i = 0; i < batch.Orders.Count; i++)
            {
                batch.Orders[i].ClientOrderId = sent.Orders[i].ClientOrderId;
            }

            return;
        }

        var id = WriteFields.Of(from).IdOf(from);
        if (id.Length > 0)
        {
            WriteFields.Complete(to, () => id, null);
        }
    }

    /// <summary>The attempts of one call; headers, status and trailers are the last one's.</summary>
    private sealed class Attempts<TRequest, TResponse>(ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        where TRequest : class
        where TResponse : class
    {
        private readonly CancellationTokenSource _disposed = CancellationTokenSource.CreateLinkedTokenSource(context.Options.CancellationToken);
        private readonly TaskCompletionSource<Metadata> _headers = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private AsyncUnaryCall<TResponse>? _last;

        public CancellationToken Cancellation => _disposed.Token;

        public bool DeadlinePassed(DateTimeOffset now) => context.Options.Deadline is { } asked && asked <= now.UtcDateTime;

        public async Task<TResponse> Next(TRequest request, DateTimeOffset deadline)
        {
            var latest = context.Options.Deadline is { } asked && asked < deadline.UtcDateTime ? asked : deadline.UtcDateTime;
            _last?.Dispose();
            _last = continuation(request, new(context.Method, context.Host, context.Options.WithDeadline(latest).WithCancellationToken(_disposed.Token)));
            var response = await _last.ResponseAsync.ConfigureAwait(false);
            _headers.TrySetResult(await _last.ResponseHeadersAsync.ConfigureAwait(false));
            return response;
        }

        public Task<Metadata> Headers() => _headers.Task;

        public Status Status() => _last?.GetStatus() ?? new Status(StatusCode.Unknown, "not sent");

        public Metadata Trailers() => _last?.GetTrailers() ?? [];

        public void Dispose()
        {
            _disposed.Cancel();
            _headers.TrySetCanceled();
            _last?.Dispose();
        }
    }
}
