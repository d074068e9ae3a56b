using System.Diagnostics;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Gwh.Marketplace.V1;

namespace Marketplace.Benchmarks;

/// <summary>Many readers of one stream in this process, as cheap as can be: what comes is counted, not parsed.</summary>
internal sealed class FanoutReaders : IDisposable
{
    public const int Connections = 8;

    /// <summary>Changes the slowest may be behind the fastest, on average: enough to keep all busy, too few to be conflated.</summary>
    private const int MostBehind = 32;

    private static readonly byte[] Nothing = [];
    private readonly List<GrpcChannel> _channels = [];
    private readonly List<AsyncServerStreamingCall<byte[]>> _calls = [];
    private readonly long[] _counts;
    private readonly List<double>[] _micros;
    private long[] _sentAt = [];
    private RpcException? _ended;
    private bool _over;
    private long[] _timedFrom = [];

    private FanoutReaders(int count)
    {
        _counts = new long[count];
        _micros = new List<double>[count];
    }

    /// <summary>What the first reader got, where it was to be kept.</summary>
    public List<byte[]> Kept { get; } = [];

    public static Task<FanoutReaders> OfBook(string address, BenchmarkMarket market, int count, bool keep) =>
        Open(address, "gwh.marketplace.v1.MarketDataService", "StreamOrderBook", new StreamOrderBookRequest { InstrumentIds = { market.Instruments[0] } }.ToByteArray(), market, count, keep, read: true);

    public static Task<FanoutReaders> OfSilent(string address, BenchmarkMarket market, int count) =>
        Open(address, "gwh.marketplace.v1.MarketDataService", "StreamOrderBook", new StreamOrderBookRequest { InstrumentIds = { market.Instruments[0] } }.ToByteArray(), market, count, keep: false, read: false);

    public static Task<FanoutReaders> OfRaw(string address, int count) => Open(address, "raw", "Subscribe", [1], null, count, keep: false, read: true);

    /// <summary>Completes when every reader has its first message.</summary>
    public async Task Began()
    {
        while (_counts.Any(count => count == 0))
        {
            await Task.Delay(5);
        }
    }

    /// <summary>Completes when the fastest has so many messages.</summary>
    public async Task Reached(long count)
    {
        for (var waited = Stopwatch.StartNew(); _counts.Max() < count && waited.Elapsed < TimeSpan.FromSeconds(10);)
        {
            await Task.Delay(5);
        }
    }

    /// <summary>Messages a second to all readers together, while changes are made as fast as the readers take them.</summary>
    public async Task<double> Measure(TimeSpan span, int writers, Func<Task> change)
    {
        var before = _counts.Sum();
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, writers).Select(_ => Task.Run(async () =>
        {
            while (clock.Elapsed < span)
            {
                await change();
                await KeptUp();
            }
        })));
        await CaughtUp();
        return (_counts.Sum() - before) / clock.Elapsed.TotalSeconds;
    }

    public async Task KeptUp()
    {
        while (_counts.Max() - _counts.Average() > MostBehind)
        {
            ThrowIfEnded();
            await Task.Delay(1);
        }
    }

    /// <summary>Completes when nobody has got anything for a while. (One that was too slow for a moment has fewer: it got several changes as one.)</summary>
    public async Task CaughtUp()
    {
        for (long last = -1; last != _counts.Sum();)
        {
            ThrowIfEnded();
            last = _counts.Sum();
            await Task.Delay(50);
        }
    }

    private void ThrowIfEnded()
    {
        if (_ended is { } ended)
        {
            throw new InvalidOperationException("A reader was sent away.", ended);
        }
    }

    public void BeginTiming(int messages)
    {
        _timedFrom = [.. _counts];
        for (var reader = 0; reader < _micros.Length; reader++)
        {
            _micros[reader] = new(messages);
        }

        Volatile.Write(ref _sentAt, new long[messages]);
    }

    public void Sent(int message) => _sentAt[message] = Stopwatch.GetTimestamp();

    public List<double> EndTiming()
    {
        Volatile.Write(ref _sentAt, []);
        return [.. _micros.SelectMany(one => one)];
    }

    public void Dispose()
    {
        _over = true;
        _calls.ForEach(call => call.Dispose());
        _channels.ForEach(channel => channel.Dispose());
    }

    private static async Task<FanoutReaders> Open(string address, string service, string name, byte[] request, BenchmarkMarket? market, int count, bool keep, bool read)
    {
        var readers = new FanoutReaders(count);
        var method = new Method<byte[], byte[]>(
            MethodType.ServerStreaming, service, name, Marshallers.Create<byte[]>(bytes => bytes, bytes => bytes),
            new Marshaller<byte[]>((_, _) => throw new NotSupportedException(), context => keep ? context.PayloadAsNewBuffer() : Nothing));
        for (var connection = 0; connection < Math.Min(Connections, count); connection++)
        {
            readers._channels.Add(GrpcChannel.ForAddress(address, new() { HttpHandler = new SocketsHttpHandler { InitialHttp2StreamWindowSize = 65_535 }, DisposeHttpClient = true }));
        }

        for (var reader = 0; reader < count; reader++)
        {
            var options = new CallOptions(market?.Keys[reader % market.Keys.Count]);
            var call = readers._channels[reader % readers._channels.Count].CreateCallInvoker().AsyncServerStreamingCall(method, null, options, request);
            readers._calls.Add(call);
            if (read)
            {
                _ = readers.Read(reader, call.ResponseStream, keep);
            }
        }

        await Task.WhenAll(readers._calls.Select(call => call.ResponseHeadersAsync));
        return readers;
    }

    private async Task Read(int reader, IAsyncStreamReader<byte[]> stream, bool keep)
    {
        try
        {
            while (await stream.MoveNext(default))
            {
                if (keep)
                {
                    Kept.Add(stream.Current);
                }

                var count = Interlocked.Increment(ref _counts[reader]);
                var sentAt = Volatile.Read(ref _sentAt);
                if (sentAt.Length > 0 && count - _timedFrom[reader] - 1 is >= 0 and var message && message < sentAt.Length && sentAt[message] > 0)
                {
                    _micros[reader].Add(Stopwatch.GetElapsedTime(sentAt[message]).TotalMicroseconds);
                }
            }
        }
        catch (RpcException ended)
        {
            // While the pass is on, no reader may be sent away: what is measured would not be what it says.
            _ended ??= _over ? null : ended;
        }
    }
}
