using System.Diagnostics;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client;
using Gwh.Marketplace.V1;

namespace Marketplace.Benchmarks;

/// <summary>
/// How long the venue is away: from the start of the server's process to its first answer to a call that needs a key and a restored grain, after a million orders, the
/// last of them cut off by kill -9; and of an empty venue, in interleaved passes.
/// </summary>
internal static class RecoveryBenchmark
{
    private const int Sessions = 4;
    private const int Batch = 100;
    private const int Window = 16;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(5);

    public static async Task Run()
    {
        var passes = Setting.Of("GWH_BENCH_PASSES", 5);
        var orders = Setting.Of("GWH_BENCH_ORDERS", 1_000_000);
        var directory = Directory.CreateTempSubdirectory("gwh-recovery-");
        try
        {
            var market = await Fill(directory.FullName, orders);
            Console.WriteLine(
                $"conditions: {Environment.ProcessorCount} cores, client and venue on this machine, files in the page cache; {orders} orders by {Sessions} sessions, half of them resting, snapshots by the "
                + $"server's own rule, kill -9 while orders come; {passes} interleaved passes; medians");
            var key = market.Keys[0];
            var all = new List<(double Empty, double Full)>();
            for (var pass = 0; pass <= passes; pass++)
            {
                var measured = (await Empty(), await FirstAnswer(directory.FullName, "trader-0", () => key));

                // Everything runs once before anything counts.
                if (pass > 0)
                {
                    all.Add(measured);
                }
            }

            Figures.Print("recovery_seconds", Figures.Median(all.Select(pass => pass.Full)));
            Figures.Print("empty_start_seconds", Figures.Median(all.Select(pass => pass.Empty)));
            Figures.Print("recovery_seconds_beyond_empty", Figures.Median(all.Select(pass => pass.Full - pass.Empty)));
            await ReplayMeasure.Run(directory.FullName);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    /// <summary>Puts so many orders into a venue, lets the server's snapshots catch up while a few orders still come, and kills it.</summary>
    private static async Task<BenchmarkMarket> Fill(string data, int orders)
    {
        await using var venue = await VenueProcess.Venue(data);
        using var channel = GrpcChannel.ForAddress(venue.Address);
        var market = new BenchmarkMarket(channel, (await File.ReadAllTextAsync(Path.Combine(data, "operator.key"))).Trim());
        await market.Build();
        long done = 0;
        using var enough = new CancellationTokenSource();
        var clock = Stopwatch.StartNew();
        var sessions = Enumerable.Range(0, Sessions).Select(trader => Task.Run(() => Load(venue.Address, market, trader, () => Interlocked.Add(ref done, Batch) >= orders, enough.Token))).ToArray();
        while (Interlocked.Read(ref done) < orders)
        {
            await Task.WhenAny(Task.Delay(50), Task.WhenAll(sessions));
        }

        Figures.Print("recovery_fill_seconds", clock.Elapsed.TotalSeconds);
        clock.Restart();
        var newest = Newest(data);
        for (var since = Stopwatch.StartNew(); newest is null || since.Elapsed < Settled;)
        {
            if (clock.Elapsed > Patience)
            {
                throw new TimeoutException($"The server's snapshots do not catch up within {Patience.TotalSeconds} s.");
            }

            await Task.Delay(50);
            if (Newest(data) is { } later && (later.Name != newest?.Name || IsWriting(data)))
            {
                newest = later;
                since.Restart();
            }
        }

        Figures.Print("recovery_snapshot_wait_seconds", clock.Elapsed.TotalSeconds);
        await venue.DisposeAsync();
        await enough.CancelAsync();
        await Task.WhenAll(sessions);
        Figures.Print("recovery_orders", Interlocked.Read(ref done));
        Figures.Print("recovery_journal_megabytes", new DirectoryInfo(data).GetFiles("journal.db*").Sum(file => file.Length) / 1e6);
        Figures.Print("recovery_snapshot_megabytes", Newest(data)!.Length / 1e6);
        return market;
    }

    private static bool IsWriting(string data) => Directory.GetFiles(Path.Combine(data, "snapshots"), "*.new").Length > 0;

    private static FileInfo? Newest(string data) =>
        new DirectoryInfo(Path.Combine(data, "snapshots")) is { Exists: true } snapshots ? snapshots.GetFiles("*.snapshot").MaxBy(file => file.Name, StringComparer.Ordinal) : null;

    /// <summary>Orders of one session at full speed until there are enough, then a few now and then until the venue is gone.</summary>
    private static async Task Load(string address, BenchmarkMarket market, int trader, Func<bool> answered, CancellationToken enough)
    {
        using var channel = GrpcChannel.ForAddress(address, new() { MaxReceiveMessageSize = null });
        using var session = new TradingService.TradingServiceClient(channel).OpenSession(market.Keys[trader], cancellationToken: enough);
        try
        {
            await session.RequestStream.WriteAsync(new() { Open = new() }, enough);
            await session.ResponseStream.MoveNext(enough);
            using var window = new SemaphoreSlim(Window);
            var slow = false;
            var results = Task.Run(async () =>
            {
                while (await session.ResponseStream.MoveNext(enough))
                {
                    if (session.ResponseStream.Current.BatchResult is not null)
                    {
                        slow |= answered();
                        window.Release();
                    }
                }
            }, enough);
            long number = 0;
            for (long batchNumber = 1; !enough.IsCancellationRequested && !results.IsCompleted; batchNumber++)
            {
                await window.WaitAsync(enough);
                await Task.Delay(slow ? 100 : 0, enough);
                var batch = new SessionBatch { BatchNumber = batchNumber };
                for (var i = 0; i < Batch; i++, number++)
                {
                    batch.Commands.Add(new SessionCommand { Place = Order(market, trader, number) });
                }

                await session.RequestStream.WriteAsync(new() { Batch = batch }, enough);
            }

            await results;
        }
        catch (Exception gone) when (gone is RpcException or HttpRequestException or IOException or OperationCanceledException or InvalidOperationException)
        {
            // The venue is killed.
        }
    }

    private static PlaceOrderRequest Order(BenchmarkMarket market, int trader, long number)
    {
        // Two sides around one price: about half of the orders rest, half trade.
        var bid = (number + trader) % 2 == 0;
        return new()
        {
            ClientOrderId = $"{trader}-{number}",
            InstrumentId = market.Instruments[(int)(number / 2 % market.Instruments.Count)],
            Side = bid ? Side.Bid : Side.Ask,
            Type = OrderType.Limit,
            QuantityKwh = 1 + (number % 5),
            PriceUsdPerGwh = 1_900_000 + (bid ? 0 : -2) + (number % 3),
        };
    }

    private static async Task<double> Empty()
    {
        var directory = Directory.CreateTempSubdirectory("gwh-empty-");
        try
        {
            var key = Path.Combine(directory.FullName, "operator.key");
            return await FirstAnswer(directory.FullName, "operator", () => File.Exists(key) && File.ReadAllText(key).Trim() is { Length: > 0 } secret ? BenchmarkMarket.Bearer(secret) : null);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    /// <summary>Seconds from the start of the process to the first answer about an account; then it is killed.</summary>
    private static async Task<double> FirstAnswer(string data, string participant, Func<Metadata?> key)
    {
        var started = Stopwatch.GetTimestamp();
        await using var venue = VenueProcess.Launch(data);
        await Listening(new Uri(venue.Address));
        using var channel = GrpcChannel.ForAddress(venue.Address);
        var client = new AccountService.AccountServiceClient(channel);
        while (Stopwatch.GetElapsedTime(started) < Patience)
        {
            try
            {
                if (key() is { } known)
                {
                    await client.GetAccountAsync(new() { ParticipantId = participant }, known);
                    return Stopwatch.GetElapsedTime(started).TotalSeconds;
                }
            }
            catch (RpcException early) when (early.StatusCode == StatusCode.Unavailable)
            {
                // It listens, and has not begun.
            }
            catch (IOException)
            {
                // The key is being written.
            }

            await Task.Delay(LookAgain);
        }

        throw new TimeoutException($"{venue.Address} did not answer.");
    }

    private static async Task Listening(Uri address)
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < Patience;)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(address.Host, address.Port);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(LookAgain);
            }
        }
    }
}
