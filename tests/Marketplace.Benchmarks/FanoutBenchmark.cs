using System.Diagnostics;
using Grpc.Net.Client;
using Gwh.Marketplace.V1;

namespace Marketplace.Benchmarks;

/// <summary>
/// One busy book with a thousand readers, against a raw broadcast of the same bytes by a gRPC server that does nothing else; and what readers that never read cost the
/// others. Interleaved passes in one run, medians.
/// </summary>
internal static class FanoutBenchmark
{
    private const int Readers = 1_000;
    private const int ReadersBeside = 500;
    private const int Silent = 500;
    private const int OrdersTimed = 100;

    /// <summary>More bytes than a reader that does not read and the server's own buffers take in: only then does it hold the server up.</summary>
    private const int OrdersToFill = 2_000;

    /// <summary>Changes asked for at once, of the venue and of the raw server alike: with one alone, neither would be busy.</summary>
    private const int Writers = 64;

    private static int _order;

    public static async Task Run(string[] args)
    {
        var passes = Setting.Of("GWH_BENCH_PASSES", 5);
        var span = TimeSpan.FromSeconds(Setting.Of("GWH_BENCH_SECONDS", 4));
        var only = args.Length > 0 ? args[0] : "";
        var directory = Directory.CreateTempSubdirectory("gwh-bench-");
        try
        {
            await using var venue = await VenueProcess.Venue(directory.FullName);
            await using var raw = await VenueProcess.Raw();
            using var channel = GrpcChannel.ForAddress(venue.Address);
            var market = new BenchmarkMarket(channel, (await File.ReadAllTextAsync(Path.Combine(directory.FullName, "operator.key"))).Trim());
            await market.Build();
            Console.WriteLine(
                $"conditions: {Environment.ProcessorCount} cores, readers, venue and raw server on this machine; {passes} interleaved passes of {span.TotalSeconds} s; medians; "
                + $"{Readers} readers on {FanoutReaders.Connections} connections, each told every change of one book");

            if (only is "" or "raw")
            {
                await Beside(venue, raw, market, passes, span);
            }

            if (only is "" or "silent")
            {
                await BesideSilent(venue, market, passes);
            }
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    /// <summary>
    /// A thousand readers of a book, and as many of the raw server. Each pass has three parts: the venue as fast as its readers take it, the raw server the same, with the
    /// bytes the venue has just sent, and the raw server once more at the venue's own pace: what came together together, and when it came.
    /// </summary>
    private static async Task Beside(VenueProcess venue, VenueProcess raw, BenchmarkMarket market, int passes, TimeSpan span)
    {
        using var books = await FanoutReaders.OfBook(venue.Address, market, Readers);
        using var raws = await FanoutReaders.OfRaw(raw.Address, Readers);
        await books.Began();
        await raws.Began();
        using var venueChannel = GrpcChannel.ForAddress(venue.Address);
        using var rawChannel = GrpcChannel.ForAddress(raw.Address);
        var trading = new TradingService.TradingServiceClient(venueChannel);
        var all = new List<(Delivery Venue, Delivery Raw, Delivery Played)>();
        var (changesPerSecond, changesOfMessages, bytesOfMessages) = (new List<double>(), new List<double>(), new List<double>());
        for (var pass = -1; pass < passes; pass++)
        {
            var (tape, next) = (new FanoutTape(), 0);
            var (orders, clock) = (Volatile.Read(ref _order), Stopwatch.StartNew());
            var ofVenue = await books.Measure(venue, span, Writers, () => PlaceAndCancel(trading, market), tape);
            // An order comes and goes.
            changesPerSecond.Add(2 * (Volatile.Read(ref _order) - orders) / clock.Elapsed.TotalSeconds);
            var messages = tape.Messages;
            changesOfMessages.Add((tape.LastSequence - tape.FirstSequence) / (messages.Count - 1.0));
            bytesOfMessages.Add(messages.Average(message => message.Length));
            var ofRaw = await raws.Measure(raw, span, Writers, () => RawServer.Publish(rawChannel, [messages[Interlocked.Increment(ref next) % messages.Count]]));
            var played = await raws.Count(raw, () => tape.Play(group => RawServer.Publish(rawChannel, group)));
            await raws.CaughtUp();
            if (pass >= 0)
            {
                all.Add((ofVenue, ofRaw, played));
            }
        }

        Print("fanout", all.Select(one => one.Venue));
        Figures.Print("fanout_changes_per_second", Figures.Median(changesPerSecond.Skip(1)));
        Figures.Print("fanout_changes_per_message", Figures.Median(changesOfMessages.Skip(1)));
        Figures.Print("fanout_bytes_per_message", Figures.Median(bytesOfMessages.Skip(1)));
        Print("fanout_raw", all.Select(one => one.Raw));
        Print("fanout_played", all.Select(one => one.Played));
        Figures.Print("fanout_vs_raw", Figures.Median(all.Select(one => one.Venue.PerSecond / one.Raw.PerSecond)));
        Figures.Print("fanout_played_vs_venue_server", Figures.Median(all.Select(one => one.Played.ServerMicros / one.Venue.ServerMicros)));
    }

    private static void Print(string name, IEnumerable<Delivery> all)
    {
        Figures.Print(name + "_messages_per_second", Figures.Median(all.Select(one => one.PerSecond)));
        Figures.Print(name + "_messages_together", Figures.Median(all.Select(one => one.Together)));
        Figures.Print(name + "_server_micros_per_message", Figures.Median(all.Select(one => one.ServerMicros)));
    }

    /// <summary>Delivery to readers that read, without and with as many others that never do.</summary>
    private static async Task BesideSilent(VenueProcess venue, BenchmarkMarket market, int passes)
    {
        using var readers = await FanoutReaders.OfBook(venue.Address, market, ReadersBeside);
        await readers.Began();
        using var channel = GrpcChannel.ForAddress(venue.Address);
        var trading = new TradingService.TradingServiceClient(channel);
        await Fill(readers, trading, market);
        var all = new List<(double Without, double With, double Bytes)>();
        for (var pass = 0; pass < passes; pass++)
        {
            var without = await P99(readers, trading, market);
            var before = venue.MemoryBytes;
            using var silent = await FanoutReaders.OfSilent(venue.Address, market, Silent);
            await Fill(readers, trading, market);
            var bytes = (double)(venue.MemoryBytes - before) / Silent;
            all.Add((without, await P99(readers, trading, market), bytes));
        }

        Figures.Print("fanout_p99_micros", Figures.Median(all.Select(one => one.Without)));
        Figures.Print("fanout_silent_p99_micros", Figures.Median(all.Select(one => one.With)));
        Figures.Print("fanout_silent_p99_ratio", Figures.Median(all.Select(one => one.With / one.Without)));
        Figures.Print("fanout_silent_bytes_per_reader", all.Max(one => one.Bytes));
    }

    private static async Task Fill(FanoutReaders readers, TradingService.TradingServiceClient trading, BenchmarkMarket market)
    {
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(async () =>
        {
            for (var order = 0; order < OrdersToFill / Writers; order++)
            {
                await Place(trading, market);
                await readers.KeptUp();
            }
        })));
        await readers.CaughtUp();
    }

