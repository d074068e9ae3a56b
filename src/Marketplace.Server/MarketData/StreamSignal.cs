using System.Threading.Tasks.Sources;

namespace Marketplace.Server.MarketData;

/// <summary>Wakes the one writer of a stream: any thread sets it, one waits. Setting it again before the writer has come costs an exchange and nothing else.</summary>
internal sealed class StreamSignal : IValueTaskSource
{
    private const int Idle = 0;
    private const int Waiting = 1;
    private const int Raised = 2;

    private ManualResetValueTaskSourceCore<bool> _source = new() { RunContinuationsAsynchronously = true };
    private int _state;

    /// <summary>There is something to do.</summary>
    public void Set()
    {
        if (Interlocked.Exchange(ref _state, Raised) == Waiting)
        {
            _source.SetResult(true);
        }
    }

    /// <summary>Completes when it has been set since the last wait completed.</summary>
    public ValueTask Wait()
    {
        _source.Reset();
        if (Interlocked.CompareExchange(ref _state, Waiting, Idle) == Idle)
        {
            return new(this, _source.Version);
        }

        Volatile.Write(ref _state, Idle);
        return default;
    }

    void IValueTaskSource.GetResult(short token)
    {
        _source.GetResult(token);
        Volatile.Write(ref _state, Idle);
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
