using System.Diagnostics;
using Gwh.Marketplace.V1;
using Marketplace.Cli.Connections;
using Marketplace.Client;
using Marketplace.Client.Errors;

namespace Marketplace.Cli.Load;

/// <summary>
/// Offers load by the clock, not by the answers: a batch that is due is sent, or stands in line, whatever became of those before it. So a venue that stalls is seen
/// to stall.
/// </summary>
internal sealed class LoadRun(Connection connection, MarketplaceClient desk, LoadVenue venue, LoadOptions options)
{
    private const int MostInLine = 512;
    private static readonly TimeSpan AnswersWithin = TimeSpan.FromMinutes(2);

    /// <summary>What came of it so far.</summary>
    public LoadTally Tally { get; } = new();

    /// <summary>Runs to the end; the report.</summary>
    public async Task<LoadReport> Run(CancellationToken cancellation)
    {
        using var record = new LoadRecord(options.Record);
        var clients = venue.Traders.Select(trader => new MarketplaceClient(connection.Address, trader.Key)).ToArray();
        var doors = new List<ILoadDoor>();
        try
        {
            foreach (var client in clients)
            {
                doors.Add(options.Mode == LoadMode.Unary ? new UnaryDoor(client) : new SessionDoor(await client.OpenSessionAsync(cancellationToken: cancellation)));
            }

            var began = Stopwatch.GetTimestamp();
            await Task.WhenAll(doors.Select((door, i) => Offer(door, i, began, record, cancellation)));
            var took = Stopwatch.GetElapsedTime(began);
            Tally.Checks.Check(await desk.Audit.GetTotalsAsync(new(), cancellationToken: cancellation));
            return LoadReport.Of(venue, options, Tally, took, doors.Sum(door => door.Reopened));
        }
        finally
        {
            foreach (var door in doors)
            {
                await door.DisposeAsync();
            }

            foreach (var client in clients)
            {
                client.Dispose();
            }
        }
    }

    private async Task Offer(ILoadDoor door, int index, long began, LoadRecord record, CancellationToken cancellation)
    {
        var participant = venue.Traders[index].ParticipantId;
        var trader = new LoadTrader(venue.Run, venue.InstrumentId, index + 1, options.Seed);
        var line = new SemaphoreSlim(MostInLine);
        foreach (var due in LoadArrivals.Of(options, index))
        {
            if (due - Stopwatch.GetElapsedTime(began) is { Ticks: > 0 } early)
            {
                await Task.Delay(early, cancellation);
            }

            await line.WaitAsync(cancellation);
            SessionBatch commands;
            lock (trader)
            {
                commands = trader.Next(options.Batch);
            }

            Tally.Send(commands.Commands.Count);
            _ = Answered(commands, due);
        }

        // All have left the line when every place in it is free. What is still unanswered after that long stays so: the figures tell.
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        late.CancelAfter(AnswersWithin);
        for (var i = 0; i < MostInLine && !late.IsCancellationRequested; i++)
        {
            await line.WaitAsync(late.Token).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        cancellation.ThrowIfCancellationRequested();

        async Task Answered(SessionBatch commands, TimeSpan due)
        {
            try
            {
                var result = await door.Submit(commands, cancellation);
                Tally.Answer(commands, result, Stopwatch.GetElapsedTime(began) - due);
                record.Write(participant, commands, result);
                lock (trader)
                {
                    trader.Take(commands, result);
                }
            }
            catch (Exception lost) when (lost is MarketplaceException or OperationCanceledException)
            {
                Tally.Lose(commands.Commands.Count);
            }
            finally
            {
                line.Release();
            }
        }
    }
}
