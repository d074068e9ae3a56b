using Gwh.Marketplace.V1;
using Marketplace.Grains.Catalog;
using Marketplace.Grains.Hosting;
using Marketplace.Grains.Orders;

namespace Marketplace.Server.MarketData;

/// <summary>
/// The tickers of this process: one line per instrument that was asked for lately, followed from its book. While somebody streams them, lines are made again four times a
/// second where their book has moved, or a minute has passed.
/// </summary>
internal sealed class TickerBoard : IDisposable
{
    /// <summary>Books opened at once.</summary>
    private const int OpenedAtOnce = 32;

    private readonly BookHub _hub;
    private readonly BookHistory _history;
    private readonly CatalogView _catalog;
    private readonly VenueClock _clock;
    private readonly IGrainFactory _grains;
    private readonly Lingering<Task<TickerLine?>> _lines;

    /// <summary>A board without lines.</summary>
    public TickerBoard(BookHub hub, BookHistory history, CatalogView catalog, VenueClock clock, IGrainFactory grains, TimeProvider time)
    {
        (_hub, _history, _catalog, _clock, _grains) = (hub, history, catalog, clock, grains);
        _lines = new(time, Load, static (_, line) => line.ContinueWith(static line => line.Result?.Dispose(), TaskContinuationOptions.OnlyOnRanToCompletion));
    }

    /// <summary>The lines of instruments, in the order given; those that are not listed are left out.</summary>
    public async Task<List<TickerLine>> Lines(IReadOnlyCollection<string> instruments, CancellationToken cancellation)
    {
        await Parallel.ForEachAsync(
            instruments.Where(instrument => !_lines.Use(instrument).IsCompletedSuccessfully),
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
    public IReadOnlyCollection<string> All => [.. _catalog.Instruments.Keys];

    /// <summary>A line's ticker as it is now, and how often it has changed. May read the log.</summary>
    public (Ticker Ticker, long Version) Read(TickerLine line) => line.Read(_clock.Now, _history);

    /// <inheritdoc/>
    public void Dispose() => _lines.Dispose();

    private Task<TickerLine?> Open(string instrument)
    {
        var opened = _lines.Use(instrument);
        if (opened is { IsCompleted: true } && (!opened.IsCompletedSuccessfully || opened.Result is null))
        {
            // Not listed then, or the book could not be asked: the next one tries again.
            _lines.Forget(instrument, opened);
        }

        return opened;
    }

    private async Task<TickerLine?> Load(string instrument)
    {
        await Task.Yield();
        return await _hub.Open(instrument, _grains.GetGrain<IOrderBookGrain>(instrument)) is { } book ? new TickerLine(instrument, book) : null;
    }
}
