using Marketplace.Grains.Orders;

namespace Marketplace.Server.MarketData;

/// <summary>One who takes each change of a book itself, from where the book is now: for streams that are folded from changes. Like every reader, it has no queue.</summary>
internal sealed class ChangeReader : IWoken, IBeating, IDisposable
{
    private readonly StreamSignal _signal = new();
    private readonly BookChannel _channel;
    private readonly StreamPulse _pulse;
    private readonly IDisposable _joined;
    private long _number;
    private int _breaks;
    private long _spokeAt;

    public ChangeReader(BookChannel channel, StreamPulse pulse)
    {
        (_channel, _pulse, _spokeAt) = (channel, pulse, pulse.Now);
        Restart();
        channel.Tell(this);
        _joined = pulse.Join(this);
    }

    /// <summary>The book's sequence up to which it has taken all.</summary>
    public long Sequence { get; private set; }

    /// <summary>Whether a heartbeat is owed.</summary>
    public bool OwesHeartbeat => _pulse.IsDue(Volatile.Read(ref _spokeAt));

    /// <summary>Goes on from where the book is now: what was before is to be had from the log.</summary>
    public void Restart() => (_number, _breaks, Sequence) = _channel.Book.At(book => (book.Number, book.Breaks, book.Sequence));

    /// <summary>The stream has just been written to.</summary>
    public void Spoke() => Volatile.Write(ref _spokeAt, _pulse.Now);

    /// <summary>Completes when there may be a change to take, or a heartbeat is owed.</summary>
    public async ValueTask Wait(CancellationToken cancellation)
    {
        await using var ended = cancellation.UnsafeRegister(static signal => ((StreamSignal)signal!).Set(), _signal);
        await _signal.Wait();
        cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>The changes since the last; null where some are not kept any more: <see cref="Restart"/>, and read them from the log.</summary>
    public BookChange[]? Take()
    {
        var changes = _channel.Book.At(book => book.Breaks == _breaks ? book.After(_number) : null);
        if (changes is { Length: > 0 })
        {
            (_number, Sequence) = (changes[^1].Number, changes[^1].Sequence);
        }

        return changes;
    }

    /// <inheritdoc/>
    public string? Connection => null;

    /// <inheritdoc/>
    public void Wake() => _signal.Set(here: true);

    /// <inheritdoc/>
    public bool IsSilentSince(long timestamp) => Volatile.Read(ref _spokeAt) <= timestamp;

    /// <inheritdoc/>
    public void Beat() => _signal.Set();

    /// <inheritdoc/>
    public void Dispose()
    {
        _joined.Dispose();
        _channel.Forget(this);
    }
}
