using System.Diagnostics;
using Marketplace.Cli.Demo.Scenarios;

namespace Marketplace.Cli.Demo.Stage;

/// <summary>Plays the scenario's batches through the participants' sessions and takes down what they are told.</summary>
internal sealed class Trading(IReadOnlyDictionary<string, Actor> actors, OperatorDesk desk, Acknowledgements acknowledgements)
{
    private readonly Stopwatch trading = new();

    /// <summary>Time spent in rounds, from the first batch sent to the last durable answer.</summary>
    public TimeSpan Took => trading.Elapsed;

    /// <summary>One step of the clock, and all that is sent then.</summary>
    public async Task Play(Round round, CancellationToken cancellation)
    {
        await desk.Advance(round.Time, cancellation);
        trading.Start();
        await Send(round.Batches, round.Time, cancellation);
        trading.Stop();
    }

    /// <summary>Sends batches at once, each by its own participant, and waits for all results.</summary>
    public Task Send(IEnumerable<Batch> batches, DateTimeOffset time, CancellationToken cancellation) =>
        Task.WhenAll(batches.Select(batch => Send(batch, time, cancellation)));

    /// <summary>Sends one batch and waits for its results.</summary>
    public async Task Send(Batch batch, DateTimeOffset time, CancellationToken cancellation)
    {
        var sent = Stopwatch.GetTimestamp();
        var result = await actors[batch.Participant].Submit(batch.ToWire(time), cancellation);
        acknowledgements.Take(batch, result, Stopwatch.GetElapsedTime(sent));
    }
}
