using System.Collections.Concurrent;
using Google.Protobuf;
using Marketplace.Server.MarketData;
using Microsoft.Extensions.Time.Testing;

namespace Marketplace.EndToEnd.Tests.MarketData;

/// <summary>One stream of books whose other end a test holds: it reads when the test lets it, or never.</summary>
internal sealed class StreamOfBooks : IServerStreamWriter<byte[]>, IDisposable
{
    private readonly SemaphoreSlim _arrived = new(0);
    private readonly ConcurrentQueue<StreamOrderBookResponse> _messages = new();
    private readonly CancellationTokenSource _ends = new();
    private readonly BookStream _stream;
    private TaskCompletionSource? _held;
    private Task _run = Task.CompletedTask;

    public StreamOfBooks(StreamPulse pulse) => _stream = new(pulse, this, _ends.Token);

    public WriteOptions? WriteOptions { get; set; }

    /// <summary>Messages handed to the transport so far.</summary>
    public int Written { get; private set; }

    /// <summary>Bytes handed to the transport so far.</summary>
    public long WrittenBytes { get; private set; }

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
        held?.SetResult();
    }

    /// <summary>The next message.</summary>
    public async Task<StreamOrderBookResponse> Next()
    {
        await _arrived.WaitAsync(TestContext.Current.CancellationToken);
        Assert.True(_messages.TryDequeue(out var message));
        return message;
    }

    public Task WriteAsync(byte[] message)
    {
        Written++;
        WrittenBytes += message.Length;
        _messages.Enqueue(StreamOrderBookResponse.Parser.ParseFrom(message));
        _arrived.Release();
        return _held?.Task ?? Task.CompletedTask;
    }

    public Task WriteAsync(byte[] message, CancellationToken cancellationToken) => WriteAsync(message);

    public void Dispose()
    {
        _ends.Cancel();
        Release();
        _stream.Dispose();
    }
}
