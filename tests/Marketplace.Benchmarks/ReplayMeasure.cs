using System.Diagnostics;
using Marketplace.Domain.Messages;
using Marketplace.Domain.Orders;
using Marketplace.Grains.Audit;
using Marketplace.Journal;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace Marketplace.Benchmarks;

/// <summary>
/// What the auditor's fold costs for an order, and what a snapshot adds, with all rows in memory: processor time of the process, so that garbage collection counts and
/// other work on the machine does not.
/// </summary>
internal static class ReplayMeasure
{
    private const int Passes = 5;

    /// <summary>Folds the log of a data directory whose server is gone. It is no longer as the server left it afterwards.</summary>
    public static async Task Run(string directory)
    {
        using var services = new ServiceCollection().AddSerializer().BuildServiceProvider();
        var serializer = services.GetRequiredService<Serializer>();
        await using var log = Log.Open(new LogOptions { Directory = directory });
        var rows = log.ReadRows(1, log.DurablePosition).ToArray();
        double orders = rows.Sum(row => row.Records.Where(record => record.Stream.StartsWith(Streams.BookPrefix, StringComparison.Ordinal)).Sum(record => Commands(serializer, record)));
        var (folds, states) = (new List<double>(), new List<double>());
        for (var pass = 0; pass <= Passes; pass++)
        {
            var fold = new VenueFold(serializer);
            var folded = Nanos(() =>
            {
                foreach (var row in rows)
                {
                    fold.Apply(row);
                }
            });
            long bytes = 0;
            var written = Nanos(() => bytes += fold.States().Sum(state => (long)state.State.Length));

            // Everything runs once before anything counts.
            if (pass > 0 && bytes > 0)
            {
                folds.Add(folded / orders);
                states.Add(written / orders);
            }
        }

        Figures.Print("replay_nanos_per_order", Figures.Median(folds));
        Figures.Print("replay_states_nanos_per_order", Figures.Median(states));
    }

    private static double Nanos(Action work)
    {
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        work();
        process.Refresh();
        return (process.TotalProcessorTime - before).TotalNanoseconds;
    }

    private static int Commands(Serializer serializer, JournalRecord record) => serializer.Deserialize<Record>(record.Payload)!.Events
        .OfType<MessagesReceived>().SelectMany(received => received.Messages).OfType<OrderCommands>().Sum(orders => orders.Commands.Length);
}
