namespace Marketplace.Simulation.Tests.Machinery;

/// <summary>A small generator of its own (SplitMix64): the same seed gives the same run on every machine and in every version.</summary>
internal sealed class Prng(ulong seed)
{
    private ulong _state = seed * 0x9E3779B97F4A7C15 + 0xD1B54A32D192ED03;

    /// <summary>64 bits.</summary>
    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        var mixed = _state;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>0 to one less than a number.</summary>
    public int Below(int number) => (int)(Next() % (ulong)number);

    /// <summary>Both ends included.</summary>
    public long Between(long low, long high) => low + (long)(Next() % (ulong)(high - low + 1));

    /// <summary>True so many times in a thousand.</summary>
    public bool Chance(int perThousand) => Below(1000) < perThousand;

    /// <summary>One of a list.</summary>
    public T Pick<T>(IReadOnlyList<T> list) => list[Below(list.Count)];

    /// <summary>Takes one out of a list, whose order is of no meaning.</summary>
    public T Take<T>(List<T> list)
    {
        var at = Below(list.Count);
        var taken = list[at];
        list[at] = list[^1];
        list.RemoveAt(list.Count - 1);
        return taken;
    }
}
