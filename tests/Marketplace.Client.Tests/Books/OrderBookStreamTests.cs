using Gwh.Marketplace.V1;
using Marketplace.Client.Errors;
using Marketplace.Client.Streams;
using Marketplace.Client.Tests.Venue;
using static Marketplace.Client.Tests.Books.BookMessages;

namespace Marketplace.Client.Tests.Books;

public sealed class OrderBookStreamTests
{
    [Fact]
    public async Task Stream_that_ends_is_connected_again_where_it_was_until_the_venue_says_no()
    {
        await using var venue = await ScriptedVenue.Start();
        using var client = venue.Client();
        venue.Script.Books.Enqueue([Snapshot(100, "bid 99x5 |"), Delta(100, 101, "bid 98x1")]);
        venue.Script.Books.Enqueue([Resumed(101), Delta(101, 102, "bid 97x1")]);
        venue.Script.Books.Enqueue([Resumed(102), Delta(107, 108, "bid 1x1")]);
        venue.Script.Books.Enqueue([Snapshot(108, "bid 1x1 |")]);
        var healed = new List<Healed?>();
        var books = new List<string>();

        var error = await Assert.ThrowsAsync<MarketplaceException>(async () =>
        {
            await foreach (var update in client.WatchBook(H100).WithCancellation(TestContext.Current.CancellationToken))
            {
                healed.Add(update.Healed);
                books.Add(Drawn(update.Book));
            }
        });

        Assert.Equal(Grpc.Core.StatusCode.NotFound, error.StatusCode);
        Assert.Equal(
            [null, null, new(HealCause.Resumed, 101, 101), null, new(HealCause.Resumed, 102, 102), new(HealCause.ChainBroken, 102, 108)], healed);
        Assert.Equal("bid 99x5 98x1 97x1 | ask ", books[3]);
        Assert.Equal("bid 1x1 | ask ", books[5]);
        Assert.Equal([0, 1, 1, 0, 1], venue.Script.Asked.Cast<StreamOrderBookRequest>().Select(request => request.Resume.Count));
    }

    [Fact]
    public async Task Venue_that_is_not_there_is_given_up_after_a_stated_number_of_tries()
    {
        await using var venue = await ScriptedVenue.Start();
        using var client = new MarketplaceClient("http://127.0.0.1:1", "secret", Script.Hasty with { StreamAttempts = 3 });

        var error = await Assert.ThrowsAsync<MarketplaceException>(async () =>
        {
            await foreach (var _ in client.WatchBook(H100).WithCancellation(TestContext.Current.CancellationToken))
            {
            }
        });

        Assert.Equal(Grpc.Core.StatusCode.Unavailable, error.StatusCode);
    }

    [Fact]
    public async Task Cancelling_ends_the_reading()
    {
        await using var venue = await ScriptedVenue.Start();
        using var client = venue.Client();
        using var cancel = new CancellationTokenSource();
        venue.Script.Books.Enqueue([Snapshot(100, "bid 99x5 |")]);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in client.WatchBook(H100).WithCancellation(cancel.Token))
            {
                await cancel.CancelAsync();
            }
        });
    }
}
