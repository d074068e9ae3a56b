using Google.Protobuf;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using Gwh.Marketplace.V1;

namespace Marketplace.Server.Services;

/// <summary>
/// <c>OpenSession</c> as a method whose requests arrive in bytes, in place of the generated one (docs/decisions/0046-session-commands-are-read-from-bytes.md). All other
/// methods of the service are the generated ones.
/// </summary>
internal sealed class SessionMethod : IServiceMethodProvider<TradingGrpc>
{
    private const string Name = "OpenSession";

    private static readonly Marshaller<OpenSessionResponse> s_responses = new(
        static (response, context) =>
        {
            context.SetPayloadLength(response.CalculateSize());
            response.WriteTo(context.GetBufferWriter());
            context.Complete();
        },
        static context => OpenSessionResponse.Parser.ParseFrom(context.PayloadAsReadOnlySequence()));

    /// <inheritdoc/>
    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<TradingGrpc> context) => context.AddDuplexStreamingMethod(
        new Method<SessionMessage, OpenSessionResponse>(MethodType.DuplexStreaming, TradingService.Descriptor.FullName, Name, SessionMessage.Marshaller, s_responses),
        [],
        static (service, requests, responses, call) => service.OpenSession(requests, responses, call));

    /// <summary>Binds what else the service has; gRPC finds this by the attribute on the service.</summary>
    public static void BindOthers(ServiceBinderBase binder, TradingService.TradingServiceBase? service) => TradingService.BindService(new AllButSessions(binder), service);

    private sealed class AllButSessions(ServiceBinderBase binder) : ServiceBinderBase
    {
        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) => binder.AddMethod(method, handler);

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler) => binder.AddMethod(method, handler);

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler) => binder.AddMethod(method, handler);

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
        {
            if (method.Name != Name)
            {
                binder.AddMethod(method, handler);
            }
        }
    }
}
