using System.Diagnostics;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Gwh.Marketplace.V1;

namespace Marketplace.Benchmarks;

/// <summary>
/// Many readers of one stream in this process, as cheap as can be: what comes is counted, and where a reader is is read from the first bytes of a message. The same is
/// done with what the venue sends and with what the raw server does.
/// </summary>
internal sealed class FanoutReaders : IDisposable
{
    public const int Connections = 8;

    /// <summary>Changes the fastest may be ahead of the others, on average: enough to keep all busy, few enough that most changes are told each.</summary>
    private const int MostAhead = 32;

    private static readonly TimeSpan Warming = TimeSpan.FromMilliseconds(500);
    private static readonly byte[] Nothing = [];
    private readonly List<GrpcChannel> _channels = [];
    private readonly List<AsyncServerStreamingCall<byte[]>> _calls = [];
    private readonly long[] _counts;
    private readonly long[] _waits;
    private readonly long[] _places;
    private readonly List<double>[] _micros;
    private long[] _sentAt = [];
    private RpcException? _ended;
    private bool _over;
    private bool _ahead;
    private long _lookedAt;
    private long[] _timedFrom = [];
    private FanoutTape? _tape;

    private FanoutReaders(int count)
    {
        (_counts, _waits, _places) = (new long[count], new long[count], new long[count]);
        _micros = new List<double>[count];
    }

    public static Task<FanoutReaders> OfBook(string address, BenchmarkMarket market, int count) => OfBook(address, market, count, read: true);

    public static Task<FanoutReaders> OfSilent(string address, BenchmarkMarket market, int count) => OfBook(address, market, count, read: false);

    public static Task<FanoutReaders> OfRaw(string address, int count) => Open(address, "raw", "Subscribe", [1], null, count, read: true);

    /// <summary>Completes when every reader has its first message.</summary>
    public async Task Began()
    {
        while (_counts.Any(count => count == 0))
        {
            await Task.Delay(5);
        }
    }

    /// <summary>
    /// What all readers together get while changes are made as fast as the readers take them, over a span that begins when that has been going on for a moment and ends
    /// before the last are waited for. The first reader's messages go onto a tape, where there is one.
    /// </summary>
    public async Task<Delivery> Measure(VenueProcess server, TimeSpan span, int writers, Func<Task> change, FanoutTape? tape = null)
    {
        var over = false;
        var writing = Task.WhenAll(Enumerable.Range(0, writers).Select(_ => Task.Run(async () =>
        {
            while (!Volatile.Read(ref over))
            {
                await change();
                await KeptUp();
            }
        })));
        await Task.Delay(Warming);
        var delivery = await Count(server, () => Task.Delay(span), tape);
        Volatile.Write(ref over, true);
        await writing;
        await CaughtUp();
        return delivery;
    }

    /// <summary>What all readers together get while something goes on.</summary>
    public async Task<Delivery> Count(VenueProcess server, Func<Task> something, FanoutTape? tape = null)
    {
        tape?.Begin();
        _tape = tape;
        var (count, waits, time, clock) = (_counts.Sum(), _waits.Sum(), server.ProcessorTime, Stopwatch.StartNew());
        await something();
        var delivered = new Delivery(_counts.Sum() - count, _waits.Sum() - waits, clock.Elapsed, server.ProcessorTime - time);
        _tape = null;
        return delivered;
    }

    /// <summary>Completes when the readers are not too far apart.</summary>
    public async Task KeptUp()
    {
        while (IsAhead())
        {
            ThrowIfEnded();
            await Task.Delay(1);
        }
    }

    /// <summary>Completes when nobody has got anything for a while.</summary>
    public async Task CaughtUp()
    {
        for (long last = -1; last != _counts.Sum();)
        {
            ThrowIfEnded();
            last = _counts.Sum();
            await Task.Delay(50);
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

    private static Task<FanoutReaders> OfBook(string address, BenchmarkMarket market, int count, bool read) => Open(
        address, "gwh.marketplace.v1.MarketDataService", "StreamOrderBook", new StreamOrderBookRequest { InstrumentIds = { market.Instruments[0] } }.ToByteArray(), market, count, read);

    private static async Task<FanoutReaders> Open(string address, string service, string name, byte[] request, BenchmarkMarket? market, int count, bool read)
    {
        var readers = new FanoutReaders(count);
        for (var connection = 0; connection < Math.Min(Connections, count); connection++)
        {
            readers._channels.Add(GrpcChannel.ForAddress(address, new() { HttpHandler = new SocketsHttpHandler { InitialHttp2StreamWindowSize = 65_535 }, DisposeHttpClient = true }));
        }

        for (var reader = 0; reader < count; reader++)
        {
            var at = reader;
            var method = new Method<byte[], byte[]>(
                MethodType.ServerStreaming, service, name, Marshallers.Create<byte[]>(bytes => bytes, bytes => bytes),
                new Marshaller<byte[]>((_, _) => throw new NotSupportedException(), context => readers.Take(at, context)));
            var options = new CallOptions(market?.Keys[reader % market.Keys.Count]);
            var call = readers._channels[reader % readers._channels.Count].CreateCallInvoker().AsyncServerStreamingCall(method, null, options, request);
            readers._calls.Add(call);
            if (read)
            {
                _ = readers.Read(reader, call.ResponseStream, counts: market is null);
            }
        }

        await Task.WhenAll(readers._calls.Select(call => call.ResponseHeadersAsync));
        return readers;
    }

    private byte[] Take(int reader, DeserializationContext context)
    {
        var payload = context.PayloadAsReadOnlySequence();
        if (reader == 0 && _tape is { } tape)
        {
            tape.Add(context.PayloadAsNewBuffer());
        }

        if (FanoutTape.SequenceOf(payload) is > 0 and var sequence)
        {
            _places[reader] = sequence;
        }

        return Nothing;
    }

    /// <summary>Whether the fastest is too far ahead; looked at once in a millisecond, however many ask.</summary>
    private bool IsAhead()
    {
        var (now, looked) = (Environment.TickCount64, Volatile.Read(ref _lookedAt));
        if (now != looked && Interlocked.CompareExchange(ref _lookedAt, now, looked) == looked)
        {
            Volatile.Write(ref _ahead, _places.Max() - _places.Average() > MostAhead);
        }

        return Volatile.Read(ref _ahead);
    }

    private void ThrowIfEnded()
    {
        if (_ended is { } ended)
        {
            throw new InvalidOperationException("A reader was sent away.", ended);
        }
    }

    private async Task Read(int reader, IAsyncStreamReader<byte[]> stream, bool counts)
    {
        try
        {
            while (true)
            {
                var next = stream.MoveNext(default);
                if (!next.IsCompleted)
                {
                    _waits[reader]++;
                    if (reader == 0)
                    {
                        _tape?.Waits();
                    }
                }

                if (!await next)
                {
                    return;
                }

                // What the raw server sends may be the same bytes again and again.
                var count = Interlocked.Increment(ref _counts[reader]);
                _places[reader] = counts ? count : _places[reader];
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
