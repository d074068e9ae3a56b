using System.Diagnostics;
using Gwh.Marketplace.V1;
using Marketplace.Cli.Demo.Audits;
using Marketplace.Cli.Demo.Scenarios;
using Marketplace.Cli.Demo.Stage;
using Marketplace.Client;

namespace Marketplace.Cli.Demo;

/// <summary>Kills the venue while orders are on their way to it, starts it again, and looks whether the past is still the past.</summary>
internal sealed class PowerCut(Trading trading, OperatorDesk desk, MarketplaceClient auditor)
{
    private GetTotalsResponse? totals;
    private GetStateHashResponse? hash;

    /// <summary>Batches of the round that were answered before the kill, and those that were not.</summary>
    public (int Answered, int Unanswered) Batches { get; private set; }

    /// <summary>How long the venue was gone, from the kill to its first answer.</summary>
    public TimeSpan Down { get; private set; }

    /// <summary>Plays half a round, and at its first answer sends the rest and kills the venue; starts it again and waits for the rest of the answers.</summary>
    public async Task Play(Round round, ServerProgram venue, CancellationToken cancellation)
    {
        hash = await auditor.Audit.GetStateHashAsync(new(), cancellationToken: cancellation);
        totals = await auditor.Audit.GetTotalsAsync(new() { AsOf = hash.AsOf }, cancellationToken: cancellation);
        await desk.Advance(round.Time, cancellation);
        var half = round.Batches.Count / 2;
        var sent = Send(round.Batches.Take(half));
        await Task.WhenAny(sent);
        sent.AddRange(Send(round.Batches.Skip(half)));
        var killed = Stopwatch.GetTimestamp();
        venue.Kill();
        var answered = sent.Count(batch => batch.IsCompletedSuccessfully);
        Batches = (answered, sent.Count - answered);
        await venue.StartAgain(cancellation);
        Down = Stopwatch.GetElapsedTime(killed);
        await Task.WhenAll(sent);

        List<Task> Send(IEnumerable<Batch> batches) => [.. batches.Select(batch => trading.Send(batch, round.Time, cancellation))];
    }

    /// <summary>Whether the cut taken before the kill still reads the same.</summary>
    public async Task<Check> Remembers(CancellationToken cancellation)
    {
        var hashAgain = await auditor.Audit.GetStateHashAsync(new() { AsOf = hash!.AsOf }, cancellationToken: cancellation);
        var totalsAgain = await auditor.Audit.GetTotalsAsync(new() { AsOf = hash.AsOf }, cancellationToken: cancellation);
        return new("the cut taken before the kill reads the same after it",
            [.. Check.Same("state hash", hash.StateSha256, hashAgain.StateSha256), .. Check.Same("totals", totals!, totalsAgain)],
            $"position {Show.Amounts.Count(hash.Position)}, state {hash.StateSha256[..16]}...");
    }
}
