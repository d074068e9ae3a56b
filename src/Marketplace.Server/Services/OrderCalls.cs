using System.Buffers;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Orders;
using Microsoft.Extensions.ObjectPool;

namespace Marketplace.Server.Services;

/// <summary>Marks a method whose calls <see cref="OrderCalls"/> serves: a command on one order, answered with the order.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OrderCallAttribute(CommandKind kind) : Attribute
{
    /// <summary>What the method asks for.</summary>
    public CommandKind Kind => kind;
}

/// <summary>
/// Calls of one order, served between the web server and the account without the layers in between (docs/decisions/0049-calls-of-one-order-past-the-library.md). What is not as usual - compressed,
/// longer than 4 KiB, odd to <see cref="WireFields"/> - goes on to gRPC's library unread, which serves all other methods.
/// </summary>
internal sealed class OrderCalls(Doors doors, Edge edge)
{
    /// <summary>The longest request, frame included: far more than the fields of a command take.</summary>
    private const int LongestRequest = 4096;

    private const int Spare = 256;

    private static readonly string s_ok = GrpcResponse.Text(Grpc.Core.StatusCode.OK);

    private readonly OrderCommandWire _commands = new(doors.Catalog);
    private readonly DefaultObjectPool<OrderCallSubmission> _submissions = new(new DefaultPooledObjectPolicy<OrderCallSubmission>(), Spare);

    /// <summary>Serves what it can, and hands on what it cannot.</summary>
    public RequestDelegate Before(RequestDelegate others) => http =>
        http.GetEndpoint()?.Metadata.GetMetadata<OrderCallAttribute>() is { } call && http.Request.ContentType == GrpcResponse.ContentType
            ? Serve(http, call.Kind, others)
            : others(http);

    private async Task Serve(HttpContext http, CommandKind kind, RequestDelegate others)
    {
        var isRead = false;
        try
        {
            var body = http.Request.BodyReader;
            var read = await body.ReadAsync();
            while (!read.IsCompleted && read.Buffer.Length <= LongestRequest)
            {
                body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                read = await body.ReadAsync();
            }

            isRead = true;
            if (read.IsCompleted && TryRead(kind, read.Buffer, out var request))
            {
                body.AdvanceTo(read.Buffer.End);
                var caller = edge.LetIn(http);
                var orders = OrderCommandWire.IsOrder(kind) ? 1 : 0;
                doors.EnterOrders(caller, orders, cancels: 1 - orders);
                var submission = _submissions.Get();
                submission.Ask(request);
                await await doors.Submit(caller, submission);
                Answer(http.Response, submission);

                // One that failed is not used again: it may be answered still.
                _submissions.Return(submission);
                return;
            }

            body.AdvanceTo(read.Buffer.Start);
        }
        catch (Exception failed) when (isRead)
        {
            http.Response.Refuse(edge.ErrorOf(failed, Edge.MethodOf(http), http.RequestAborted.IsCancellationRequested));
            return;
        }
        catch (Exception)
        {
            // Where the request does not arrive whole, gRPC meets that too, and tells.
        }

        await others(http);
    }

    /// <summary>Reads what a request asks for; false where it is left to the generated messages.</summary>
    private bool TryRead(CommandKind kind, ReadOnlySequence<byte> framed, out OrderRequest request)
    {
        var bytes = framed.FirstSpan;
        request = default;
        return framed.IsSingleSegment && GrpcFrame.IsOne(bytes) && _commands.TryRead(kind, bytes[GrpcFrame.Bytes..], default, 0, ref request);
    }

    private static void Answer(HttpResponse response, OrderCallSubmission submission)
    {
        if (submission.Refusal.Reason != Reason.None)
        {
            response.Refuse(submission.Refusal.ToException());
            return;
        }

        response.ContentType = GrpcResponse.ContentType;
        response.BodyWriter.Write(submission.Frame);
        response.AppendTrailer(GrpcResponse.StatusHeader, s_ok);
    }
}
