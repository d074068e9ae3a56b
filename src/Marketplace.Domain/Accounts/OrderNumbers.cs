namespace Marketplace.Domain.Accounts;

/// <summary>
/// Where the open order of a number is. Numbers are given one after the other and few of the old ones are open, so that they are looked up in pages of consecutive numbers,
/// of which only those exist that have an open order: no hashing, no growth that copies more than the list of pages, and neighbours in one line of the cache.
/// A record has the orders of a turn book by book: read again, they come in another order than they were given their numbers in.
/// </summary>
internal sealed class OrderNumbers
{
    private const int PageBits = 6;
    private const int PageNumbers = 1 << PageBits;
    private const int MostSpare = 16;

    private readonly Stack<int[]> _spare = new();

    // Of each page the places plus one, 0 for none, and at the end how many there are.
    private int[]?[] _pages = [];
    private long _firstPage;
    private int _length;

    /// <summary>Numbers known.</summary>
    public int Count { get; private set; }

    /// <summary>The place of a number; -1 for none.</summary>
    public int Find(long number)
    {
        var at = (number >> PageBits) - _firstPage;
        return at >= 0 && at < _length && _pages[at] is { } page ? page[(int)number & (PageNumbers - 1)] - 1 : -1;
    }

    /// <summary>Adds a number that is not known.</summary>
    public void Add(long number, int place)
    {
        var at = EnsurePage(number >> PageBits);
        var page = _pages[at] ??= _spare.TryPop(out var spare) ? spare : new int[PageNumbers + 1];
        ref var cell = ref page[(int)number & (PageNumbers - 1)];
        Check.That(cell == 0);
        cell = place + 1;
        page[PageNumbers]++;
        Count++;
    }

    /// <summary>Forgets a number.</summary>
    public void Remove(long number)
    {
        var at = (int)((number >> PageBits) - _firstPage);
        var page = _pages[at]!;
        ref var cell = ref page[(int)number & (PageNumbers - 1)];
        Check.That(cell != 0);
        cell = 0;
        Count--;
        if (--page[PageNumbers] == 0)
        {
            _pages[at] = null;
            if (_spare.Count < MostSpare)
            {
                _spare.Push(page);
            }
        }
    }

    /// <summary>The places of all numbers above one, in the order of the numbers.</summary>
    public IEnumerable<int> PlacesBehind(long number)
    {
        for (var at = Math.Max(0, (number >> PageBits) - _firstPage); at < _length; at++)
        {
            if (_pages[at] is not { } page)
            {
                continue;
            }

            var first = (_firstPage + at) << PageBits;
            for (var cell = 0; cell < PageNumbers; cell++)
            {
                if (page[cell] != 0 && first + cell > number)
                {
                    yield return page[cell] - 1;
                }
            }
        }
    }

    private int EnsurePage(long page)
    {
        if (Count == 0)
        {
            _firstPage = page;
            _length = 0;
        }

        if (page < _firstPage)
        {
            MakeRoomBelow(page);
        }
        else if (page - _firstPage >= _pages.Length)
        {
            MakeRoom(page);
        }

        var at = (int)(page - _firstPage);
        _length = Math.Max(_length, at + 1);
        return at;
    }

    /// <summary>Leaves out the pages at the beginning of which nothing is open any more, and makes the list longer where that is not enough.</summary>
    private void MakeRoom(long page)
    {
        var empty = 0;
        while (empty < _length && _pages[empty] is null)
        {
            empty++;
        }

        var needed = page - _firstPage - empty + 1;
        var pages = needed * 2 > _pages.Length ? new int[]?[Math.Max(4, needed * 2)] : _pages;
        Array.Copy(_pages, empty, pages, 0, _length - empty);
        if (pages == _pages)
        {
            Array.Clear(pages, _length - empty, empty);
        }

        _pages = pages;
        _firstPage += empty;
        _length -= empty;
    }

    private void MakeRoomBelow(long page)
    {
        var further = _firstPage - page;
        var pages = new int[]?[further + _length];
        Array.Copy(_pages, 0, pages, further, _length);
        _pages = pages;
        _firstPage = page;
        _length += (int)further;
    }
}
