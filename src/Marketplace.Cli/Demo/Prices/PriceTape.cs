using System.Collections.Frozen;
using System.Collections.Immutable;
using Marketplace.Cli.Demo.Sources;

namespace Marketplace.Cli.Demo.Prices;

/// <summary>One moment of the tape: the latest distribution of every series at that time.</summary>
internal sealed record TapeMoment(DateTimeOffset Time, FrozenDictionary<string, PriceDistribution> Latest);

/// <summary>The published distributions in their own order, one moment for each time of publication.</summary>
internal sealed record PriceTape(ImmutableArray<TapeMoment> Moments)
{
    /// <summary>
    /// The tape of <paramref name="series"/>, from the first time by which every one of them was published. A distribution out of order
    /// (p10 above p25, a price of zero) is refused: the file is not what it says.
    /// </summary>
    public static PriceTape Of(ImmutableArray<PriceDistribution> prices, IReadOnlyCollection<string> series)
    {
        var latest = new Dictionary<string, PriceDistribution>(StringComparer.Ordinal);
        var moments = ImmutableArray.CreateBuilder<TapeMoment>();
        foreach (var published in prices.Where(price => series.Contains(price.Model)).GroupBy(price => price.Time).OrderBy(group => group.Key))
        {
            foreach (var price in published)
            {
                if (!price.IsOrdered) throw new InvalidDataException($"The prices of {price.Model} at {price.Time:O} are not in order.");
                latest[price.Model] = price;
            }
            if (latest.Count == series.Count) moments.Add(new TapeMoment(published.Key, latest.ToFrozenDictionary()));
        }
        if (moments.Count < 2) throw new InvalidDataException("The price records hold fewer than two moments.");
        return new PriceTape(moments.ToImmutable());
    }

    /// <summary>
    /// At least <paramref name="wanted"/> moments after <paramref name="from"/>, in order: every publication, and where they are too few, equally
    /// spaced times between two of them, at which the earlier one still holds.
    /// </summary>
    public ImmutableArray<TapeMoment> Rounds(DateTimeOffset from, int wanted)
    {
        var published = Moments.Where(moment => moment.Time > from).ToImmutableArray();
        if (published.Length >= wanted) return published;
        var between = (wanted + Moments.Length - 2) / (Moments.Length - 1);
        var rounds = ImmutableArray.CreateBuilder<TapeMoment>();
        for (var index = 0; index < Moments.Length - 1; index++)
        {
            var (moment, next) = (Moments[index], Moments[index + 1]);
            var gap = (next.Time - moment.Time).Ticks / TimeSpan.TicksPerSecond;
            for (var part = 0; part < between; part++)
            {
                var time = moment.Time.AddSeconds(gap * part / between);
                if (time > from) rounds.Add(moment with { Time = time });
            }
        }
        rounds.Add(Moments[^1]);
        return rounds.ToImmutable();
    }
}
