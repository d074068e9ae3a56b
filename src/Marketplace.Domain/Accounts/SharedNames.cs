using System.Runtime.InteropServices;

namespace Marketplace.Domain.Accounts;

/// <summary>Names that many orders share, each kept once for as long as an order has it: an order keeps a number instead of a text.</summary>
internal sealed class SharedNames
{
    private readonly List<(string Name, int Uses)> _names = [];
    private readonly Dictionary<string, int> _placeOf = new(StringComparer.Ordinal);
    private readonly Stack<int> _free = new();
    private int _last;
    private int _before;

    /// <summary>Names kept now.</summary>
    public int Count => _placeOf.Count;

    /// <summary>Places there are: those of names, and free ones.</summary>
    public int Places => _names.Count;

    /// <summary>The name at a place.</summary>
    public string this[int place] => _names[place].Name;

    /// <summary>One more use of a name: its place.</summary>
    public int Take(string name)
    {
        // Two names by turns, an instrument's and a session's, are the rule.
        if (Is(_before, name))
        {
            (_before, _last) = (_last, _before);
        }

        if (Is(_last, name))
        {
            CollectionsMarshal.AsSpan(_names)[_last].Uses++;
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

        CollectionsMarshal.AsSpan(_names)[place].Uses++;
        (_before, _last) = (_last, place);
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

    private bool Is(int place, string name) => place < _names.Count && ReferenceEquals(_names[place].Name, name);
}
