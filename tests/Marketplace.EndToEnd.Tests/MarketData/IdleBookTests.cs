using Marketplace.Grains.Orders;
using Marketplace.Server.MarketData;
using Microsoft.Extensions.Time.Testing;
using DomainSide = Marketplace.Domain.Orders.Side;

namespace Marketplace.EndToEnd.Tests.MarketData;

/// <summary>The feed of a book nobody reads any more stays for those who come back soon, and then ends.</summary>
public sealed class IdleBookTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new();
    private FedBook _book = null!;
    private BookHub _hub = null!;

    public async ValueTask DisposeAsync()
    {
        _hub.Dispose();
        await _book.DisposeAsync();
    }

    [Fact]
    public async Task It_stays_while_somebody_reads_and_ends_ten_minutes_after_the_last()
    {
        var (one, other) = (await Open(), await Open());
        Assert.Same(one.Value, other.Value);
        one.Dispose();
        _time.Advance(TimeSpan.FromHours(1));
        Assert.True(_book.Feeds.AreWatching(FedBook.Id));

        other.Dispose();
        _time.Advance(TimeSpan.FromMinutes(9));
        Assert.True(_book.Feeds.AreWatching(FedBook.Id));
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.False(_book.Feeds.AreWatching(FedBook.Id));
    }

    [Fact]
    public async Task Who_comes_back_in_time_finds_what_was_kept_and_who_comes_later_a_new_one_that_is_fed()
    {
        var first = await Open();
        first.Dispose();
        _time.Advance(TimeSpan.FromMinutes(9));
        var back = await Open();
        Assert.Same(first.Value, back.Value);

        back.Dispose();
        _time.Advance(TimeSpan.FromMinutes(11));
        var later = await Open();
        Assert.NotSame(first.Value.Book, later.Value.Book);
        Assert.Same(later.Value.Book, _book.Feeds.Of(FedBook.Id));
        later.Dispose();
    }

    [Fact]
    public async Task One_of_an_instrument_that_is_not_listed_ends_at_once()
    {
        await Begin();
        _book.Listed = false;
        Assert.Null(await _hub.Open(FedBook.Id, _book.Grain));
        Assert.False(_book.Feeds.AreWatching(FedBook.Id));
    }

    [Fact]
    public async Task A_ticker_that_nobody_asks_for_lets_its_book_go()
    {
        await Begin();
        using var lines = new Lingering<TickerLine>(
            _time,
            instrument => new(instrument, _hub.Open(instrument, _book.Grain).AsTask().GetAwaiter().GetResult()!),
            static (_, line) => line.Dispose());
        var line = lines.Use(FedBook.Id);
        for (var minutes = 0; minutes < 60; minutes += 5)
        {
            _time.Advance(TimeSpan.FromMinutes(5));
            Assert.Same(line, lines.Use(FedBook.Id));
        }

        // The ticker ends first, and with it the last who read the book.
        _time.Advance(TimeSpan.FromMinutes(11));
        Assert.True(_book.Feeds.AreWatching(FedBook.Id));
        _time.Advance(TimeSpan.FromMinutes(11));
        Assert.False(_book.Feeds.AreWatching(FedBook.Id));
    }

    private async Task Begin()
    {
        _book = await FedBook.Open();
        _hub = new(_book.Feeds, _time);
    }

    private async Task<Lingering<BookChannel>.Held> Open()
    {
        if (_book is null)
        {
            await Begin();
        }

        return (await _hub.Open(FedBook.Id, _book!.Grain))!;
    }
}
