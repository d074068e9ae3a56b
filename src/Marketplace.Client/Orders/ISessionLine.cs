using Grpc.Core;
using Gwh.Marketplace.V1;

namespace Marketplace.Client.Orders;

/// <summary>Where a session's messages go and come from: one connection at a time.</summary>
internal interface ISessionLine
{
    /// <summary>Connects.</summary>
    ISessionConnection Connect(CancellationToken cancellation);
}

/// <summary>One connection of a session. One writer and one reader at a time.</summary>
internal interface ISessionConnection : IDisposable
{
    /// <summary>Sends a message.</summary>
    Task Send(OpenSessionRequest message, CancellationToken cancellation);

    /// <summary>The next message; null when the venue ended the session.</summary>
    Task<OpenSessionResponse?> Receive(CancellationToken cancellation);

    /// <summary>Says that nothing more will be sent.</summary>
    Task Complete();
}

/// <summary>Sessions over gRPC.</summary>
internal sealed class GrpcSessionLine(TradingService.TradingServiceClient stub) : ISessionLine
{
    public ISessionConnection Connect(CancellationToken cancellation) => new Connection(stub.OpenSession(cancellationToken: cancellation));

    private sealed class Connection(AsyncDuplexStreamingCall<OpenSessionRequest, OpenSessionResponse> call) : ISessionConnection
    {
        public Task Send(OpenSessionRequest message, CancellationToken cancellation) => call.RequestStream.WriteAsync(message, cancellation);

        public async Task<OpenSessionResponse?> Receive(CancellationToken cancellation) =>
            await call.ResponseStream.MoveNext(cancellation).ConfigureAwait(false) ? call.ResponseStream.Current : null;

        public Task Complete() => call.RequestStream.CompleteAsync();

        public void Dispose() => call.Dispose();
    }
}
