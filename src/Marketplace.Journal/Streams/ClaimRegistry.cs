namespace Marketplace.Journal;

/// <summary>Who in this process writes which stream: one claim at a time, the others wait in turn. Any thread may use it.</summary>
internal sealed class ClaimRegistry
{
    private const int MaxWaiting = 1_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Queue<TaskCompletionSource>> _held = new(StringComparer.Ordinal);

    /// <summary>Takes the stream if nobody has it.</summary>
    public bool TryTake(string stream)
    {
        lock (_gate) return _held.TryAdd(stream, []);
    }

    /// <summary>Takes the stream when all who came before have given it back.</summary>
    public async ValueTask Take(string stream, CancellationToken cancellation)
    {
        TaskCompletionSource turn;
        lock (_gate)
        {
            if (_held.TryAdd(stream, [])) return;
            Queue<TaskCompletionSource> waiting = _held[stream];
            if (waiting.Count >= MaxWaiting) throw new InvalidOperationException($"{MaxWaiting} claims wait for stream {stream} already.");
            turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.Enqueue(turn);
        }
        using CancellationTokenRegistration turningAway = cancellation.Register(() => turn.TrySetCanceled(cancellation));
        await turn.Task.ConfigureAwait(false);
    }

    /// <summary>Gives the stream to the next who waits and has not turned away.</summary>
    public void Give(string stream)
    {
        lock (_gate)
        {
            Queue<TaskCompletionSource> waiting = _held[stream];
            while (waiting.TryDequeue(out TaskCompletionSource? next))
            {
                if (next.TrySetResult()) return;
            }
            _held.Remove(stream);
        }
    }
}
