using Marketplace.Domain.Messages;
using Microsoft.Extensions.ObjectPool;

namespace Marketplace.Grains.Hosting;

/// <summary>
/// What waits for the next turn of an active grain of this process. Any thread posts; the grain takes, on its own scheduler, all that has come since it last took, so that
/// the busier the process is the fewer turns it needs for it. In the order posted.
/// </summary>
public sealed class Mailbox : IThreadPoolWorkItem
{
    private const int MostSpareLists = 256;
    private const int MostSpareLetters = 1_024;

    // Of all mailboxes: most are empty most of the time (docs/decisions/0051-idle-machines-hold-nothing-young.md).
    private static readonly DefaultObjectPool<List<Letter>> SpareLists = new(new LetterLists(), MostSpareLists);

    private readonly Lock _gate = new();
    private readonly TaskScheduler _scheduler;
    private readonly Action _take;
    private readonly Action<IThreadPoolWorkItem> _enqueue;
    private List<Letter>? _letters;
    private List<Letter>? _taken;
    private bool _isScheduled;
    private bool _isClosed;
    private long _receiptHeardAt;
    private int _isWatched;

    /// <summary>
    /// A mailbox of the grain whose scheduler is the current one; <paramref name="take"/> runs there when something has come and what <paramref name="enqueue"/> put the
    /// mailbox behind, by default the pool's queue, has had its thread.
    /// </summary>
    internal Mailbox(Action take, Action<IThreadPoolWorkItem>? enqueue = null)
    {
        _scheduler = TaskScheduler.Current;
        _take = take;
        _enqueue = enqueue ?? (static mailbox => ThreadPool.UnsafeQueueUserWorkItem(mailbox, preferLocal: false));
    }

    /// <summary>Posts a command of the grain's own kind; false when the grain has left: its next activation must be asked.</summary>
    public bool TryPost(object command) => TryPost(new Letter { Command = command });

    /// <summary>Asks the grain to record the receipts it has heard, if its next turn would not have a record to take them along; false when it has left.</summary>
    internal bool TryPostSweep() => TryPost(default(Letter));

    /// <summary>
    /// When its grain heard the first receipt that is in none of its records yet, in the milliseconds given to <see cref="ReceiptHeard"/>; 0 when all are.
    /// </summary>
    internal long ReceiptHeardAt => Volatile.Read(ref _receiptHeardAt);

    /// <summary>The grain has heard a receipt. True when nobody watches yet over its being recorded: whoever is told is the one to.</summary>
    internal bool ReceiptHeard(long nowMillis)
    {
        if (_receiptHeardAt == 0)
        {
            Volatile.Write(ref _receiptHeardAt, nowMillis);
        }

        return TryWatch();
    }

    /// <summary>The grain's record has taken along all receipts it had heard.</summary>
    internal void ReceiptsRecorded() => Volatile.Write(ref _receiptHeardAt, 0);

    /// <summary>Begins to watch over the receipts; false when somebody does.</summary>
    internal bool TryWatch() => Interlocked.Exchange(ref _isWatched, 1) == 0;

    /// <summary>Ends that. What is heard from now on finds nobody watching; what was heard before is seen by <see cref="ReceiptHeardAt"/>.</summary>
    internal void EndWatch() => Interlocked.Exchange(ref _isWatched, 0);

    /// <summary>Posts a letter; false when the grain has left.</summary>
    internal bool TryPost(in Letter letter)
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return false;
            }

            (_letters ??= SpareLists.Get()).Add(letter);
            if (_isScheduled)
            {
                return true;
            }

            _isScheduled = true;
        }

        Schedule();
        return true;
    }

    /// <summary>All that has come. What comes from now on is taken after <see cref="Taken"/>.</summary>
    internal List<Letter> Take()
    {
        lock (_gate)
        {
            (_taken, _letters) = (_letters ?? SpareLists.Get(), null);
            return _taken;
        }
    }

    /// <summary>What was taken is dealt with: what has come meanwhile is taken next, behind whatever else waits for the grain or a thread.</summary>
    internal void Taken()
    {
        SpareLists.Return(_taken!);
        _taken = null;
        lock (_gate)
        {
            _isScheduled = _letters is not null && !_isClosed;
            if (!_isScheduled)
            {
                return;
            }
        }

        Schedule();
    }

    /// <summary>Takes nothing more in; what is in it can still be taken.</summary>
    internal void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
        }
    }

    /// <summary>The mailbox has come to the head of the pool's queue: its turn is next.</summary>
    void IThreadPoolWorkItem.Execute() => Task.Factory.StartNew(_take, CancellationToken.None, TaskCreationOptions.DenyChildAttach, _scheduler);

    /// <summary>
    /// A turn begins behind all that waits for a thread now, and takes in what that posts. A grain's scheduler alone would begin it at once, ahead of the requests that
    /// came together with this one: each would get a turn, a record and a parcel of its own.
    /// </summary>
    private void Schedule() => _enqueue(this);

    private sealed class LetterLists : PooledObjectPolicy<List<Letter>>
    {
        public override List<Letter> Create() => [];

        public override bool Return(List<Letter> letters)
        {
            letters.Clear();
            return letters.Capacity <= MostSpareLetters;
        }
    }
}

/// <summary>Something for a grain's next turn: a parcel of another machine, the receipt of one of its own, a command, or, with nothing in it, the wish that receipts be recorded.</summary>
internal struct Letter
{
    /// <summary>The parcel; null for a receipt or a command.</summary>
    public Parcel? Parcel;

    /// <summary>Of a parcel, where the receipt goes.</summary>
    public Mailbox? Sender;

    /// <summary>Of a parcel and its receipt, the sender's channel.</summary>
    public Outbox.Channel? Channel;

    /// <summary>The receipt.</summary>
    public Receipt Receipt;

    /// <summary>The command.</summary>
    public object? Command;

    /// <summary>Whether it is a receipt: that needs no turn.</summary>
    public readonly bool IsReceipt => Parcel is null && Channel is not null;

    /// <summary>Whether it asks for no more than that the receipts be recorded.</summary>
    public readonly bool IsSweep => Parcel is null && Channel is null && Command is null;
}
