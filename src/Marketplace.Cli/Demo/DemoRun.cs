using System.Collections.Concurrent;
using System.Diagnostics;
using Gwh.Marketplace.V1;
using Marketplace.Cli.Demo.Audits;
using Marketplace.Cli.Demo.Scenarios;
using Marketplace.Cli.Demo.Show;
using Marketplace.Cli.Demo.Sources;
using Marketplace.Cli.Demo.Stage;
using Marketplace.Client;

namespace Marketplace.Cli.Demo;

/// <summary>The demo from its first line to `audit: ok`, by the public API alone.</summary>
internal sealed class DemoRun(DemoOptions options, Screen screen)
{
    private static readonly TimeSpan RedrawnEvery = TimeSpan.FromMilliseconds(250);
    private const int LinesOfTrading = 6;
    private readonly Acknowledgements acknowledgements = new();

    /// <summary>Runs it; 0 only when everything the audit looks at holds.</summary>
    public async Task<int> Run(CancellationToken cancellation)
    {
        screen.Say("Names and figures are from public records; the trading is simulated; nobody named takes part.");
        var records = PublicRecords.Find();
        var scenario = ScenarioScript.Write(records, options.Seed, ScenarioSize.Full);
        screen.Chapter($"What came on line by {scenario.OpensAt:yyyy-MM-dd}");
        screen.Say($"Source: {records.Origin}.");
        SupplyPage.Show(screen, scenario);

        screen.Chapter("A venue of its own");
        var folder = new DemoFolder(options.Data);
        await using var venue = await ServerProgram.Start(folder.Directory, scenario.ClockStart, cancellation);
        screen.Happened($"the venue answers at {venue.Address}, process {venue.Id}, data in {folder.Path}, its clock at {Amounts.Time(scenario.ClockStart)}");
        await using var cast = await Cast.Admit(scenario, venue, cancellation);
        screen.Happened($"{cast.Firms} firms, {cast.Actors.Count} participants with keys; {Amounts.Usd(cast.Expected.DepositMicros)} paid in against bank references");
        var checks = await Trade(scenario, venue, cast, cancellation);
        return await End(checks, venue, folder, cast, cancellation);
    }

    private async Task<List<Check>> Trade(Scenario scenario, ServerProgram venue, Cast cast, CancellationToken cancellation)
    {
        var trading = new Trading(cast.Actors, cast.Desk, acknowledgements);
        var opening = new Opening(scenario, cast, trading, screen);
        await opening.Tokenise(cancellation);
        await using var watch = new BookWatch(cast.Auditor.Client, [.. scenario.Instruments.Select(instrument => instrument.Id)]);
        await opening.FirstSale(cancellation);

        var half = scenario.Rounds.Length / 2;
        screen.Chapter($"{Amounts.Count(scenario.Rounds.Length)} steps of the clock, in the order the prices were published");
        await Play(scenario, 0, half, trading, watch, cancellation);

        screen.Chapter("Kill -9");
        var cut = new PowerCut(trading, cast.Desk, cast.Auditor.Client);
        var killed = venue.Id;
        await cut.Play(scenario.Rounds[half], venue, cancellation);
        screen.Happened($"process {killed} killed with {cut.Batches.Unanswered} of {cut.Batches.Answered + cut.Batches.Unanswered} batches unanswered; process {venue.Id} answers {cut.Down.TotalSeconds:0.0} s later");
        var remembers = await cut.Remembers(cancellation);
        screen.Happened($"{remembers.Name}: {remembers.Words}");
        screen.Happened($"{cast.Actors.Values.Count(actor => actor.Reopened > 0)} sessions opened again and repeated with the same ids what had no answer");

        screen.Chapter("On it goes");
        await Play(scenario, half + 1, scenario.Rounds.Length, trading, watch, cancellation);
        var closing = new Closing(scenario, cast, acknowledgements, screen);
        var checks = await closing.Settle(watch, cancellation);
        screen.Chapter("Books, volume, settlement");
        var evidence = await closing.Report(watch, trading, cancellation);
        checks.Add(remembers);
        checks.AddRange(VenueAudit.Of(evidence, cast.Expected, acknowledgements));
        return checks;
    }

