namespace Marketplace.Cli.Load;

/// <summary>How the commands of a load run come.</summary>
internal enum LoadArrival
{
    /// <summary>Not stated.</summary>
    Unspecified = 0,
    /// <summary>Evenly: the same gap between any two batches.</summary>
    Even = 1,
    /// <summary>As from many who know nothing of each other: gaps of a Poisson process, drawn from the seed.</summary>
    Poisson = 2,
}

/// <summary>How the commands of a load run reach the venue.</summary>
internal enum LoadMode
{
    /// <summary>Not stated.</summary>
    Unspecified = 0,
    /// <summary>In batches over a session.</summary>
    Session = 1,
    /// <summary>One command a call.</summary>
    Unary = 2,
}

/// <summary>When the batches of one trader are due, after the start: fixed before anything is sent, whatever becomes of those before.</summary>
internal static class LoadArrivals
{
    /// <summary>The due times of a trader, rising, all before the end. Traders together make the rate asked for.</summary>
    /// <param name="options">What load to offer.</param>
    /// <param name="trader">Which trader, from 0.</param>
    public static IEnumerable<TimeSpan> Of(LoadOptions options, int trader) => options.Arrival == LoadArrival.Poisson ? Poisson(options, trader) : Even(options, trader);

    private static IEnumerable<TimeSpan> Even(LoadOptions options, int trader)
    {
        for (long batch = trader; batch < options.Batches; batch += options.Sessions)
        {
            yield return TimeSpan.FromTicks((long)((Int128)batch * options.Batch * TimeSpan.TicksPerSecond / options.Rate));
        }
    }

    private static IEnumerable<TimeSpan> Poisson(LoadOptions options, int trader)
    {
        var random = new Random(unchecked((options.Seed * 7_368_787) + trader));
        var meanSeconds = (double)options.Batch * options.Sessions / options.Rate;
        for (var at = Gap(); at < options.Seconds; at += Gap())
        {
            yield return TimeSpan.FromSeconds(at);
        }

        double Gap() => -Math.Log(1 - random.NextDouble()) * meanSeconds;
    }
}
