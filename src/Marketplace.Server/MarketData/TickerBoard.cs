using System.Collections.Concurrent;
using Gwh.Marketplace.V1;
using Marketplace.Grains.Catalog;
using Marketplace.Grains.Hosting;
using Marketplace.Grains.Orders;

namespace Marketplace.Server.MarketData;

/// <summary>
/// The tickers of this process: one line per instrument that was ever asked for, followed from its book. While somebody streams them, lines are made again four times a
/// second where their book has moved, or a minute has passed.
/// </summary>
internal sealed class TickerBoard(BookHub hub, BookHistory history, CatalogView catalog, VenueClock clock, IGrainFactory grains)
{
    /// <summary>Books opened at once.</summary>
    private const int OpenedAtOnce = 32;

    private readonly ConcurrentDictionary<string, Task<TickerLine?>> _lines = new(StringComparer.Ordinal);

    /// <summary>The lines of instruments, in the order given; those that are not listed are left out.</summary>
    public async Task<List<TickerLine>> Lines(IReadOnlyCollection<string> instruments, CancellationToken cancellation)
    {
        await Parallel.ForEachAsync(
            instruments.Where(instrument => !_lines.TryGetValue(instrument, out var line) || !line.IsCompletedSuccessfully),
            new ParallelOptions { MaxDegreeOfParallelism = OpenedAtOnce, CancellationToken = cancellation },
            async (instrument, _) => await Open(instrument));
        var lines = new List<TickerLine>(instruments.Count);
        foreach (var instrument in instruments)
        {
            if (await Open(instrument) is { } line)
            {
                lines.Add(line);
            }
        }

        return lines;
    }

    /// <summary>All instruments there are, in order of id.</summary>
    public IReadOnlyCollection<string> All => [.. catalog.Instruments.Keys];

    /// <summary>A line's ticker as it is now, and how often it has changed. May read the log.</summary>
    public (Ticker Ticker, long Version) Read(TickerLine line) => line.Read(clock.Now, history);

    private Task<TickerLine?> Open(string instrument)
    {
        var opened = _lines.GetOrAdd(instrument, static (id, board) => board.Load(id), this);
        if (opened is { IsCompleted: true } && (!opened.IsCompletedSuccessfully || opened.Result is null))
        {
            // Not listed then, or the book could not be asked: the next one tries again.
            _lines.TryRemove(KeyValuePair.Create(instrument, opened));
        }

        return opened;
    }

    private async Task<TickerLine?> Load(string instrument)
    {
        await Task.Yield();
        return await hub.Open(instrument, grains.GetGrain<IOrderBookGrain>(instrument)) is { } channel ? new TickerLine(instrument, channel) : null;
    }
}
