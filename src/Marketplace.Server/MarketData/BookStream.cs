using System.Collections.Concurrent;
using Grpc.Core;

namespace Marketplace.Server.MarketData;

/// <summary>
/// One stream of one book or several: its readers put themselves into a queue when their book has moved, each once, and the one writer takes what they are owed from
/// there. What waits together is written with one flush.
/// </summary>
internal sealed class BookStream(StreamPulse pulse, IServerStreamWriter<byte[]> responses, CancellationToken cancellation) : IBeating, IDisposable
{
    /// <summary>Bytes after which what is written is flushed, so that no more than that and a message waits for a reader that does not read.</summary>
    private const int MostUnflushed = 32 * 1024;

    private static readonly WriteOptions Later = new(WriteFlags.BufferHint);
    private static readonly WriteOptions AtOnce = new();

    private readonly List<BookReader> _readers = [];
    private readonly ConcurrentQueue<BookReader> _ready = new();
    private readonly StreamSignal _signal = new();
    private readonly List<byte[]> _owed = [];
    private int _beat;

    /// <summary>Now, for readers to remember.</summary>
    public long Now => pulse.Now;

    /// <summary>How long ago something was.</summary>
    public TimeSpan Since(long timestamp) => pulse.Time.GetElapsedTime(timestamp);

    /// <summary>Takes a reader in and writes its first messages.</summary>
    public async Task Begin(BookReader reader, IReadOnlyList<byte[]> first)
    {
        lock (_readers)
        {
            _readers.Add(reader);
        }

        await Write(first);

        // What it has missed, as a resumed one may have, nobody will wake it for.
        reader.Wake();
    }

    /// <summary>A reader may be owed something.</summary>
    public void IsReady(BookReader reader)
    {
        _ready.Enqueue(reader);
        _signal.Set();
    }

    /// <summary>Writes what the readers are owed, until cancelled or something ends the stream.</summary>
    public async Task Run()
    {
        await using var ended = cancellation.UnsafeRegister(static signal => ((StreamSignal)signal!).Set(), _signal);
        using var joined = pulse.Join(this);
        while (true)
        {
            await _signal.Wait();
            cancellation.ThrowIfCancellationRequested();
            while (_ready.TryDequeue(out var reader))
            {
                _owed.Clear();
                if (reader.Take(_owed))
                {
                    reader.Wake();
                }

                await Write(_owed);
                await Beats();
            }

            await Beats();
        }
    }

    /// <inheritdoc/>
    public bool IsSilentSince(long timestamp)
    {
        lock (_readers)
        {
            return _readers.Exists(reader => reader.SpokeAt <= timestamp);
        }
    }

    /// <inheritdoc/>
    public void Beat()
    {
        Volatile.Write(ref _beat, 1);
        _signal.Set();
    }

    /// <inheritdoc/>
    public void Dispose() => _readers.ForEach(reader => reader.Dispose());

    private async ValueTask Beats()
    {
        if (Interlocked.Exchange(ref _beat, 0) == 1)
        {
            foreach (var reader in _readers.Where(reader => pulse.IsDue(reader.SpokeAt)))
            {
                await Write([reader.Heartbeat()]);
            }
        }
    }

    private async ValueTask Write(IReadOnlyList<byte[]> messages)
    {
        var unflushed = 0;
        for (var at = 0; at < messages.Count; at++)
        {
            unflushed += messages[at].Length;
            var flush = at == messages.Count - 1 || unflushed > MostUnflushed;
            responses.WriteOptions = flush ? AtOnce : Later;
            unflushed = flush ? 0 : unflushed;
            var written = responses.WriteAsync(messages[at], cancellation);
            if (!written.IsCompletedSuccessfully)
            {
                await written;
            }
        }
    }
}
