using Gwh.Marketplace.V1;

namespace Marketplace.Client.Orders;

/// <summary>
/// The batches of a session, in order: those waiting to be sent, then those sent and without a result, never more than the venue's window. When the session is
/// opened again, what has no result is sent again under new numbers. Pure; not safe for several threads.
/// </summary>
internal sealed class SessionWindow
{
    private readonly LinkedList<SubmittedBatch> _waiting = [];
    private readonly Queue<SubmittedBatch> _sent = new();
    private long _lastSent;
    private long _lastAnswered;
    private int _window;

    /// <summary>Batches without a result.</summary>
    public int Count => _waiting.Count + _sent.Count;

    /// <summary>Adds a batch at the end.</summary>
    public void Add(SubmittedBatch batch) => _waiting.AddLast(batch);

    /// <summary>A session begins: numbers start at 1, and whatever has no result waits to be sent, in its old order.</summary>
    public void Begin(int window)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 1);
        foreach (var batch in _sent.Reverse())
        {
            _waiting.AddFirst(batch);
        }

        _sent.Clear();
        (_window, _lastSent, _lastAnswered) = (window, 0, 0);
    }

    /// <summary>The next batch to send, numbered; null while none waits or the window is full.</summary>
    public SubmittedBatch? Next()
    {
        if (_waiting.First is not { } first || _sent.Count >= _window)
        {
            return null;
        }

        _waiting.RemoveFirst();
        _sent.Enqueue(first.Value);
        first.Value.Batch.BatchNumber = ++_lastSent;
        return first.Value;
    }

    /// <summary>The batch a result is for; null when the venue broke the order, or told another number of results than there were commands.</summary>
    public SubmittedBatch? Answer(SessionBatchResult result)
    {
        if (!_sent.TryPeek(out var batch) || result.BatchNumber != _lastAnswered + 1 || result.Results.Count != batch.Batch.Commands.Count)
        {
            return null;
        }

        _lastAnswered++;
        return _sent.Dequeue();
    }

    /// <summary>Takes out everything without a result, in order.</summary>
    public IReadOnlyList<SubmittedBatch> Abandon()
    {
        SubmittedBatch[] all = [.. _sent, .. _waiting];
        _sent.Clear();
        _waiting.Clear();
        return all;
    }
}

/// <summary>A batch on its way, and whoever waits for its result.</summary>
internal sealed class SubmittedBatch(SessionBatch batch)
{
    public SessionBatch Batch { get; } = batch;

    /// <summary>Whether whoever submitted it said until when it may be run.</summary>
    public bool HasOwnValidity { get; } = batch.ValidUntil is not null;

    public TaskCompletionSource<SessionBatchResult> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
