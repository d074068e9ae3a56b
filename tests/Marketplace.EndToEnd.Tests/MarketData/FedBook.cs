using System.Reflection;
using Marketplace.Domain.Instruments;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Units;
using Marketplace.Grains.Orders;
using Marketplace.Journal;
using Marketplace.Server.MarketData;
using DomainSide = Marketplace.Domain.Orders.Side;
using DomainState = Marketplace.Domain.Instruments.InstrumentState;

namespace Marketplace.EndToEnd.Tests.MarketData;

/// <summary>A book's feed that a test feeds by hand: the changes are durable at once, and a plain dictionary beside it is what the book must be.</summary>
internal sealed class FedBook : IAsyncDisposable
{
    public const string Id = "H100-USEAST-2027Q1";

    private readonly DataFolder _folder = new();
    private readonly Log _log;
    private readonly List<TaskCompletionSource> _awaited = [];

    private FedBook()
    {
        _log = Log.Open(new LogOptions { Directory = _folder.Directory.FullName });
        Feed = new(_log, static (bids, asks) => Marketplace.Server.Services.BookChecksum.Of(bids, asks));
        Channel = new(Id, Feed, TimeProvider.System);
        Feeds = new(_log, static (bids, asks) => Marketplace.Server.Services.BookChecksum.Of(bids, asks));
        Grain = DispatchProxy.Create<IOrderBookGrain, Told>();
        ((Told)(object)Grain).Book = this;
        Feed.Moved += () =>
        {
            lock (_awaited)
            {
                _awaited.ForEach(awaited => awaited.TrySetResult());
                _awaited.Clear();
            }
        };
    }

    public BookFeed Feed { get; }

    public BookChannel Channel { get; }

    public long Sequence { get; private set; }

    /// <summary>The book as it must be.</summary>
    public SortedDictionary<(DomainSide Side, long Price), long> Levels { get; } = [];

    /// <summary>The grain of the book, which tells it as it is now.</summary>
    public IOrderBookGrain Grain { get; }

    /// <summary>Whether the grain knows the instrument.</summary>
    public bool Listed { get; set; } = true;

    /// <summary>Feeds of their own on the same log.</summary>
    public BookFeeds Feeds { get; }

    public static async Task<FedBook> Open()
    {
        var book = new FedBook();
        Assert.True(await book.Feed.Open(book.Grain));
        return book;
    }

    /// <summary>Sets one level, and the feed is not told.</summary>
    public void Miss(DomainSide side, long price, long quantity)
    {
        Apply(new(side, price, quantity));
        Sequence++;
    }

    /// <summary>Sets one level, and waits until the feed has let it out.</summary>
    public Task Set(DomainSide side, long price, long quantity) => Publish([new(side, price, quantity)], []);

    /// <summary>Publishes many changes at once, and waits for the last.</summary>
    public async Task Fill(int changes)
    {
        for (var at = 0; at < changes - 1; at++)
        {
            _ = Publish([new(DomainSide.Bid, 100 + (at % 7), 1 + at)], []);
        }

        await Publish([new(DomainSide.Bid, 100, 1)], []);
    }

    public async Task Publish(LevelChange[] levels, TradePrint[] trades)
    {
        Array.ForEach(levels, Apply);
        var before = Sequence++;
        var sequence = Sequence;
        Feed.Publish(0, new(before, sequence, new(sequence), DomainState.Open, levels, trades, []));
        while (Feed.At(feed => feed.Sequence) < sequence)
        {
            var moved = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (_awaited)
            {
                _awaited.Add(moved);
            }

            if (Feed.At(feed => feed.Sequence) < sequence)
            {
                await moved.Task;
            }
        }
    }

    private void Apply(LevelChange level)
    {
        if (level.Quantity == 0)
        {
            Levels.Remove((level.Side, level.Price));
        }
        else
        {
            Levels[(level.Side, level.Price)] = level.Quantity;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await _log.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>The grain of the book: an empty book of an open instrument.</summary>
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Performance", "CA1852", Justification = "A proxy is made by deriving from it.")]
    internal class Told : DispatchProxy
    {
        public FedBook Book { get; set; } = null!;

        protected override object Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name == nameof(IOrderBookGrain.Watch)
            ? Task.FromResult<BookView?>(!Book.Listed ? null : new()
            {
                Instrument = null!,
                State = DomainState.Open,
                Sequence = Book.Sequence,
                Bids = Side(DomainSide.Bid),
                Asks = Side(DomainSide.Ask),
                Time = new(1),
                LastPrice = 0,
            })
            : throw new NotSupportedException(targetMethod.Name);

        private LevelView[] Side(DomainSide side) => [.. Book.Levels.Where(level => level.Key.Side == side).Select(level => new LevelView(level.Key.Price, level.Value, 1))];
    }
}