    /// <summary>Microseconds from sending an order to each reader's having its change, the slowest hundredth: one order at a time, 20 ms apart.</summary>
    private static async Task<double> P99(FanoutReaders readers, TradingService.TradingServiceClient trading, BenchmarkMarket market)
    {
        await readers.CaughtUp();
        readers.BeginTiming(OrdersTimed);
        for (var order = 0; order < OrdersTimed; order++)
        {
            readers.Sent(order);
            await Place(trading, market);
            await Task.Delay(20);
        }

        await readers.CaughtUp();
        return Figures.Percentile(readers.EndTiming(), 99);
    }

    /// <summary>Two changes of the book, one behind the other.</summary>
    private static async Task PlaceAndCancel(TradingService.TradingServiceClient trading, BenchmarkMarket market)
    {
        var number = Interlocked.Increment(ref _order);
        await Place(trading, market, number);
        await trading.CancelOrderAsync(new() { RequestId = $"x{number}", ClientOrderId = $"f{number}" }, market.Keys[0]);
    }

    /// <summary>One change of the book: a bid far below any ask, at one of twenty prices. It stays.</summary>
    private static Task Place(TradingService.TradingServiceClient trading, BenchmarkMarket market) => Place(trading, market, Interlocked.Increment(ref _order));

    private static async Task Place(TradingService.TradingServiceClient trading, BenchmarkMarket market, int number) => await trading.PlaceOrderAsync(
        new()
        {
            ClientOrderId = $"f{number}",
            InstrumentId = market.Instruments[0],
            Side = Side.Bid,
            Type = OrderType.Limit,
            QuantityKwh = 1 + (number % 50),
            PriceUsdPerGwh = 1_500_000 + (number % 20),
        },
        market.Keys[0]);
}