    private async Task Play(Scenario scenario, int from, int to, Trading trading, BookWatch watch, CancellationToken cancellation)
    {
        var drawn = Stopwatch.GetTimestamp();
        var every = Math.Max((to - from) / LinesOfTrading, 1);
        await screen.Live(MarketPage.Books(scenario.Instruments, watch, ""), async redraw =>
        {
            for (var number = from; number < to; number++)
            {
                await trading.Play(scenario.Rounds[number], cancellation);
                var words = Progress(scenario, number, watch);
                if (!screen.IsLive && (number - from + 1) % every == 0) screen.Happened(words + Quote(scenario, number, watch));
                if (!screen.IsLive || Stopwatch.GetElapsedTime(drawn) < RedrawnEvery) continue;
                redraw(MarketPage.Books(scenario.Instruments, watch, words));
                drawn = Stopwatch.GetTimestamp();
            }
        });
        if (screen.IsLive) screen.Happened(Progress(scenario, to - 1, watch));
    }

    private string Progress(Scenario scenario, int number, BookWatch watch) =>
        $"{Amounts.Time(scenario.Rounds[number].Time)}  step {number + 1} of {scenario.Rounds.Length}, {Amounts.Count(acknowledgements.Placed)} orders, "
        + $"{Amounts.Count(watch.Trades)} trades and {Amounts.Count(watch.Updates)} book updates streamed";

    private static string Quote(Scenario scenario, int number, BookWatch watch)
    {
        var instrument = scenario.Instruments[number % scenario.Instruments.Length];
        return watch.Find(instrument.Id) is { Bids: [var bid, ..], Asks: [var ask, ..] }
            ? $"; {instrument.Id} {Amounts.Price(bid.PriceUsdPerGwh)} bid, {Amounts.Price(ask.PriceUsdPerGwh)} asked"
            : "";
    }

    private async Task<int> End(List<Check> checks, ServerProgram venue, DemoFolder folder, Cast cast, CancellationToken cancellation)
    {
        if (options.Serve) Keys(venue, folder, cast);
        screen.Chapter("Audit, from outside");
        if (!options.Serve) checks.Add(await VerifyOffline(venue, folder.Directory, cancellation));
        foreach (var check in checks) screen.Holds(check.Ok, check.Name, check.Words);
        var ok = checks.All(check => check.Ok);
        if (!ok) screen.Say($"The venue's data is left in {folder.Path}.");
        else if (!options.Serve && !folder.Remove()) screen.Say($"The venue's data is in {folder.Path}.");
        screen.Say(ok ? "audit: ok" : "audit: NOT ok");
        if (options.Serve) await Task.Delay(Timeout.InfiniteTimeSpan, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return ok ? 0 : 1;
    }

    private static async Task<Check> VerifyOffline(ServerProgram venue, DirectoryInfo data, CancellationToken cancellation)
    {
        venue.Kill();
        var written = new ConcurrentQueue<string>();
        var exitCode = await ServerProgram.Verify(data, written.Enqueue, cancellation);
        return new("the journal left by a second kill -9 verifies offline: files, hash chain, head, state",
            exitCode == 0 ? [] : [$"exit code {exitCode}", .. written, .. venue.LastLines], string.Join(", ", written.Where(line => line.StartsWith("rows", StringComparison.Ordinal))));
    }

    private void Keys(ServerProgram venue, DemoFolder folder, Cast cast)
    {
        screen.Chapter("The venue goes on running until Ctrl+C");
        screen.Say($"export GWH_ADDRESS={venue.Address}");
        screen.Say($"export GWH_KEY={cast.Some(Part.Buyer).Key}   # {cast.Some(Part.Buyer).Participant.Id}, a buyer");
        screen.Say($"export GWH_KEY={cast.Some(Part.Maker).Key}   # {cast.Some(Part.Maker).Participant.Id}, a market maker");
        screen.Say($"export GWH_KEY={cast.Some(Part.Supplier).Key}   # {cast.Some(Part.Supplier).Participant.Id}, a supplier");
        screen.Say($"export GWH_KEY={cast.Auditor.Key}   # the auditor");
        screen.Say($"export GWH_KEY=$(cat {Path.Combine(folder.Path, "operator.key")})   # the operator, who moves the clock");
    }
}
