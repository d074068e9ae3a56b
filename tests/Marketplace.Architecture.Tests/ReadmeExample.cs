using Marketplace.Client;

namespace Marketplace.Architecture.Tests;

/// <summary>The example of README.md, so that it compiles against the SDK as it is.</summary>
internal static class ReadmeExample
{
    public static async Task Run(string[] args)
    {
        var address = Environment.GetEnvironmentVariable("GWH_ADDRESS") ?? "http://127.0.0.1:5080";
        using var venue = new MarketplaceClient(address, Environment.GetEnvironmentVariable("GWH_KEY")!);
        var order = await venue.BidAsync(args[0], quantityKwh: 1_000, priceUsdPerGwh: 1_520_000);
        Console.WriteLine($"{order.ClientOrderId}: {order.Status}, {order.FilledKwh} of {order.QuantityKwh} kWh, {order.HoldMicros} micro-dollars held");
        await foreach (var update in venue.WatchBook(order.InstrumentId, depth: 5))
        {
            if (update.Healed is { } healed) Console.WriteLine($"healed ({healed.Cause}) from {healed.LastSequence} to {healed.ResumedSequence}");
            Console.WriteLine($"{update.Book.Sequence}: bid {update.Book.BestBid?.PriceUsdPerGwh}, ask {update.Book.BestAsk?.PriceUsdPerGwh} USD/GWh");
            foreach (var trade in update.Trades) Console.WriteLine($"  traded {trade.QuantityKwh} kWh at {trade.PriceUsdPerGwh} USD/GWh");
        }
    }
}
