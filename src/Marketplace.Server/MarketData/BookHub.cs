using Marketplace.Grains.Orders;

namespace Marketplace.Server.MarketData;

/// <summary>Somebody who is told that a book has moved, and then comes and fetches.</summary>
internal interface IWoken
{
    /// <summary>The connection it is written to, if any: readers of one are woken one behind the other, so that its transport finds more to send at once.</summary>
    string? Connection { get; }

    /// <summary>The book has moved. Called for every reader in a row, on a thread that is there for it: a reader may write what it owes, as long as it does not wait.</summary>
    void Wake();
}

/// <summary>
/// The books somebody in this process reads: one subscription per book, whatever the number of readers. It ends when nobody has read the book for a while.
/// </summary>
internal sealed class BookHub(BookFeeds feeds, TimeProvider time) : IDisposable
{
    private readonly Lingering<BookChannel> _channels = new(
        time,
        instrument => new(instrument, feeds.Of(instrument), time),
        (instrument, channel) =>
        {
            feeds.End(instrument, channel.Book);
            channel.Dispose();
        });

    /// <summary>The channel of an instrument's book, open, and held until it is given back; null when the instrument is not listed.</summary>
    public async ValueTask<Lingering<BookChannel>.Held?> Open(string instrument, IOrderBookGrain book)
    {
        var held = _channels.Hold(instrument);
        var listed = false;
        try
        {
            listed = await held.Value.Book.Open(book);
        }
        finally
        {
            if (!listed)
            {
                held.Forget();
            }
        }

        return listed ? held : null;
    }

    /// <inheritdoc/>
    public void Dispose() => _channels.Dispose();
}

/// <summary>One book with its readers in this process, and the forms they read it in.</summary>
internal sealed class BookChannel : IDisposable
{
    private readonly BookWire _wire;
    private readonly Dictionary<int, LevelsForm> _levels = [];
    private readonly FanOut _fanOut;
    private OrdersForm? _orders;

    public BookChannel(string instrument, BookFeed book, TimeProvider time)
    {
        (Book, _wire, _fanOut) = (book, new(instrument), new(time));
        book.Moved += _fanOut.Moved;
    }

    /// <summary>The book.</summary>
    public BookFeed Book { get; }

    /// <summary>Takes part in the form of so many levels. Within the feed's At, as are the next three.</summary>
    public LevelsForm EnterLevels(int depth)
    {
        if (!_levels.TryGetValue(depth, out var form))
        {
            form = new(Book, Book.Enter(depth), _wire);
            _levels.Add(depth, form);
        }

        form.Readers++;
        return form;
    }

    /// <summary>Takes part in the form of single orders, which are loaded.</summary>
    public OrdersForm EnterOrders()
    {
        _orders ??= new(Book, _wire);
        _orders.Readers++;
        return _orders;
    }

    /// <summary>Leaves a form; the last to leave closes it.</summary>
    public void Leave(BookForm form)
    {
        if (--form.Readers > 0)
        {
            return;
        }

        if (form is LevelsForm levels)
        {
            _levels.Remove(levels.Window.Depth);
            Book.Leave(levels.Window);
        }
        else
        {
            _orders = null;
            Book.CloseOrders();
        }
    }

    /// <summary>Wakes a reader whenever the book moves, until <see cref="Forget"/>.</summary>
    public void Tell(IWoken reader) => _fanOut.Add(reader);

    /// <summary>Wakes it no more.</summary>
    public void Forget(IWoken reader) => _fanOut.Remove(reader);

    /// <inheritdoc/>
    public void Dispose() => _fanOut.Dispose();
}
