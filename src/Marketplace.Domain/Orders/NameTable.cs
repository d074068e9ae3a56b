namespace Marketplace.Domain.Orders;

/// <summary>Names numbered from 0 in the order they came. A few are looked through, because most books know few accounts; more are found by their hash.</summary>
internal sealed class NameTable
{
    private const int MostLookedThrough = 8;

    private string[] _names = [];
    private Dictionary<string, int>? _numbers;
    private int _count;

    /// <summary>The number of a name, or -1.</summary>
    public int Find(string name)
    {
        if (_numbers is not null)
        {
            return _numbers.GetValueOrDefault(name, -1);
        }

        for (var number = 0; number < _count; number++)
        {
            if (string.Equals(_names[number], name, StringComparison.Ordinal))
            {
                return number;
            }
        }

        return -1;
    }

    /// <summary>Adds a name that is not in it; its number.</summary>
    public int Add(string name)
    {
        if (_numbers is null && _count == MostLookedThrough)
        {
            _numbers = new(StringComparer.Ordinal);
            foreach (var known in _names)
            {
                _numbers.Add(known, _numbers.Count);
            }

            _names = [];
        }

        if (_numbers is not null)
        {
            _numbers.Add(name, _count);
            return _count++;
        }

        if (_count == _names.Length)
        {
            Array.Resize(ref _names, Math.Max(1, _count * 2));
        }

        _names[_count] = name;
        return _count++;
    }
}
