using System.Globalization;
using Marketplace.Benchmarks;

switch (args)
{
    case ["echo", var port]:
        // The yardstick runs as a program of its own, as the venue does.
        await using (var echo = await EchoTrading.Start(int.Parse(port, CultureInfo.InvariantCulture)))
        {
            await echo.WaitForShutdownAsync();
        }

        return 0;
    case ["wire", ..]:
        await WireBenchmark.Run(args[1..]);
        return 0;
    case ["growth", ..]:
        await GrowthBenchmark.Run(args[1..]);
        return 0;
    case ["recovery"]:
        await RecoveryBenchmark.Run();
        return 0;
    default:
        Console.Error.WriteLine("usage: dotnet run -c Release --project tests/Marketplace.Benchmarks -- wire [unary|session|alone] | growth [instruments|accounts|resting] | recovery");
        return 64;
}
