using System.Globalization;
using Marketplace.Benchmarks;

if (args is ["echo", var port])
{
    // The yardstick runs as a program of its own, as the venue does.
    await using var echo = await EchoTrading.Start(int.Parse(port, CultureInfo.InvariantCulture));
    await echo.WaitForShutdownAsync();
    return 0;
}

if (args is ["raw", var rawPort])
{
    await using var raw = await RawServer.Start(int.Parse(rawPort, CultureInfo.InvariantCulture));
    await raw.WaitForShutdownAsync();
    return 0;
}

if (args is ["fanout", ..])
{
    await FanoutBenchmark.Run(args[1..]);
    return 0;
}

if (args is not ["wire", ..])
{
    Console.Error.WriteLine("usage: dotnet run -c Release --project tests/Marketplace.Benchmarks -- wire [unary|session|alone] | fanout [raw|silent]");
    return 64;
}

await WireBenchmark.Run(args[1..]);
return 0;
