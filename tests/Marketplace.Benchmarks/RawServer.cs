using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Marketplace.Benchmarks;

/// <summary>The yardstick of fan-out: bytes given to it go to every subscriber's stream as they are, over the same transport, with nothing else done.</summary>
[BindServiceMethod(typeof(RawServer), nameof(BindService))]
public class RawServer
{
    private static readonly Marshaller<byte[]> Bytes = new(
        static (message, context) =>
        {
            context.SetPayloadLength(message.Length);
            context.GetBufferWriter().Write(message);
            context.Complete();
        },
        static context => context.PayloadAsNewBuffer());

    private static readonly Method<byte[], byte[]> PublishMethod = new(MethodType.Unary, "raw", nameof(Publish), Bytes, Bytes);
    private static readonly Method<byte[], byte[]> SubscribeMethod = new(MethodType.ServerStreaming, "raw", nameof(Subscribe), Bytes, Bytes);
    private static readonly WriteOptions Later = new(WriteFlags.BufferHint);
    private static readonly WriteOptions AtOnce = new();
    private static readonly ConcurrentDictionary<Channel<byte[]>, byte> Subscribers = new();

    /// <summary>Runs it in this process at a port, until disposed.</summary>
    public static async Task<WebApplication> Start(int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.Http2.MaxStreamsPerConnection = 256;
            kestrel.Listen(IPAddress.Loopback, port, endpoint => endpoint.Protocols = HttpProtocols.Http2);
        });
        builder.Services.AddRouting();
        builder.Services.AddGrpc();
        var application = builder.Build();
        application.MapGrpcService<RawServer>();
        await application.StartAsync();
        return application;
    }

    /// <summary>Gives a running one messages to broadcast.</summary>
    public static async Task Publish(GrpcChannel channel, IReadOnlyList<byte[]> messages)
    {
        var request = new byte[messages.Sum(message => sizeof(int) + message.Length)];
        var rest = request.AsSpan();
        foreach (var message in messages)
        {
            BinaryPrimitives.WriteInt32LittleEndian(rest, message.Length);
            message.CopyTo(rest[sizeof(int)..]);
            rest = rest[(sizeof(int) + message.Length)..];
        }

        await channel.CreateCallInvoker().AsyncUnaryCall(PublishMethod, null, default, request);
    }

    public static void BindService(ServiceBinderBase binder, RawServer? service)
    {
        binder.AddMethod(PublishMethod, service is null ? (UnaryServerMethod<byte[], byte[]>?)null : service.Publish);
        binder.AddMethod(SubscribeMethod, service is null ? (ServerStreamingServerMethod<byte[], byte[]>?)null : service.Subscribe);
    }

    public virtual Task<byte[]> Publish(byte[] request, ServerCallContext context)
    {
        var messages = new List<byte[]>();
        for (var at = 0; at < request.Length; at += sizeof(int) + messages[^1].Length)
        {
            messages.Add(request.AsSpan(at + sizeof(int), BinaryPrimitives.ReadInt32LittleEndian(request.AsSpan(at))).ToArray());
        }

        foreach (var (subscriber, _) in Subscribers)
        {
            messages.ForEach(message => subscriber.Writer.TryWrite(message));
        }

        return Task.FromResult(Array.Empty<byte>());
    }

    public virtual async Task Subscribe(byte[] request, IServerStreamWriter<byte[]> responses, ServerCallContext context)
    {
        var queue = Channel.CreateUnbounded<byte[]>(new() { SingleReader = true });
        Subscribers.TryAdd(queue, 0);
        try
        {
            await responses.WriteAsync(request);
            // As good as it can be had: what waits together goes out with one flush.
            while (await queue.Reader.WaitToReadAsync(context.CancellationToken))
            {
                while (queue.Reader.TryRead(out var message))
                {
                    responses.WriteOptions = queue.Reader.TryPeek(out _) ? Later : AtOnce;
                    await responses.WriteAsync(message);
                }
            }
        }
        finally
        {
            Subscribers.TryRemove(queue, out _);
        }
    }
}
