using Marketplace.Journal;

namespace Marketplace.Server.Hosting;

/// <summary>Runs the server until it is told to stop or fails.</summary>
internal static class RunVerb
{
    /// <summary>Exit code of wrong options.</summary>
    public const int UsageExitCode = 64;

    /// <summary>How long a stop may take before the process is ended.</summary>
    public static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(15);

    /// <summary>Runs it; the exit code says why it ended: 0 asked to, 64 options, 70 store failed, 73 data in use, 74 data corrupt, 75 no room, 76 invariant broken.</summary>
    public static async Task<int> Run(ServerOptions options, CancellationToken cancellation)
    {
        if (options.WhyNot() is { } wrong)
        {
            Console.Error.WriteLine(wrong);
            return UsageExitCode;
        }

        NativeHeap.KeepFreed();
        UseQuietTime(LargePages.AskForHeap());
        try
        {
            var log = Log.Open(new LogOptions { Directory = options.Data.FullName });
            await using var open = log;
            foreach (var warning in log.Snapshots.Warnings)
            {
                Console.Error.WriteLine(warning);
            }

            Warn(options);
            await using var application = ServerApplication.Build(options, log);
            // Asked for before the run: when that ends, the services are gone.
            var venue = application.Services.GetRequiredService<VenueService>();
            await application.RunAsync(cancellation);
            return venue.ExitCode;
        }
        catch (JournalException failed)
        {
            Console.Error.WriteLine(failed.Message);
            return failed.ExitCode;
        }
    }

    private static void UseQuietTime((ulong From, ulong To)? reserve)
    {
        var collection = new QuietCollection(() => GC.GetTotalAllocatedBytes(), () => GC.Collect(1, GCCollectionMode.Forced, blocking: true));
        List<Action<TimeSpan>> work = [collection.Look];
        if (reserve is { } ahead)
        {
            var heap = new HeapAhead(ahead);
            work.Add(_ => heap.Fill());
        }

        QuietTime.Use(work);
    }

    private static void Warn(ServerOptions options)
    {
        if (options.ManualClockStart is { } start)
        {
            Console.Error.WriteLine($"The clock is manual and starts at {start}.");
        }

        foreach (var url in options.Listen.Where(_ => !options.IsLoopbackOnly).Where(url => url.Scheme == "http"))
        {
            Console.Error.WriteLine($"Plaintext at {url}: keys and orders can be read on the way.");
        }
    }
}
