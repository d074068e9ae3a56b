using Marketplace.Domain.Messages;
using Microsoft.Extensions.ObjectPool;

namespace Marketplace.Grains.Hosting;

/// <summary>
/// What waits for the next turn of an active grain of this process. Any thread posts; the grain takes, on its own scheduler, all that has come since it last took, so that
/// the busier the process is the fewer turns it needs for it. In the order posted. Receipts of the grain's own parcels lie apart until it takes something else, unless it
/// wants one (docs/decisions/0052-receipts-lie.md).
/// </summary>
public sealed class Mailbox : IThreadPoolWorkItem
{
    /// <summary>So many receipts do not lie: the grain is to take them.</summary>
    internal const int MostLying = 64;

    private const int MostSpareLists = 256;
    private const int MostSpareLetters = 1_024;

    // Of all mailboxes: most are empty most of the time (docs/decisions/0051-idle-machines-hold-nothing-young.md).
    private static readonly DefaultObjectPool<List<Letter>> SpareLists = new(new LetterLists(), MostSpareLists);

    private readonly Lock _gate = new();
    private readonly Action<IThreadPoolWorkItem> _enqueue;
    private TaskScheduler? _scheduler;
    private Action? _take;
    private List<Letter>? _letters;
    private List<Letter>? _taken;
    private Outbox.Channel? _lying;
    private int _lyingCount;
    private bool _wantsReceipts;
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

    /// <summary>Posts the receipt of a parcel of the grain's own; false when the grain has left. No turn begins for it alone, unless the grain wants it or many lie.</summary>
    internal bool TryPostReceipt(Outbox.Channel channel, in Receipt receipt, long nowMillis)
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return false;
            }

            // One parcel of a channel is on its way at a time, so one receipt: it lies at its channel, and nothing is made for it.
            (channel.LyingReceipt, channel.NextLying, _lying) = (receipt, _lying, channel);
            _lyingCount++;
            MarkReceipt(nowMillis);
            if (_isScheduled || !(_wantsReceipts || channel.IsReceiptWanted || _lyingCount >= MostLying))
            {
                return true;
            }

            _isScheduled = true;
        }

        Schedule();
        return true;
    }

    /// <summary>The grain wants the next receipt of a channel, or of any, as soon as it comes: what lies may be it.</summary>
    internal void WantReceipt(Outbox.Channel? channel)
    {
        lock (_gate)
        {
            if (channel is not null)
            {
                channel.IsReceiptWanted = true;
            }
            else
            {
                _wantsReceipts = true;
            }

            if (_isScheduled || _lying is null || _isClosed)
            {
                return;
            }

            _isScheduled = true;
        }

        Schedule();
    }

    /// <summary>
    /// When the first receipt came that is in none of the grain's records yet, in the milliseconds given with it; 0 when all are.
    /// </summary>
    internal long ReceiptHeardAt => Volatile.Read(ref _receiptHeardAt);

    /// <summary>The grain has heard a receipt: one that came by post was marked when it came.</summary>
    internal void ReceiptHeard(long nowMillis)
    {
        if (_receiptHeardAt == 0)
        {
            lock (_gate)
            {
                MarkReceipt(nowMillis);
            }
        }
    }

    /// <summary>The grain's record has taken along all receipts it had heard: all that came but those that lie.</summary>
    internal void ReceiptsRecorded()
    {
        if (_receiptHeardAt != 0)
        {
            lock (_gate)
            {
                _receiptHeardAt = _lying is null ? 0 : _receiptHeardAt;
            }
        }
    }

    /// <summary>Begins to watch over the receipts' being recorded; false when somebody does.</summary>
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

    /// <summary>The channels at which receipts lie, each once: the first, which leads to the next (<see cref="Outbox.Channel.TakeLying"/>); null when none does.</summary>
    internal Outbox.Channel? TakeReceipts()
    {
        lock (_gate)
        {
            var first = _lying;
            if (first is not null)
            {
                (_lying, _lyingCount, _wantsReceipts) = (null, 0, false);
            }

            return first;
        }
    }

    /// <summary>What was taken is dealt with: what has come meanwhile is taken next, behind whatever else waits for the grain or a thread.</summary>
    internal void Taken()
    {
        SpareLists.Return(_taken!);
        _taken = null;
        lock (_gate)
        {
            _isScheduled = (_letters is not null || _lying is not null) && !_isClosed;
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

    /// <summary>The grain has taken its last: who still has the mailbox, as a sender or a caller has it, does not hold the grain and its state by it.</summary>
    internal void Forget()
    {
        Volatile.Write(ref _take, null);
        Volatile.Write(ref _scheduler, null);
    }

    /// <summary>The mailbox has come to the head of the pool's queue: its turn is next, unless it has been closed and emptied meanwhile.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        if (Volatile.Read(ref _scheduler) is { } scheduler && Volatile.Read(ref _take) is { } take)
        {
            Task.Factory.StartNew(take, CancellationToken.None, TaskCreationOptions.DenyChildAttach, scheduler);
        }
    }

    /// <summary>
    /// A turn begins behind all that waits for a thread now, and takes in what that posts. A grain's scheduler alone would begin it at once, ahead of the requests that
    /// came together with this one: each would get a turn, a record and a parcel of its own.
    /// </summary>
    private void Schedule() => _enqueue(this);

    private void MarkReceipt(long nowMillis)
    {
        if (_receiptHeardAt == 0)
        {
            Volatile.Write(ref _receiptHeardAt, nowMillis);
        }
    }

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

/// <summary>Something for a grain's next turn: a parcel of another machine, a command, or, with nothing in it, the wish that receipts be recorded.</summary>
internal struct Letter
{
    /// <summary>The parcel; null for a command.</summary>
    public Parcel? Parcel;

    /// <summary>Of a parcel, where the receipt goes.</summary>
    public Mailbox? Sender;

    /// <summary>Of a parcel, the sender's channel.</summary>
    public Outbox.Channel? Channel;

    /// <summary>The command.</summary>
    public object? Command;

    /// <summary>Whether it asks for no more than that the receipts be recorded.</summary>
    public readonly bool IsSweep => Parcel is null && Command is null;
}
