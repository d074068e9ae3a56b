using Marketplace.Grains.Orders;

namespace Marketplace.EndToEnd.Tests.MarketData;

/// <summary>A long history is folded once, and goes on from there.</summary>
public sealed class CandleHistoryTests
{
    [Fact]
    public async Task What_was_folded_is_not_read_again()
    {
        await using var venue = await InProcessVenue.Start();
        await Trade(venue, 30);
        var history = venue.Service<CandleHistory>();
        var first = await List(venue);
        var read = history.EventsRead;
        Assert.InRange(read, 30, long.MaxValue);

        Assert.Equal(first, await List(venue));
        Assert.Equal(read, history.EventsRead);

        await Trade(venue, 1);
        var last = Assert.Single(await List(venue));
        Assert.Equal(31, last.TradeCount);
        Assert.InRange(history.EventsRead - read, 1, 10);
    }

    private static async Task<IEnumerable<Gwh.Marketplace.V1.Candle>> List(InProcessVenue venue) =>
        (await venue.Buyer.MarketData.ListCandlesAsync(new() { InstrumentId = InProcessVenue.Instrument, Interval = CandleInterval.OneHour })).Candles;

    private static async Task Trade(InProcessVenue venue, int times)
    {
        for (var trade = 0; trade < times; trade++)
        {
            await venue.Supplier.AskAsync(InProcessVenue.Instrument, 5, 2_000_000);
            await venue.Buyer.BidAsync(InProcessVenue.Instrument, 5, 2_000_000);
        }
    }
}
