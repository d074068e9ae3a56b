using System.Runtime.CompilerServices;
using Grpc.Core;
using Marketplace.Client.Calls;
using Marketplace.Client.Errors;

namespace Marketplace.Client.Streams;

/// <summary>
/// Reads a stream for as long as its reader wants, connecting again whenever it ends, falls silent or breaks its rules. Gives up with the last error after so many
/// connections in a row that brought nothing, and at once when the venue says that asking again is of no use.
/// </summary>
internal static class HealingReader
{
    public static async IAsyncEnumerable<TUpdate> Read<TRequest, TMessage, TUpdate>(
        IFollower<TRequest, TMessage, TUpdate> follower,
        StreamConnector<TRequest, TMessage> connect,
        MarketplaceClientOptions options,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        var backoff = new Backoff(options);
        var updates = new List<TUpdate>();
        for (var failures = 0; ;)
        {
            MarketplaceException? error = null;
            using (var silence = new CancellationTokenSource(options.StreamSilence, options.Clock))
            using (var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, silence.Token))
            using (var call = connect(follower.Begin(), either.Token))
            {
                var intact = true;
                while (intact)
                {
                    (var more, error) = await Next(call.ResponseStream, either.Token).ConfigureAwait(false);
                    cancellation.ThrowIfCancellationRequested();
                    if (!more)
                    {
                        break;
                    }

                    silence.CancelAfter(options.StreamSilence);
                    updates.Clear();
                    intact = follower.Take(call.ResponseStream.Current, updates);
                    failures = intact ? 0 : failures;
                    foreach (var update in updates)
                    {
                        yield return update;
                    }
                }
            }

            failures++;
            if (error is not null && (IsFinal(error.StatusCode) || failures >= options.StreamAttempts))
            {
                throw error;
            }

            if (failures >= options.StreamAttempts)
            {
                throw RefusalReader.Lost("The stream ended again and again.");
            }

            await backoff.Wait(failures, error?.RetryAfter, cancellation).ConfigureAwait(false);
        }
    }

    private static async ValueTask<(bool More, MarketplaceException? Error)> Next<TMessage>(IAsyncStreamReader<TMessage> stream, CancellationToken cancellation)
    {
        try
        {
            return (await stream.MoveNext(cancellation).ConfigureAwait(false), null);
        }
        catch (RpcException error)
        {
            return (false, RefusalReader.Read(error));
        }
        catch (OperationCanceledException)
        {
            return (false, null);
        }
    }

    /// <summary>Whether asking again is of no use: the caller has no right, or asked for what there is not.</summary>
    private static bool IsFinal(StatusCode code) => code is StatusCode.Unauthenticated or StatusCode.PermissionDenied or StatusCode.NotFound
        or StatusCode.InvalidArgument or StatusCode.FailedPrecondition or StatusCode.Unimplemented;
}
