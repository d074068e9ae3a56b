using System.Collections.Concurrent;
using System.IO.Pipelines;

namespace Marketplace.Server.MarketData;

/// <summary>
/// One stream of one book or several: its readers put themselves into a queue when their book has moved, each once, and the one writer takes what they are owed from
/// there. What waits together is written with one flush. The messages are bytes as they go over the wire: they are copied into the transport's buffer and nothing else is
/// done with them (<see cref="BookWire"/>).
/// </summary>
internal sealed class BookStream : IBeating, IDisposable
{
    /// <summary>Bytes after which what is written is flushed, in the midst of a message too, so that no more than that waits for a reader that does not read.</summary>
    private const int MostUnflushed = 32 * 1024;

    private readonly StreamPulse _pulse;
    private readonly PipeWriter _body;
    private readonly CancellationToken _cancellation;
    private readonly CancellationTokenRegistration _ended;
    private readonly List<BookReader> _readers = [];
    private readonly ConcurrentQueue<BookReader> _ready = new();
    private readonly StreamSignal _signal = new();
    private readonly List<byte[]> _owed = [];
    private int _beat;

    /// <summary>A stream that writes into the body of a response over a connection, until cancelled.</summary>
    public BookStream(StreamPulse pulse, PipeWriter body, string connection, CancellationToken cancellation)
    {
        (_pulse, _body, Connection, _cancellation) = (pulse, body, connection, cancellation);
        _ended = cancellation.UnsafeRegister(static stream => ((BookStream)stream!).End(), this);
    }

    /// <summary>The connection it goes over.</summary>
    public string Connection { get; }

    /// <summary>Now, for readers to remember.</summary>
    public long Now => _pulse.Now;

    /// <summary>How long ago something was.</summary>
    public TimeSpan Since(long timestamp) => _pulse.Time.GetElapsedTime(timestamp);

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
        _signal.Set(here: true);
    }

    /// <summary>Writes what the readers are owed, until cancelled or something ends the stream.</summary>
    public async Task Run()
    {
        using var joined = _pulse.Join(this);
        while (true)
        {
            await _signal.Wait();
            _cancellation.ThrowIfCancellationRequested();
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
    public void Dispose()
    {
        _ended.Dispose();
        _readers.ForEach(reader => reader.Dispose());
    }

    /// <summary>Cancelled: whoever waits for something to write, or for what is written to be taken, goes on.</summary>
    private void End()
    {
        _signal.Set();
        _body.CancelPendingFlush();
    }

    private async ValueTask Beats()
    {
        if (Volatile.Read(ref _beat) == 1 && Interlocked.Exchange(ref _beat, 0) == 1)
        {
            foreach (var reader in _readers.Where(reader => _pulse.IsDue(reader.SpokeAt)))
            {
                await Write([reader.Heartbeat()]);
            }
        }
    }

    private async ValueTask Write(IReadOnlyList<byte[]> messages)
    {
        var (at, from, unflushed) = (0, 0, 0);
        while (at < messages.Count)
        {
            unflushed += Fill(messages, ref at, ref from, MostUnflushed - unflushed);
            if (unflushed == MostUnflushed || at == messages.Count)
            {
                // No token: one would be registered for every flush, where the stream's end cancels whichever flush waits then.
                await _body.FlushAsync(CancellationToken.None);
                _cancellation.ThrowIfCancellationRequested();
                unflushed = 0;
            }
        }
    }

    /// <summary>Copies as much as one piece of the transport's buffer takes, from a byte of a message on; how much that was.</summary>
    private int Fill(IReadOnlyList<byte[]> messages, ref int at, ref int from, int most)
    {
        var space = _body.GetSpan();
        space = space[..Math.Min(space.Length, most)];
        var filled = 0;
        while (at < messages.Count && filled < space.Length)
        {
            var rest = messages[at].AsSpan(from);
            var part = rest[..Math.Min(rest.Length, space.Length - filled)];
            part.CopyTo(space[filled..]);
            filled += part.Length;
            (at, from) = part.Length == rest.Length ? (at + 1, 0) : (at, from + part.Length);
        }

        _body.Advance(filled);
        return filled;
    }
}
