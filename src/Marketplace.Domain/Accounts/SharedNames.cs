namespace Marketplace.Domain.Accounts;

/// <summary>Names that many orders share, each kept once for as long as an order has it: an order keeps a number instead of a text.</summary>
internal sealed class SharedNames
{
    private readonly List<(string Name, int Uses)> _names = [];
    private readonly Dictionary<string, int> _placeOf = new(StringComparer.Ordinal);
    private readonly Stack<int> _free = new();
    private int _last;

    /// <summary>Names kept now.</summary>
    public int Count => _placeOf.Count;

    /// <summary>The name at a place.</summary>
    public string this[int place] => _names[place].Name;

    /// <summary>One more use of a name: its place.</summary>
    public int Take(string name)
    {
        if (_last < _names.Count && ReferenceEquals(_names[_last].Name, name))
        {
            _names[_last] = (name, _names[_last].Uses + 1);
            return _last;
        }

        if (!_placeOf.TryGetValue(name, out var place))
        {
            if (!_free.TryPop(out place))
            {
                place = _names.Count;
                _names.Add(default);
            }

            _names[place] = (name, 0);
            _placeOf.Add(name, place);
        }

        _names[place] = _names[place] with { Uses = _names[place].Uses + 1 };
        _last = place;
        return place;
    }

    /// <summary>One use less; a name without a use is forgotten.</summary>
    public void Release(int place)
    {
        var (name, uses) = _names[place];
        Check.That(uses > 0);
        if (uses == 1)
        {
            _placeOf.Remove(name);
            _free.Push(place);
            _names[place] = default;
        }
        else
        {
            _names[place] = (name, uses - 1);
        }
    }
}
