using System.Diagnostics;
using System.Globalization;
using Grpc.Core;
using Grpc.Net.Client;
using Gwh.Marketplace.V1;

namespace Marketplace.Benchmarks;

/// <summary>
/// Durable orders over the network against an empty gRPC echo of the same messages on the same machine, in interleaved passes: unary with 128 in flight, sessions of
/// batches of 100 on 4 sessions, and one client alone beside one synced append.
/// </summary>
internal static class WireBenchmark
{
    private const int InFlight = 128;
    private const int Sessions = 4;
    private const int Batch = 100;
    private const int Window = 16;

    // Longer than the auditor waits for a quiet second: what it does then is not to fall on the yardstick.
    private static readonly TimeSpan IdleSpan = TimeSpan.FromSeconds(3);

    private static int _run;

    public static async Task Run(string[] args)
    {
        var passes = Setting.Of("GWH_BENCH_PASSES", 5);
        var span = TimeSpan.FromSeconds(Setting.Of("GWH_BENCH_SECONDS", 4));
        var only = args.Length > 0 ? args[0] : "";
        var directory = Directory.CreateTempSubdirectory("gwh-bench-");
        try
        {
            await using var venue = await VenueProcess.Venue(directory.FullName);
            await using var echo = await VenueProcess.Echo();
            using var channel = GrpcChannel.ForAddress(venue.Address);
            var market = new BenchmarkMarket(channel, (await File.ReadAllTextAsync(Path.Combine(directory.FullName, "operator.key"))).Trim());
            await market.Build();
            Console.WriteLine($"conditions: {Environment.ProcessorCount} cores, client, echo and venue on this machine; {passes} interleaved passes of {span.TotalSeconds} s; medians; the venue is left to itself until it is idle before each part");

            // Everything runs once before anything counts.
            await Pass(venue, echo, market, TimeSpan.FromSeconds(3), "");
            var all = new List<Measured>();
            for (var pass = 0; pass < passes; pass++)
            {
                all.Add(await Pass(venue, echo, market, span, only));
            }

            Report(all);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static async Task<Measured> Pass(VenueProcess venue, VenueProcess echo, BenchmarkMarket market, TimeSpan span, string only)
    {
        var measured = new Measured();
        if (only is "" or "unary")
        {
            await venue.Idle(IdleSpan);
            (measured.UnaryEcho, measured.UnaryEchoCpu) = await WithCpu(echo, () => Unary(echo.Address, market, span), span);
            (measured.Unary, measured.UnaryCpu) = await WithCpu(venue, () => Unary(venue.Address, market, span), span);
        }

        if (only is "" or "session")
        {
            await venue.Idle(IdleSpan);
            (measured.SessionEcho, measured.SessionEchoCpu) = await WithCpu(echo, () => Session(echo.Address, market, span), span);
            var before = JournalBytes(venue.Data);
            (measured.Session, measured.SessionCpu) = await WithCpu(venue, () => Session(venue.Address, market, span), span);
            measured.BytesPerOrder = (JournalBytes(venue.Data) - before) / (measured.Session * span.TotalSeconds);
        }

        if (only is "" or "alone")
        {
            await venue.Idle(IdleSpan);
            measured.Sync = SyncYardstick.Measure(venue.Data, 500);
            measured.Alone = await Alone(venue.Address, market, 500);
            measured.AloneEcho = await Alone(echo.Address, market, 500);
        }

        return measured;
    }

    /// <summary>Orders a second, and the processor time of the server for each, in microseconds.</summary>
    private static async Task<(double PerSecond, double CpuMicros)> WithCpu(VenueProcess server, Func<Task<double>> pass, TimeSpan span)
    {
        var before = server.ProcessorTime;
        var perSecond = await pass();
        return (perSecond, (server.ProcessorTime - before).TotalMicroseconds / (perSecond * span.TotalSeconds));
    }

    private static void Report(List<Measured> all)
    {
        void Print(string name, Func<Measured, double> of)
        {
            var values = all.Select(of).Where(value => !double.IsNaN(value) && value > 0).ToArray();
            if (values.Length > 0)
            {
                Figures.Print(name, Figures.Median(values));
                Console.WriteLine($"passes {name} {string.Join(' ', values.Select(value => value.ToString("0.####", CultureInfo.InvariantCulture)))}");
            }
        }

        Print("unary_echo_per_second", one => one.UnaryEcho);
        Print("unary_orders_per_second", one => one.Unary);
        Print("unary_vs_echo", one => one.Unary / one.UnaryEcho);
        Print("unary_echo_cpu_micros_per_order", one => one.UnaryEchoCpu);
        Print("unary_cpu_micros_per_order", one => one.UnaryCpu);
        Print("session_echo_orders_per_second", one => one.SessionEcho);
        Print("session_orders_per_second", one => one.Session);
        Print("session_vs_echo", one => one.Session / one.SessionEcho);
        Print("session_echo_cpu_micros_per_order", one => one.SessionEchoCpu);
        Print("session_cpu_micros_per_order", one => one.SessionCpu);
        Print("journal_bytes_per_order", one => one.BytesPerOrder);
        Print("fsync_p50_micros", one => P(one.Sync, 50));
        Print("fsync_p99_micros", one => P(one.Sync, 99));
        Print("alone_echo_p50_micros", one => P(one.AloneEcho, 50));
        Print("alone_p50_micros", one => P(one.Alone, 50));
        Print("alone_p99_micros", one => P(one.Alone, 99));
        Print("alone_p50_vs_fsync", one => P(one.Alone, 50) / P(one.Sync, 50));
        Print("alone_p99_vs_fsync", one => P(one.Alone, 99) / P(one.Sync, 99));

        static double P(double[] values, double percent) => values.Length == 0 ? double.NaN : Figures.Percentile(values, percent);
    }

    private static long JournalBytes(string data) => new FileInfo(Path.Combine(data, "journal.db")).Length;

    private static PlaceOrderRequest Order(BenchmarkMarket market, string id, int trader, long number)
    {
        // Two sides around one price: about half of the orders rest, half trade.
        var bid = (number + trader) % 2 == 0;
        return new()
        {
            ClientOrderId = id,
            InstrumentId = market.Instruments[(int)(number / 2 % market.Instruments.Count)],
            Side = bid ? Side.Bid : Side.Ask,
            Type = OrderType.Limit,
            QuantityKwh = 1 + (number % 5),
            PriceUsdPerGwh = 1_900_000 + (bid ? 0 : -2) + (number % 3),
        };
    }

    private static async Task<double> Unary(string address, BenchmarkMarket market, TimeSpan span)
    {
        var run = Interlocked.Increment(ref _run);
        using var channel = GrpcChannel.ForAddress(address, new() { HttpHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true } });
        var client = new TradingService.TradingServiceClient(channel);
        long done = 0;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, InFlight).Select(async worker =>
        {
            var trader = worker % BenchmarkMarket.Traders;
            for (long number = 0; clock.Elapsed < span; number++)
            {
                await client.PlaceOrderAsync(Order(market, $"u{run}-{worker}-{number}", trader, number), market.Keys[trader]);
                Interlocked.Increment(ref done);
            }
        }));
        return done / clock.Elapsed.TotalSeconds;
    }

