using System.Reflection;
using Google.Protobuf.Reflection;

namespace Marketplace.EndToEnd.Tests.BadInput;

/// <summary>Every RPC of the contract, called with any bytes.</summary>
internal static class Rpcs
{
    private static readonly Marshaller<byte[]> s_bytes = Marshallers.Create(bytes => bytes, bytes => bytes);

    public static IReadOnlyList<MethodDescriptor> All { get; } = [.. typeof(Order).Assembly.GetTypes()
        .Select(type => type.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)?.GetValue(null)).OfType<FileDescriptor>()
        .SelectMany(file => file.Services).SelectMany(service => service.Methods).OrderBy(method => method.FullName, StringComparer.Ordinal)];

    /// <summary>Service, slash, method.</summary>
    public static string NameOf(MethodDescriptor rpc) => $"{rpc.Service.Name}/{rpc.Name}";

    /// <summary>Calls an RPC and waits for its first answer; the refusal, or null where there is none.</summary>
    public static async Task<RpcException?> Call(Line line, MethodDescriptor rpc, params byte[][] messages)
    {
        var type = (rpc.IsClientStreaming, rpc.IsServerStreaming) switch
        {
            (false, false) => MethodType.Unary,
            (false, true) => MethodType.ServerStreaming,
            (true, false) => MethodType.ClientStreaming,
            (true, true) => MethodType.DuplexStreaming,
        };
        var method = new Method<byte[], byte[]>(type, rpc.Service.FullName, rpc.Name, s_bytes, s_bytes);
        var options = new CallOptions(deadline: DateTime.UtcNow.AddMinutes(1), cancellationToken: TestContext.Current.CancellationToken);
        try
        {
            switch (type)
            {
                case MethodType.Unary:
                    await line.Invoker.AsyncUnaryCall(method, null, options, messages.Single());
                    break;
                case MethodType.ServerStreaming:
                    using (var streaming = line.Invoker.AsyncServerStreamingCall(method, null, options, messages.Single()))
                    {
                        await streaming.ResponseStream.MoveNext(options.CancellationToken);
                    }

                    break;
                default:
                    using (var duplex = line.Invoker.AsyncDuplexStreamingCall(method, null, options))
                    {
                        await Talk(duplex, messages, options.CancellationToken);
                    }

                    break;
            }

            return null;
        }
        catch (RpcException refused)
        {
            return refused;
        }
    }

    private static async Task Talk(AsyncDuplexStreamingCall<byte[], byte[]> call, byte[][] messages, CancellationToken cancellation)
    {
        try
        {
            foreach (var message in messages)
            {
                await call.RequestStream.WriteAsync(message, cancellation);
            }

            await call.RequestStream.CompleteAsync();
        }
        catch (Exception ended) when (ended is InvalidOperationException or RpcException)
        {
            // The call has ended already: reading says why.
        }

        while (await call.ResponseStream.MoveNext(cancellation))
        {
        }
    }
}
