using Grpc.Health.V1;
using Grpc.HealthCheck;
using Marketplace.Grains.Audit;
using Marketplace.Grains.Hosting;
using Marketplace.Journal;

namespace Marketplace.Server.Hosting;

/// <summary>Begins the venue when the silo runs, keeps its background work going, and stops the process when the log or a machine fails.</summary>
internal sealed partial class VenueService(
    IServiceProvider services, Venue venue, Waker waker, LogAuditor auditor, HealthServiceImpl health, ServerOptions options, IHostApplicationLifetime lifetime, ILogger<VenueService> log)
    : BackgroundService
{
    private static readonly TimeSpan LongestStop = TimeSpan.FromMilliseconds(700);

    /// <summary>What the process exits with; 0 while nothing has failed.</summary>
    public int ExitCode { get; private set; }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        health.SetStatus("", HealthCheckResponse.Types.ServingStatus.NotServing);
        var failed = WatchFailure(stoppingToken);
        try
        {
            var hash = OperatorKey.HashOf(options.Data, venue.Log.DurablePosition == 0);
            await VenueHosting.Begin(services, hash, stoppingToken);
            health.SetStatus("", HealthCheckResponse.Types.ServingStatus.Serving);
            LogServing(string.Join(", ", options.Listen.Select(url => url.ToString())), options.Data.FullName);
            await Task.WhenAll(venue.KeptUp(waker.Run(stoppingToken)), venue.KeptUp(auditor.Run(stoppingToken)), failed);
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or JournalFailedException)
        {
            await failed;
        }
    }

    private async Task WatchFailure(CancellationToken stoppingToken)
    {
        var stopping = new TaskCompletionSource();
        await using var registered = stoppingToken.Register(() => stopping.TrySetResult());
        var first = await Task.WhenAny(venue.Log.Failure, venue.Broken, stopping.Task);
        if (first == stopping.Task)
        {
            return;
        }

        health.SetStatus("", HealthCheckResponse.Types.ServingStatus.NotServing);
        if (first == venue.Broken)
        {
            ExitCode = Venue.BrokenExitCode;
            LogBroken(await venue.Broken);
        }
        else
        {
            var why = await venue.Log.Failure;
            ExitCode = why.ExitCode;
            LogFailed(why);
        }

        // Nothing more can be acknowledged: pending calls end as unknown when the connections close, at the latest when the process ends.
        lifetime.StopApplication();
        _ = Task.Delay(LongestStop, CancellationToken.None).ContinueWith(_ => Environment.Exit(ExitCode), TaskScheduler.Default);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Serving at {Addresses}, data in {Data}")]
    private partial void LogServing(string addresses, string data);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The journal failed; the process stops")]
    private partial void LogFailed(Exception why);

    [LoggerMessage(Level = LogLevel.Critical, Message = "An invariant is broken; the process stops")]
    private partial void LogBroken(Exception why);
}
