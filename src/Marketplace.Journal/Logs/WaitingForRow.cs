namespace Marketplace.Journal;

/// <summary>All who wait for one row. They are told on threads of the pool, so many on one: a row that hundreds wait for does not wake a thread for each.</summary>
internal sealed class WaitingForRow
{
    private const int ToldTogether = 16;

    private TaskCompletionSource? _done;
    private List<IDurabilityWaiter>? _waiters;

    /// <summary>Completes with the row. Guarded by the gate of <see cref="Durability"/>, as is <see cref="Add"/>.</summary>
    public Task Task => (_done ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void Add(IDurabilityWaiter waiter) => (_waiters ??= []).Add(waiter);

    /// <summary>The row is durable. Nobody joins any more.</summary>
    public void Durable()
    {
        _done?.TrySetResult();
        Tell(null);
    }

    /// <summary>It will not be known to be. Nobody joins any more.</summary>
    public void Failed(Func<JournalFailedException> cause)
    {
        _done?.TrySetException(cause());
        Tell(cause);
    }

    private void Tell(Func<JournalFailedException>? failed)
    {
        for (int from = 0; from < _waiters?.Count; from += ToldTogether)
            ThreadPool.UnsafeQueueUserWorkItem(new Some(_waiters, from, failed), preferLocal: false);
    }

    private sealed class Some(List<IDurabilityWaiter> waiters, int from, Func<JournalFailedException>? failed) : IThreadPoolWorkItem
    {
        public void Execute()
        {
            for (int at = from; at < Math.Min(from + ToldTogether, waiters.Count); at++)
            {
                if (failed is null) waiters[at].Durable();
                else waiters[at].Failed(failed());
            }
        }
    }
}
