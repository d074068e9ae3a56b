using Grpc.Core;

namespace Marketplace.Client.Streams;

/// <summary>Opens a stream of the venue.</summary>
internal delegate AsyncServerStreamingCall<TMessage> StreamConnector<in TRequest, TMessage>(TRequest request, CancellationToken cancellation);
