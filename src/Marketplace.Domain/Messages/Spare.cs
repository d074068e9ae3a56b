namespace Marketplace.Domain.Messages;

/// <summary>
/// Collections that a machine needs while it is busy and not while it is idle, so that a venue of many machines does not keep them once for each, and a collection of garbage
/// does not visit them at each machine that was busy since the last (docs/decisions/0051-idle-machines-hold-nothing-young.md). What was given back waits at its thread for
/// whichever machine needs one next; what is taken is nobody else's.
/// </summary>
internal static class Spare<T>
    where T : class, new()
{
    private const int Most = 64;

    [ThreadStatic]
    private static Stack<T>? t_spare;

    /// <summary>An empty one.</summary>
    public static T Take() => t_spare is not null && t_spare.TryPop(out var taken) ? taken : new();

    /// <summary>Takes one back that is empty, and not so large that it should not be kept.</summary>
    public static void Give(T emptied)
    {
        t_spare ??= new();
        if (t_spare.Count < Most)
        {
            t_spare.Push(emptied);
        }
    }
}

/// <summary>What <see cref="Spare{T}"/> is given.</summary>
internal static class Spare
{
    /// <summary>Empties a list and gives it back; one with room for more than so many is dropped instead.</summary>
    public static void Give<T>(List<T> used, int most)
    {
        if (used.Capacity <= most)
        {
            used.Clear();
            Spare<List<T>>.Give(used);
        }
    }
}
