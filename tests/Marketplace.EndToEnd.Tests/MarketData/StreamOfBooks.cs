using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using Google.Protobuf;
using Marketplace.Server.MarketData;
using Marketplace.Server.Translation;
using Microsoft.Extensions.Time.Testing;

namespace Marketplace.EndToEnd.Tests.MarketData;

/// <summary>One stream of books whose other end a test holds: it reads when the test lets it, or never.</summary>
internal sealed class StreamOfBooks : PipeWriter, IDisposable
{
    private readonly ArrayBufferWriter<byte> _written = new();
    private readonly SemaphoreSlim _arrived = new(0);
    private readonly ConcurrentQueue<StreamOrderBookResponse> _messages = new();
    private readonly CancellationTokenSource _ends = new();
    private readonly BookStream _stream;
    private TaskCompletionSource? _held;
    private int _unflushed;
    private Task _run = Task.CompletedTask;

    public StreamOfBooks(StreamPulse pulse) => _stream = new(pulse, this, "connection", _ends.Token);

    /// <summary>How often it was flushed.</summary>
    public int Flushes { get; private set; }

    /// <summary>The most bytes that were flushed at once.</summary>
    public int LargestFlush { get; private set; }

    /// <summary>How the stream ended.</summary>
    public Task Ended => _run;

    /// <summary>Begins to read books at a depth; all of it where none is given.</summary>
    public async Task<StreamOfBooks> Begin(IEnumerable<FedBook> books, int depth = 10_000, bool conflate = false, OrderBookResumePoint? resume = null)
    {
        foreach (var book in books)
        {
            var (reader, first) = BookReader.Open(book.Channel, channel => channel.EnterLevels(depth), _stream, conflate, resume);
            await _stream.Begin(reader, first);
        }

        _run = _stream.Run();
        return this;
    }

    /// <summary>From now on nothing is taken: whoever writes waits.</summary>
    public void Hold() => _held = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What is written is taken again.</summary>
    public void Release()
    {
        var held = _held;
        _held = null;
        held?.TrySetResult();
    }

    /// <summary>The next message.</summary>
    public async Task<StreamOrderBookResponse> Next()
    {
        await _arrived.WaitAsync(TestContext.Current.CancellationToken);
        Assert.True(_messages.TryDequeue(out var message));
        return message;
    }

    public override Memory<byte> GetMemory(int sizeHint = 0) => _written.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => _written.GetSpan(sizeHint);

    public override void Advance(int bytes)
    {
        _written.Advance(bytes);
        _unflushed += bytes;
    }

    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        (Flushes, LargestFlush, _unflushed) = (Flushes + 1, Math.Max(LargestFlush, _unflushed), 0);
        var rest = _written.WrittenSpan;
        while (rest.Length > GrpcFrame.Bytes && BinaryPrimitives.ReadInt32BigEndian(rest[1..]) + GrpcFrame.Bytes is var length && length <= rest.Length)
        {
            _messages.Enqueue(StreamOrderBookResponse.Parser.ParseFrom(rest[GrpcFrame.Bytes..length]));
            _arrived.Release();
            rest = rest[length..];
        }

        var left = rest.ToArray();
        _written.ResetWrittenCount();
        _written.Write(left);
        await (_held?.Task ?? Task.CompletedTask);
        return default;
    }

    public override void CancelPendingFlush() => Release();

    public override void Complete(Exception? exception = null)
    {
    }

    public void Dispose()
    {
        _ends.Cancel();
        _stream.Dispose();
    }
}
