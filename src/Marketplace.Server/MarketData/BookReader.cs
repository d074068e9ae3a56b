using Gwh.Marketplace.V1;
using Marketplace.Grains.Orders;

namespace Marketplace.Server.MarketData;

/// <summary>
/// One reader of one book: where it is, and what it is owed next. It has no queue: what it has not taken yet is kept once for all readers. A reader that keeps up gets
/// each change; one that lags, or asked for it, gets them as one; one that lags behind what is kept gets a resync and a new snapshot.
/// </summary>
internal sealed class BookReader : IWoken, IDisposable
{
    /// <summary>Changes a reader takes at once.</summary>
    private const int MostAtOnce = 64;

    /// <summary>Resyncs within <see cref="ResyncWindow"/> of which the last ends the stream.</summary>
    private const int MostResyncs = 3;

    private static readonly TimeSpan ResyncWindow = TimeSpan.FromMinutes(1);

    private readonly BookChannel _channel;
    private readonly BookForm _form;
    private readonly BookStream _stream;
    private readonly bool _conflate;
    private readonly Queue<long> _resyncs = new();
    private long _number;
    private long _sequence;
    private int _breaks;
    private int _waiting;

    private BookReader(BookChannel channel, BookForm form, BookStream stream, bool conflate)
    {
        (_channel, _form, _stream, _conflate) = (channel, form, stream, conflate);
        channel.Tell(this);
    }

    /// <summary>When it was last sent something.</summary>
    public long SpokeAt { get; private set; }

    /// <summary>Subscribes, and gives the first messages: resumed, or a snapshot; atomic with the subscription. What a resumed reader misses it takes next.</summary>
    public static (BookReader Reader, IReadOnlyList<byte[]> First) Open(
        BookChannel channel, Func<BookChannel, BookForm> enter, BookStream stream, bool conflate, OrderBookResumePoint? resume) => channel.Book.At(book =>
    {
        var reader = new BookReader(channel, enter(channel), stream, conflate) { SpokeAt = stream.Now, _breaks = book.Breaks };
        if (resume is { Epoch: BookWire.Epoch } && book.NumberOf(resume.Sequence) is { } number)
        {
            (reader._number, reader._sequence) = (number, resume.Sequence);
            return (reader, (IReadOnlyList<byte[]>)[reader._form.Wire.Resumed(resume.Sequence)]);
        }

        return (reader, reader.Snapshot(book));
    });

    /// <inheritdoc/>
    public string? Connection => _stream.Connection;

    /// <inheritdoc/>
    public void Wake()
    {
        if (Interlocked.Exchange(ref _waiting, 1) == 0)
        {
            _stream.IsReady(this);
        }
    }

    /// <summary>The messages owed now, in order; whether there are more. Throws what ends the stream.</summary>
    public bool Take(List<byte[]> owed)
    {
        Volatile.Write(ref _waiting, 0);
        SpokeAt = _stream.Now;
        return _channel.Book.At((Reader: this, Owed: owed), static (book, at) => at.Reader.Take(book, at.Owed));
    }

    /// <summary>The message of a silence.</summary>
    public byte[] Heartbeat()
    {
        SpokeAt = _stream.Now;
        return _form.Wire.Heartbeat(_sequence);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _channel.Forget(this);
        _channel.Book.At(_ =>
        {
            _channel.Leave(_form);
            return true;
        });
    }

    private bool Take(BookFeed book, List<byte[]> owed)
    {
        if (_form is OrdersForm && book.Orders is null)
        {
            throw Reason.StreamLimit.ToException("instrument_ids", TimeSpan.FromMinutes(1));
        }

        if (book.Breaks != _breaks)
        {
            Resync(book, ResyncReason.Discontinuity, owed);
            return false;
        }

        var behind = book.Number - _number;
        var each = behind <= BookFeed.MostEach && !(_conflate && behind > 1);
        if (behind > 0 && !(each ? TakeEach(book, owed) : TakeAsOne(book, owed)))
        {
            Resync(book, ResyncReason.SlowReader, owed);
        }

        return book.Number > _number;
    }

    private bool TakeEach(BookFeed book, List<byte[]> owed)
    {
        if (!book.Keeps(_number + 1))
        {
            return false;
        }

        for (var most = Math.Min(book.Number, _number + MostAtOnce); _number < most;)
        {
            var change = book.ChangeOf(_number + 1);
            if (_form.Step(change) is not { } step)
            {
                return TakeAsOne(book, owed);
            }

            owed.Add(step);
            (_number, _sequence) = (change.Number, change.Sequence);
        }

        return true;
    }

    private bool TakeAsOne(BookFeed book, List<byte[]> owed)
    {
        if (book.After(_number) is not { } changes || _form.Conflated(_sequence, changes) is not { } delta)
        {
            return false;
        }

        owed.Add(delta);
        (_number, _sequence) = (book.Number, book.Sequence);
        return true;
    }

    private void Resync(BookFeed book, ResyncReason why, List<byte[]> owed)
    {
        while (_resyncs.TryPeek(out var oldest) && _stream.Since(oldest) >= ResyncWindow)
        {
            _resyncs.Dequeue();
        }

        _resyncs.Enqueue(_stream.Now);
        if (_resyncs.Count >= MostResyncs)
        {
            throw Reason.RateLimit.ToException(retryAfter: ResyncWindow - _stream.Since(_resyncs.Peek()));
        }

        owed.Add(_form.Wire.Resync(why, _sequence + 1, Math.Max(_sequence + 1, book.Sequence)));
        owed.AddRange(Snapshot(book));
    }

    private IReadOnlyList<byte[]> Snapshot(BookFeed book)
    {
        (_number, _sequence, _breaks) = (book.Number, book.Sequence, book.Breaks);
        return _form.Snapshot();
    }
}
