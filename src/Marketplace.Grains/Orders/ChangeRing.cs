namespace Marketplace.Grains.Orders;

/// <summary>The newest changes of a book, by number: at most so many, and at most so many entries in all of them.</summary>
internal sealed class ChangeRing(int most, int mostEntries)
{
    private BookChange?[] _changes = new BookChange?[16];
    private long _entries;

    /// <summary>Number of the oldest kept; one more than <see cref="Last"/> when none is.</summary>
    public long First { get; private set; } = 1;

    /// <summary>Number of the newest.</summary>
    public long Last { get; private set; }

    /// <summary>A change that is kept.</summary>
    public BookChange this[long number] => _changes[number % _changes.Length]!;

    /// <summary>Takes a change in, numbers it, and lets the oldest go.</summary>
    public void Add(BookChange change)
    {
        if (Last - First + 1 == _changes.Length && _changes.Length < most)
        {
            Grow();
        }

        change.Number = ++Last;
        _entries += change.Entries;
        while (Last - First >= _changes.Length || (_entries > mostEntries && First < Last))
        {
            _entries -= this[First].Entries;
            _changes[First++ % _changes.Length] = null;
        }

        _changes[Last % _changes.Length] = change;
    }

    /// <summary>Forgets the changes, not their numbers.</summary>
    public void Clear()
    {
        Array.Clear(_changes);
        (First, _entries) = (Last + 1, 0);
    }

    private void Grow()
    {
        var larger = new BookChange?[Math.Min(most, _changes.Length * 2)];
        for (var number = First; number <= Last; number++)
        {
            larger[number % larger.Length] = this[number];
        }

        _changes = larger;
    }
}
