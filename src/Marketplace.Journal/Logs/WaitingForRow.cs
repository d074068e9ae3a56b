namespace Marketplace.Journal;

/// <summary>
/// All who wait for one row. They are told on threads of the pool, so many at a time by half of the processors: between one lot and the next, what the first have to send
/// has its turn, and whoever hears of it can begin anew while the others are still being told.
/// </summary>
internal sealed class WaitingForRow
{
    private const int ToldTogether = 16;
    private static readonly int Tellers = Math.Max(1, Environment.ProcessorCount / 2);

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
        if (_waiters is null) return;
        var telling = new Telling(_waiters, failed);
        int lots = (_waiters.Count + ToldTogether - 1) / ToldTogether;
        for (int teller = 0; teller < Math.Min(Tellers, lots); teller++) telling.Enqueue();
    }

    private sealed class Telling(List<IDurabilityWaiter> waiters, Func<JournalFailedException>? failed) : IThreadPoolWorkItem
    {
        private int _told;

        /// <summary>Tells the next lot behind all that waits for a thread now.</summary>
        public void Enqueue() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

        public void Execute()
        {
            int upTo = Interlocked.Add(ref _told, ToldTogether);
            for (int at = upTo - ToldTogether; at < Math.Min(upTo, waiters.Count); at++)
            {
                if (failed is null) waiters[at].Durable();
                else waiters[at].Failed(failed());
            }
            if (Volatile.Read(ref _told) < waiters.Count) Enqueue();
        }
    }
}
