using static Marketplace.EndToEnd.Tests.Hosting.SmallMarket;

namespace Marketplace.EndToEnd.Tests.WholeWay;

/// <summary>Candles and tickers are the trades, summed up.</summary>
public sealed class CandleTests(SmallMarket market) : IClassFixture<SmallMarket>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Candles_of_every_length_are_what_the_trades_add_up_to_page_by_page_and_live()
    {
        var trades = new List<(WireTime Time, long Price, long Kwh)>();
        using var live = market.Auditor.MarketData.StreamCandles(new() { InstrumentId = Quarter, Interval = CandleInterval.FiveMinutes, FromTime = At("2027-01-01") }, cancellationToken: Cancellation);
        Assert.True(await live.ResponseStream.MoveNext(Cancellation));
        var told = live.ResponseStream.Current.Candles.ToDictionary(candle => candle.StartTime);
        var random = new Random(7);
        for (var step = 0; step < 40; step++)
        {
            var (price, kwh) = (2_000_000 + (1_000 * random.Next(-5, 6)), random.Next(1, 30));
            await market.Supplier.Trading.PlaceOrderAsync(Limit(Quarter, Side.Ask, price, kwh));
            await market.Buyer.Trading.PlaceOrderAsync(Limit(Quarter, Side.Bid, price, kwh));
            await market.Advance(TimeSpan.FromSeconds(random.Next(1, 400)));
        }

        trades.AddRange((await market.Auditor.MarketData.ListTradesAsync(new() { InstrumentId = Quarter, PageSize = 1_000 })).Trades
            .Select(trade => (trade.EventTime, trade.PriceUsdPerGwh, trade.QuantityKwh)));
        Assert.Equal(40, trades.Count);
        foreach (var (interval, seconds) in new[] { (CandleInterval.OneMinute, 60), (CandleInterval.FiveMinutes, 300), (CandleInterval.FifteenMinutes, 900), (CandleInterval.OneHour, 3_600), (CandleInterval.OneDay, 86_400) })
        {
            var expected = trades.GroupBy(trade => trade.Time.Seconds / seconds * seconds).Select(group => Expected(group.Key, [.. group.Select(trade => (trade.Price, trade.Kwh))])).ToList();
            var listed = new List<Candle>();
            for (var token = ""; ;)
            {
                var page = await market.Auditor.MarketData.ListCandlesAsync(new() { InstrumentId = Quarter, Interval = interval, PageSize = 7, PageToken = token });
                Assert.InRange(page.Candles.Count, 1, 7);
                listed.AddRange(page.Candles);
                if ((token = page.NextPageToken).Length == 0)
                {
                    break;
                }
            }

            Assert.Equal(expected, listed.Select(Told));
            if (interval == CandleInterval.FiveMinutes)
            {
                while (told.Values.Sum(candle => candle.TradeCount) < trades.Count)
                {
                    Assert.True(await live.ResponseStream.MoveNext(Cancellation));
                    foreach (var candle in live.ResponseStream.Current.Candles)
                    {
                        told[candle.StartTime] = candle;
                    }
                }

                Assert.Equal(listed, told.Values.OrderBy(candle => candle.StartTime));
            }
        }

        await TheTickerIsTheLastDay();
    }

    [Fact]
    public async Task Tickers_come_for_every_instrument_then_as_they_change()
    {
        using var stream = market.Auditor.MarketData.StreamTickers(new(), cancellationToken: Cancellation);
        Assert.True(await stream.ResponseStream.MoveNext(Cancellation));
        Assert.Equal([Hour, Spare, Quarter], stream.ResponseStream.Current.Tickers.Select(ticker => ticker.InstrumentId).Order(StringComparer.Ordinal));
        await market.Buyer.Trading.PlaceOrderAsync(Limit(Spare, Side.Bid, 1_900_000, 7));
        Ticker? changed = null;
        while (changed is not { BidUsdPerGwh: 1_900_000 })
        {
            Assert.True(await stream.ResponseStream.MoveNext(Cancellation));
            changed = stream.ResponseStream.Current.Tickers.FirstOrDefault(ticker => ticker.InstrumentId == Spare) ?? changed;
        }

        Assert.Equal((7, 0, InstrumentState.Open), (changed.BidKwh, changed.AskUsdPerGwh, changed.Phase));
        await Refused.With(RejectReason.NotFound, () => First(market.Auditor.MarketData.StreamTickers(new() { InstrumentIds = { "no-such" } }, cancellationToken: Cancellation)));
    }

    private static async Task First(AsyncServerStreamingCall<StreamTickersResponse> call) => await call.ResponseStream.MoveNext(Cancellation);

    private async Task TheTickerIsTheLastDay()
    {
        await market.Advance(TimeSpan.FromHours(23));
        var now = (await market.Operator.Catalog.GetVenueAsync(new())).Venue.Now.Seconds;
        var begin = (now / 60 * 60) - (1_439 * 60);
        var day = (await market.Auditor.MarketData.ListTradesAsync(new() { InstrumentId = Quarter, FromTime = new() { Seconds = begin }, PageSize = 1_000 })).Trades;
        Assert.InRange(day.Count, 1, 39);
        var ticker = (await market.Auditor.MarketData.ListTickersAsync(new())).Tickers.Single(ticker => ticker.InstrumentId == Quarter);
        var book = (await market.Auditor.MarketData.GetOrderBookAsync(new() { InstrumentId = Quarter })).Book;
        Assert.Equal((book.Sequence, book.LastTradePriceUsdPerGwh), (ticker.Sequence, ticker.LastTradePriceUsdPerGwh));
        Assert.Equal(
            (day[0].PriceUsdPerGwh, day[^1].PriceUsdPerGwh - day[0].PriceUsdPerGwh, day.Max(trade => trade.PriceUsdPerGwh), day.Min(trade => trade.PriceUsdPerGwh), day.Count),
            (ticker.Open24HUsdPerGwh, ticker.Change24HUsdPerGwh, ticker.High24HUsdPerGwh, ticker.Low24HUsdPerGwh, ticker.TradeCount24H));
        Assert.Equal($"{day.Sum(trade => trade.QuantityKwh)} {day.Sum(trade => trade.QuantityKwh * trade.PriceUsdPerGwh)}", $"{ticker.Volume24HKwh} {ticker.Notional24HMicros}");
    }

    private static string Expected(long start, (long Price, long Kwh)[] trades)
    {
        var (volume, notional) = (trades.Sum(trade => trade.Kwh), trades.Sum(trade => trade.Kwh * trade.Price));
        return $"{start}: {trades[0].Price} {trades.Max(trade => trade.Price)} {trades.Min(trade => trade.Price)} {trades[^1].Price} {volume} {notional} {trades.Length} {notional / volume}";
    }

    private static string Told(Candle candle) =>
        $"{candle.StartTime.Seconds}: {candle.OpenUsdPerGwh} {candle.HighUsdPerGwh} {candle.LowUsdPerGwh} {candle.CloseUsdPerGwh} {candle.VolumeKwh} {candle.NotionalMicros} {candle.TradeCount} {candle.VwapUsdPerGwh}";
}
