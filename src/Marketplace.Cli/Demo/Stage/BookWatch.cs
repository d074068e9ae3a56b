using System.Collections.Concurrent;
using System.Collections.Immutable;
using Marketplace.Client;
using Marketplace.Client.Books;
using Marketplace.Client.Streams;

namespace Marketplace.Cli.Demo.Stage;

/// <summary>A book as its stream last told it.</summary>
internal sealed record WatchedBook(string Instrument, long Sequence, ImmutableArray<Level> Bids, ImmutableArray<Level> Asks, long LastPrice);

/// <summary>Follows all books for as long as the demo runs, through a restart of the venue too.</summary>
internal sealed class BookWatch : IAsyncDisposable
{
    /// <summary>Levels a side.</summary>
    public const int Depth = 10;

    private readonly ConcurrentDictionary<string, WatchedBook> books = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<HealCause, int> heals = new();
    private readonly CancellationTokenSource ending = new();
    private readonly Task reading;
    private long updates;
    private long trades;

    public BookWatch(MarketplaceClient client, IReadOnlyList<string> instruments) => reading = Read(client.WatchBooks(instruments, Depth));

    /// <summary>Messages that changed a book.</summary>
    public long Updates => Interlocked.Read(ref updates);

    /// <summary>Trades seen.</summary>
    public long Trades => Interlocked.Read(ref trades);

    /// <summary>How often the streams healed themselves, by cause.</summary>
    public IReadOnlyDictionary<HealCause, int> Heals => heals;

    /// <summary>A book; null before its first message.</summary>
    public WatchedBook? Find(string instrument) => books.GetValueOrDefault(instrument);

    /// <summary>Waits until the stream has told a book up to a sequence; false when it has not within ten seconds.</summary>
    public async Task<bool> Reaches(string instrument, long sequence, CancellationToken cancellation)
    {
        for (var attempt = 0; attempt < 200; attempt++)
        {
            if (Find(instrument) is { } book && book.Sequence >= sequence) return true;
            if (reading.IsCompleted) return false;
            await Task.Delay(50, cancellation);
        }

        return false;
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ending.Dispose();
    }

    private async Task Read(OrderBookStream stream)
    {
        await foreach (var update in stream.WithCancellation(ending.Token))
        {
            var book = update.Book;
            books[book.InstrumentId] = new(book.InstrumentId, book.Sequence, [.. book.Bids.Take(Depth)], [.. book.Asks.Take(Depth)], book.LastTradePriceUsdPerGwh);
            Interlocked.Increment(ref updates);
            Interlocked.Add(ref trades, update.Trades.Count);
            if (update.Healed is { } healed) heals.AddOrUpdate(healed.Cause, 1, (_, count) => count + 1);
        }
    }
}
