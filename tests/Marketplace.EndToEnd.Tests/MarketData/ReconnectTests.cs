using System.Collections.Concurrent;
using System.Globalization;
using Marketplace.Client;
using Marketplace.Client.Books;
using Marketplace.Client.Streams;
using Marketplace.Grains.Orders;
using DomainSide = Marketplace.Domain.Orders.Side;
using RestingOrder = Marketplace.Client.Books.RestingOrder;

namespace Marketplace.EndToEnd.Tests.MarketData;

/// <summary>
/// The SDK follows a real book under order flow over a line that is cut at random again and again: every book it shows is the book the venue's own machine had at that
/// sequence, level by level and order by order. How often the line is cut is MARKETPLACE_RECONNECTS, 300 where it is not set.
/// </summary>
public sealed class ReconnectTests
{
    private const int ShownDepth = 5;

    private readonly ConcurrentDictionary<long, BookView> _snapshots = new();
    private readonly SemaphoreSlim _seen = new(0);
    private readonly ConcurrentDictionary<HealCause, int> _healed = new();

    private static int Cuts => int.TryParse(Environment.GetEnvironmentVariable("MARKETPLACE_RECONNECTS"), CultureInfo.InvariantCulture, out var cuts) ? cuts : 300;

    [Fact]
    public async Task Whatever_becomes_of_the_line_every_book_shown_is_the_book_that_was()
    {
        await using var venue = await InProcessVenue.Start();
        using var relay = new Relay(venue.Port);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var client = venue.Client(relay.Address, venue.AuditorKey, new() { FirstDelay = TimeSpan.FromMilliseconds(1), LongestDelay = TimeSpan.FromMilliseconds(20), StreamAttempts = 1_000 });
        var levels = new Dictionary<string, ConcurrentDictionary<long, string>>
        {
            ["all"] = new(),
            ["conflated"] = new(),
            ["depth"] = new(),
            ["orders"] = new(),
            ["orders conflated"] = new(),
        };
        Task[] followers =
        [
            Follow(client.WatchBooks([InProcessVenue.Instrument]), levels["all"], int.MaxValue, ends.Token),
            Follow(client.WatchBooks([InProcessVenue.Instrument], conflate: true), levels["conflated"], int.MaxValue, ends.Token),
            Follow(client.WatchBooks([InProcessVenue.Instrument], ShownDepth), levels["depth"], ShownDepth, ends.Token),
            FollowOrders(client.WatchBookOrders([InProcessVenue.Instrument]), levels["orders"], ends.Token),
            FollowOrders(client.WatchBookOrders([InProcessVenue.Instrument], conflate: true), levels["orders conflated"], ends.Token),
        ];
        Task[] flow = [Trade(venue.Supplier, Side.Ask, 1, ends.Token), Trade(venue.Buyer, Side.Bid, 2, ends.Token), Look(venue, ends.Token)];
        var random = new Random(20270401);
        for (var cut = 0; cut < Cuts; cut++)
        {
            for (var updates = random.Next(1, 60); updates > 0; updates--)
            {
                await _seen.WaitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(1));
            }

            relay.Cut();
            Assert.DoesNotContain(followers.Concat(flow), task => task.IsFaulted);
        }

        await ends.CancelAsync();
        await Task.WhenAll([.. followers, .. flow]);

        foreach (var (what, shown) in levels)
        {
            var compared = 0;
            foreach (var (sequence, view) in _snapshots)
            {
                if (shown.TryGetValue(sequence, out var book))
                {
                    compared++;
                    Assert.Equal($"{what} {sequence}: {Expected(what, view)}", $"{what} {sequence}: {book}");
                }
            }

            Assert.True(compared > Math.Min(Cuts, 20) / 2, $"{what}: only {compared} of {shown.Count} books were compared");
        }

