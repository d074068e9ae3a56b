using System.Collections.Concurrent;
using Marketplace.Grains.Orders;

namespace Marketplace.Server.MarketData;

/// <summary>Somebody who is told that a book has moved, and then comes and fetches.</summary>
internal interface IWoken
{
    /// <summary>The book has moved. Called for every reader in a row: it must not do more than remember.</summary>
    void Wake();
}

/// <summary>The books somebody in this process reads: one subscription per book, whatever the number of readers.</summary>
internal sealed class BookHub(BookFeeds feeds)
{
    private readonly ConcurrentDictionary<string, BookChannel> _channels = new(StringComparer.Ordinal);

    /// <summary>The channel of an instrument's book, open; null when the instrument is not listed.</summary>
    public async ValueTask<BookChannel?> Open(string instrument, IOrderBookGrain book)
    {
        var channel = _channels.GetOrAdd(instrument, static (id, feeds) => new BookChannel(id, feeds.Of(id)), feeds);
        return await channel.Book.Open(book) ? channel : null;
    }
}

/// <summary>One book with its readers in this process, and the forms they read it in.</summary>
internal sealed class BookChannel
{
    private readonly BookWire _wire;
    private readonly Dictionary<int, LevelsForm> _levels = [];
    private readonly HashSet<IWoken> _readers = [];
    private OrdersForm? _orders;

    public BookChannel(string instrument, BookFeed book)
    {
        (Book, _wire) = (book, new(instrument));
        book.Moved += WakeAll;
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
    public void Tell(IWoken reader)
    {
        lock (_readers)
        {
            _readers.Add(reader);
        }
    }

    /// <summary>Wakes it no more.</summary>
    public void Forget(IWoken reader)
    {
        lock (_readers)
        {
            _readers.Remove(reader);
        }
    }

    private void WakeAll()
    {
        lock (_readers)
        {
            foreach (var reader in _readers)
            {
                reader.Wake();
            }
        }
    }
}
