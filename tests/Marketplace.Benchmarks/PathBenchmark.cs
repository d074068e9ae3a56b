using System.Globalization;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Messages;
using Marketplace.Domain.Orders;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace Marketplace.Benchmarks;

/// <summary>
/// The domain's part of an order's way: four accounts and four books on one thread (<see cref="PathMarket"/>), batches of 100 of the flow of the wire's sessions. Processor
/// time of the whole process, so that what the garbage collector does beside is in it. Medians of passes, each with a market of its own; one more to warm up.
/// GWH_BENCH_ID_LENGTH makes the client order ids longer.
/// </summary>
internal static class PathBenchmark
{
    private const int Batch = 100;

    private static readonly int IdLength = Setting.Of("GWH_BENCH_ID_LENGTH", 0);

    public static int Run()
    {
        var passes = Setting.Of("GWH_BENCH_PASSES", 5);
        var orders = Setting.Of("GWH_BENCH_ORDERS", 400_000) / (PathMarket.Traders * Batch) * PathMarket.Traders * Batch;
        var serializer = new ServiceCollection().AddSerializer().BuildServiceProvider().GetRequiredService<Serializer>();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{orders:N0} orders in batches of {Batch}, {PathMarket.Traders} accounts, {PathMarket.Instruments.Length} books; one thread; medians of {passes} passes, one more to warm up"));
        var all = new List<Measured>();
        for (var pass = 0; pass <= passes; pass++)
        {
            var measured = Pass(serializer, orders);
            if (pass > 0)
            {
                all.Add(measured);
            }
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{all[0].OpenOrders:N0} orders are open at the end; answers: {all[0].Answers}"));
        Figures.Print("path_ns_per_order", Figures.Median(all.Select(one => one.Nanoseconds)));
        Figures.Print("path_allocated_bytes_per_order", Figures.Median(all.Select(one => one.Allocated)));
        Figures.Print("path_retained_bytes_per_open_order", Figures.Median(all.Select(one => one.Retained)));
        Figures.Print("path_replay_ns_per_order", Figures.Median(all.Select(one => one.ReplayNanoseconds)));
        Figures.Print("path_replay_allocated_bytes_per_order", Figures.Median(all.Select(one => one.ReplayAllocated)));
        Figures.Print("path_record_bytes_per_order", Figures.Median(all.Select(one => one.RecordBytes)));
        return 0;
    }

    private static Measured Pass(Serializer serializer, int orders)
    {
        var requests = new OrderRequest[PathMarket.Traders][];
        for (var trader = 0; trader < requests.Length; trader++)
        {
            requests[trader] = [.. Enumerable.Range(0, orders / PathMarket.Traders).Select(number => Order(trader, number))];
        }

        var market = new PathMarket(serializer, orders);
        var measured = new Measured();
        var heap = GC.GetTotalMemory(forceFullCollection: true);
        (measured.Nanoseconds, measured.Allocated) = PerOrder(orders, () =>
        {
            for (var at = 0; at < requests[0].Length; at += Batch)
            {
                for (var trader = 0; trader < requests.Length; trader++)
                {
                    market.Submit(trader, requests[trader].AsSpan(at, Batch));
                }
            }
        });
        measured.Retained = (GC.GetTotalMemory(forceFullCollection: true) - heap) / (double)market.OpenOrders;
        measured.RecordBytes = market.RecordBytes / (double)orders;
        (measured.OpenOrders, measured.Answers) = (market.OpenOrders, market.Answers);
        Machine[] replayed = [];
        (measured.ReplayNanoseconds, measured.ReplayAllocated) = PerOrder(orders, () => replayed = market.Replay());
        market.Check(replayed);
        return measured;
    }

    /// <summary>Processor time of the process and bytes allocated for each order.</summary>
    private static (double Nanoseconds, double Allocated) PerOrder(int orders, Action act)
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var before = Environment.CpuUsage.TotalTime;
        act();
        return ((Environment.CpuUsage.TotalTime - before).TotalNanoseconds / orders, (GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)orders);
    }

    /// <summary>The orders of the wire's sessions: two sides around one price, so that about half of them rest and half trade.</summary>
    private static OrderRequest Order(int trader, int number)
    {
        var bid = (number + trader) % 2 == 0;
        return new()
        {
            Kind = CommandKind.Place,
            ClientOrderId = string.Create(CultureInfo.InvariantCulture, $"s1-{trader}-{number}").PadLeft(IdLength, 'x'),
            Instrument = PathMarket.Instruments[number / 2 % PathMarket.Instruments.Length],
            Side = bid ? Side.Bid : Side.Ask,
            Type = OrderType.Limit,
            Quantity = 1 + (number % 5),
            Price = 1_900_000 + (bid ? 0 : -2) + (number % 3),
        };
    }

    private sealed class Measured
    {
        public double Nanoseconds;
        public double Allocated;
        public double Retained;
        public double ReplayNanoseconds;
        public double ReplayAllocated;
        public double RecordBytes;
        public int OpenOrders;
        public (long Open, long Ended, long Refused) Answers;
    }
}
