using System.Globalization;

namespace Marketplace.Benchmarks;

/// <summary>
/// What an order costs as the venue grows: the same unary orders, durable, against venues of several sizes, each a server of its own, in interleaved passes.
/// One dimension grows at a time: instruments, accounts, or orders resting in one book.
/// </summary>
internal static class GrowthBenchmark
{
    private const int Callers = 128;

    public static async Task Run(string[] args)
    {
        var passes = Setting.Of("GWH_BENCH_PASSES", 5);
        var span = TimeSpan.FromSeconds(Setting.Of("GWH_BENCH_SECONDS", 2));
        var only = args.Length > 0 ? args[0] : "";
        Console.WriteLine(
            $"conditions: {Environment.ProcessorCount} cores, client and venues on this machine; {Callers} unary orders in flight, half of them rest, half trade with one that rests; "
            + $"{passes} interleaved passes of {span.TotalSeconds} s; medians of ratios to the smallest; each venue is left to itself until it is idle behind its pass");
        await Dimension("instruments", only, passes, span, "10,1000,100000", size => new(size, 0, 0));
        await Dimension("accounts", only, passes, span, "100,10000,100000", size => new(10, size, 0));
        await Dimension("resting", only, passes, span, "1000,1000000", size => new(1, 0, size));
    }

    private static async Task Dimension(string name, string only, int passes, TimeSpan span, string standard, Func<int, GrowthSize> of)
    {
        if (only.Length > 0 && only != name)
        {
            return;
        }

        var text = Environment.GetEnvironmentVariable("GWH_BENCH_" + name.ToUpperInvariant()) ?? standard;
        var sizes = text.Split(',').Select(size => int.Parse(size, CultureInfo.InvariantCulture)).ToArray();
        var markets = new List<GrowthMarket>();
        try
        {
            foreach (var size in sizes)
            {
                var market = await GrowthMarket.Make(of(size));
                markets.Add(market);
                Figures.Print($"growth_{name}_{size}_setup_seconds", market.Setup.TotalSeconds);
                Figures.Print($"growth_{name}_{size}_setup_server_seconds", market.SetupServer.TotalSeconds);
                Figures.Print($"growth_{name}_{size}_server_megabytes", market.ServerBytes / 1e6);
            }

            // Everything runs once before anything counts.
            await Pass(markets, span);
            var all = new List<(double PerSecond, double ServerMicros)[]>();
            for (var pass = 0; pass < passes; pass++)
            {
                all.Add(await Pass(markets, span));
            }

            Report(name, sizes, all);
        }
        finally
        {
            foreach (var market in markets)
            {
                await market.DisposeAsync();
            }
        }
    }

    private static async Task<(double PerSecond, double ServerMicros)[]> Pass(List<GrowthMarket> markets, TimeSpan span)
    {
        var measured = new (double, double)[markets.Count];
        for (var i = 0; i < markets.Count; i++)
        {
            measured[i] = await markets[i].Trade(span, Callers);

            // What it does behind its pass is not to fall on the next size's.
            await markets[i].Idle();
        }

        return measured;
    }

    private static void Report(string name, int[] sizes, List<(double PerSecond, double ServerMicros)[]> all)
    {
        for (var i = 0; i < sizes.Length; i++)
        {
            Figures.Print($"growth_{name}_{sizes[i]}_orders_per_second", Figures.Median(all.Select(pass => pass[i].PerSecond)));
            Figures.Print($"growth_{name}_{sizes[i]}_server_micros_per_order", Figures.Median(all.Select(pass => pass[i].ServerMicros)));
            if (i > 0)
            {
                Figures.Print($"growth_{name}_{sizes[i]}_vs_{sizes[0]}", Figures.Median(all.Select(pass => pass[0].PerSecond / pass[i].PerSecond)));
                Figures.Print($"growth_{name}_{sizes[i]}_vs_{sizes[0]}_server", Figures.Median(all.Select(pass => pass[i].ServerMicros / pass[0].ServerMicros)));
            }
        }
    }
}