        Assert.True(_healed.GetValueOrDefault(HealCause.Resumed) > Cuts, string.Join(", ", _healed));
        Assert.Empty(_healed.Keys.Except([HealCause.Resumed, HealCause.Reconnected, HealCause.SlowReader]));
    }

    private static string Expected(string what, BookView view) => what switch
    {
        "orders" or "orders conflated" => Drawn(view.BidOrders!.Select(ToOrder), view.AskOrders!.Select(ToOrder)),
        "depth" => Drawn(view.Bids.Take(ShownDepth), view.Asks.Take(ShownDepth)),
        _ => Drawn(view.Bids, view.Asks),
    };

    private static RestingOrder ToOrder(OrderLine order) => new(order.Number, order.Price, order.Quantity);

    private static string Drawn(IEnumerable<LevelView> bids, IEnumerable<LevelView> asks) =>
        string.Join(' ', bids.Select(level => $"{level.Price}x{level.Quantity}")) + " | " + string.Join(' ', asks.Select(level => $"{level.Price}x{level.Quantity}"));

    private static string Drawn(IEnumerable<RestingOrder> bids, IEnumerable<RestingOrder> asks) => string.Join(' ', bids) + " | " + string.Join(' ', asks);

    /// <summary>The machine's own book, again and again.</summary>
    private async Task Look(InProcessVenue venue, CancellationToken ends)
    {
        var book = venue.Service<IGrainFactory>().GetGrain<IOrderBookGrain>(InProcessVenue.Instrument);
        while (!ends.IsCancellationRequested)
        {
            var view = (await book.Watch(orders: true))!;
            _snapshots.TryAdd(view.Sequence, view);
        }
    }

    private async Task Follow(OrderBookStream stream, ConcurrentDictionary<long, string> shown, int depth, CancellationToken ends)
    {
        try
        {
            await foreach (var update in stream.WithCancellation(ends))
            {
                Heal(update.Healed);
                Assert.InRange(Math.Max(update.Book.BidLevels, update.Book.AskLevels), 0, depth);
                var book = Drawn(
                    update.Book.Bids.Select(level => new LevelView(level.PriceUsdPerGwh, level.QuantityKwh, 0)),
                    update.Book.Asks.Select(level => new LevelView(level.PriceUsdPerGwh, level.QuantityKwh, 0)));
                Assert.Equal(book, shown.GetOrAdd(update.Book.Sequence, book));
                _seen.Release();
            }
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            // The test is over.
        }
    }

    private async Task FollowOrders(BookOrdersStream stream, ConcurrentDictionary<long, string> shown, CancellationToken ends)
    {
        try
        {
            await foreach (var update in stream.WithCancellation(ends))
            {
                Heal(update.Healed);
                var book = Drawn(update.Book.Bids, update.Book.Asks);
                Assert.Equal(book, shown.GetOrAdd(update.Book.Sequence, book));
                _seen.Release();
            }
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            // The test is over.
        }
    }

    private void Heal(Healed? healed)
    {
        if (healed is not null)
        {
            _healed.AddOrUpdate(healed.Cause, 1, static (_, count) => count + 1);
        }
    }

    /// <summary>Places orders around one price, cancels, reduces and replaces some: the book stays small and busy.</summary>
    private static async Task Trade(MarketplaceClient client, Side side, int seed, CancellationToken ends)
    {
        var random = new Random(seed);
        var resting = new Queue<Order>();
        while (!ends.IsCancellationRequested)
        {
            var request = SmallMarket.Limit(InProcessVenue.Instrument, side, 2_000_000 + (random.Next(-12, 13) * 1_000) + (side == Side.Ask ? 4_000 : -4_000), random.Next(2, 20));
            var order = await client.PlaceAsync(request, CancellationToken.None);
            if (order.Status == OrderStatus.Open)
            {
                resting.Enqueue(order);
            }

            if (resting.Count > 40)
            {
                await Change(client, resting.Dequeue(), random.Next(4));
            }
        }
    }

    private static async Task Change(MarketplaceClient client, Order order, int how)
    {
        try
        {
            if (how == 0 && order.OpenKwh > 1)
            {
                await client.Trading.ReduceOrderAsync(new() { ClientOrderId = order.ClientOrderId, QuantityKwh = 1 });
            }
            else if (how == 1)
            {
                await client.Trading.ReplaceOrderAsync(new() { ClientOrderId = order.ClientOrderId, PriceUsdPerGwh = order.PriceUsdPerGwh, QuantityKwh = order.QuantityKwh + 1 });
            }

            await client.CancelAsync(order.ClientOrderId, CancellationToken.None);
        }
        catch (Client.Errors.MarketplaceException refused) when (refused.StatusCode == StatusCode.FailedPrecondition)
        {
            // It was filled meanwhile.
        }
    }
}