    private static async Task<double> Session(string address, BenchmarkMarket market, TimeSpan span)
    {
        var run = Interlocked.Increment(ref _run);
        long done = 0;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Sessions).Select(trader => Task.Run(async () =>
        {
            using var channel = GrpcChannel.ForAddress(address, new() { MaxReceiveMessageSize = null });
            using var session = new TradingService.TradingServiceClient(channel).OpenSession(market.Keys[trader]);
            await session.RequestStream.WriteAsync(new() { Open = new() });
            await session.ResponseStream.MoveNext(default);
            using var window = new SemaphoreSlim(Window);
            var results = Task.Run(async () =>
            {
                while (await session.ResponseStream.MoveNext(default))
                {
                    if (session.ResponseStream.Current.BatchResult is { } result)
                    {
                        Interlocked.Add(ref done, result.Results.Count(one => one.Reason == RejectReason.Unspecified));
                        window.Release();
                    }
                }
            });
            long number = 0;
            for (long batchNumber = 1; clock.Elapsed < span; batchNumber++)
            {
                await window.WaitAsync();
                var batch = new SessionBatch { BatchNumber = batchNumber };
                for (var i = 0; i < Batch; i++, number++)
                {
                    batch.Commands.Add(new SessionCommand { Place = Order(market, $"s{run}-{trader}-{number}", trader, number) });
                }

                await session.RequestStream.WriteAsync(new() { Batch = batch });
            }

            await session.RequestStream.CompleteAsync();
            await results;
        })));
        return done / clock.Elapsed.TotalSeconds;
    }

    private static async Task<double[]> Alone(string address, BenchmarkMarket market, int orders)
    {
        var run = Interlocked.Increment(ref _run);
        using var channel = GrpcChannel.ForAddress(address);
        var client = new TradingService.TradingServiceClient(channel);
        var micros = new double[orders];
        for (var number = 0; number < orders; number++)
        {
            var started = Stopwatch.GetTimestamp();
            await client.PlaceOrderAsync(Order(market, $"a{run}-{number}", 0, number), market.Keys[0]);
            micros[number] = Stopwatch.GetElapsedTime(started).TotalMicroseconds;
        }

        return micros;
    }

    private sealed class Measured
    {
        public double UnaryEcho = double.NaN;
        public double Unary = double.NaN;
        public double SessionEcho = double.NaN;
        public double Session = double.NaN;
        public double UnaryEchoCpu = double.NaN;
        public double UnaryCpu = double.NaN;
        public double SessionEchoCpu = double.NaN;
        public double SessionCpu = double.NaN;
        public double BytesPerOrder = double.NaN;
        public double[] Sync = [];
        public double[] Alone = [];
        public double[] AloneEcho = [];
    }
}
