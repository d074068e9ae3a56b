using System.Diagnostics;

namespace Marketplace.Journal;

/// <summary>
/// The group commit: takes whatever is queued, commits it as one row, and again. There is no timer: a batch is what arrived while the last
/// flush was under way. Only when the log was idle does a flush wait a little for messages inside the process, so that what one order
/// causes in several streams goes into one row. A row is in the store, and written through to the tail, before it is acknowledged.
/// </summary>
internal sealed class CommitThread
{
    private readonly RowQueue _queue;
    private readonly IJournalStore _store;
    private readonly HeadFile _head;
    private readonly TailFile _tail;
    private readonly Durability _durability;
    private readonly DiskReserve _reserve;
    private readonly TimeSpan _messageWait;
    private readonly Thread _thread;
    private Head _last;
    private long _committedBytes;
    private int _messagesUnderWay;

    public CommitThread(Head last, RowQueue queue, IJournalStore store, HeadFile head, TailFile tail, Durability durability, DiskReserve reserve, TimeSpan messageWait)
    {
        (_last, _queue, _store, _head, _tail) = (last, queue, store, head, tail);
        (_durability, _reserve, _messageWait) = (durability, reserve, messageWait);
        _thread = new Thread(Run) { Name = "journal commit", IsBackground = true };
    }

    /// <summary>Bytes of the rows committed so far.</summary>
    public long CommittedBytes => Volatile.Read(ref _committedBytes);

    public void Start() => _thread.Start();

    public void MessageDeparted() => Interlocked.Increment(ref _messagesUnderWay);

    public void MessageArrived() => Require.That(Interlocked.Decrement(ref _messagesUnderWay) >= 0);

    /// <summary>Commits what is queued and ends the thread.</summary>
    public void Close()
    {
        _queue.Close();
        _thread.Join();
    }

    private void Run()
    {
        try
        {
            bool isFirst = true;
            while (_queue.WaitForWork(out bool wasIdle))
            {
                // Before its first flush the log was idle too: what is queued by now may have come before this thread could wait for it.
                if (wasIdle || isFirst) AwaitMessages();
                isFirst = false;
                Commit(_queue.Take());
            }
            if (!_durability.HasFailed) Settle();
        }
        catch (JournalException e)
        {
            _durability.Fail(e);
        }
        catch (Exception e)
        {
            // The edge of the thread: whatever ended it, the outcome of the row is unknown and nothing more can be acknowledged.
            _durability.Fail(new StoreFailedException("A row could not be committed.", e));
        }
    }

    private void Commit(OpenRow row)
    {
        Require.That(row.Position == _last.Position + 1);
        RowHash previous = _last.Hash;
        RowHash hash = RowHash.OfRow(previous, _last.Log, _last.Term, row.Position, row.Payload);
        _store.Append(_last.Log, _last.Term, row.Position, previous, hash, row.Payload);
        foreach (OpenRow.Part part in row.Parts) part.Stream.Index.Add(row.Position, part.FirstVersion, part.Records);
        _last = _last with { Position = row.Position, Hash = hash };
        if (!_tail.TryWrite(_last, previous, row.Payload)) Settle();
        _durability.Advance(row.Position);
        _reserve.Wrote(row.Length);
        Volatile.Write(ref _committedBytes, _committedBytes + row.Length);
        _queue.Recycle(row);
        _store.AfterFlush();
    }

    /// <summary>The store holds every row by itself, and the head tells so: the tail begins anew.</summary>
    private void Settle()
    {
        _store.Sync();
        if (_head.Current.Position < _last.Position) _head.Write(_last);
        _tail.BeginAnew();
    }

    private void AwaitMessages()
    {
        long started = Stopwatch.GetTimestamp();
        var spinning = new SpinWait();
        while (Volatile.Read(ref _messagesUnderWay) > 0 && Stopwatch.GetElapsedTime(started) < _messageWait) spinning.SpinOnce(sleep1Threshold: -1);
    }
}
