using System.Globalization;
using Marketplace.Benchmarks;
using Marketplace.Server.Hosting;

// The yardsticks and the clients have the memory the venue has.
NativeHeap.KeepFreed();
LargePages.AskForHeap();

switch (args)
{
    case ["echo", var port]:
        // The yardsticks run as programs of their own, as the venue does.
        await using (var echo = await EchoTrading.Start(int.Parse(port, CultureInfo.InvariantCulture)))
        {
            await echo.WaitForShutdownAsync();
        }

        return 0;
    case ["raw", var port]:
        await using (var raw = await RawServer.Start(int.Parse(port, CultureInfo.InvariantCulture)))
        {
            await raw.WaitForShutdownAsync();
        }

        return 0;
    case ["book"]:
        return BookBenchmark.Run();
    case ["path"]:
        return PathBenchmark.Run();
    case ["wire", ..]:
        await WireBenchmark.Run(args[1..]);
        return 0;
    case ["fanout", ..]:
        await FanoutBenchmark.Run(args[1..]);
        return 0;
    case ["growth", ..]:
        await GrowthBenchmark.Run(args[1..]);
        return 0;
    case ["recovery"]:
        await RecoveryBenchmark.Run();
        return 0;
    default:
        Console.Error.WriteLine(
            "usage: dotnet run -c Release --project tests/Marketplace.Benchmarks -- book | path | wire [unary|session|alone] | fanout [raw|silent] | growth [instruments|accounts|resting] | recovery");
        return 64;
}
