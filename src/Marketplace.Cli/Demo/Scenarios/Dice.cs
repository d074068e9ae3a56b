namespace Marketplace.Cli.Demo.Scenarios;

/// <summary>A seeded sequence of choices (SplitMix64): the same seed gives the same sequence on every machine and runtime. One thread at a time.</summary>
internal sealed class Dice(ulong seed)
{
    private ulong state = seed;

    /// <summary>Dice of their own for one participant, so that what one does never shifts another's choices.</summary>
    public static Dice For(ulong seed, string participant)
    {
        foreach (var letter in participant) seed = (seed ^ letter) * 0x100000001B3;
        return new Dice(seed);
    }

    /// <summary>0 to <paramref name="below"/> - 1, each as likely.</summary>
    public int Below(int below)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(below, 1);
        return (int)((UInt128)Next() * (ulong)below >> 64);
    }

    /// <summary><paramref name="from"/> to <paramref name="to"/>, both included.</summary>
    public int Between(int from, int to) => from + Below(to - from + 1);

    /// <summary>True <paramref name="percent"/> times in a hundred.</summary>
    public bool Chance(int percent) => Below(100) < percent;

    private ulong Next()
    {
        state += 0x9E3779B97F4A7C15;
        var mixed = state;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}
