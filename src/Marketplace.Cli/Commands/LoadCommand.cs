using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Gwh.Marketplace.V1;
using Marketplace.Cli.Connections;
using Marketplace.Cli.Load;
using Marketplace.Cli.Screens;
using Marketplace.Client;
using Spectre.Console;

namespace Marketplace.Cli.Commands;

/// <summary>gwh load: open-loop load over sessions or unary calls, with a histogram of latencies.</summary>
internal static class LoadCommand
{
    private static readonly JsonSerializerOptions Camel = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Create(Shell shell, GlobalOptions global, Verbs verbs)
    {
        var seconds = Count("--seconds", "How long new batches are sent", 10, 86_400);
        var rate = Count("--rate", "Commands a second, over all traders", 10_000, 10_000_000);
        var sessions = Count("--sessions", "Traders: sessions, or callers in unary mode, each a participant of its own", 4, 1_000);
        var batch = Count("--batch", "Commands in a batch of a session; in unary mode each command is a call", 100, 1_000);
        var mode = Inputs.OneOf<LoadMode>("--mode", "How commands reach the venue: in batches over sessions, or one a call; session where not given");
        var arrival = Inputs.OneOf<LoadArrival>("--arrivals", "When they are due: evenly, or as a Poisson process drawn from the seed; even where not given");
        var seed = Count("--seed", "Makes the same commands again", 1, int.MaxValue);
        var settlement = Inputs.OneOf<SettlementMode>("--settlement", "How trades settle; immediate where not given");
        var record = new Option<FileInfo?>("--record") { Description = "File to write every answered command to, one JSON object a line", HelpName = "FILE" };
        var start = new Option<bool>("--start") { Description = "Start a server of its own in a fresh folder, and end it with the run; else the venue at --address, with the operator's key" };
        var command = new Command("load", "Offers load by the clock, on an instrument made for it, and measures latencies from when each command was due") { seconds, rate, mode, arrival, sessions, batch, seed, settlement, record, start };
        command.SetAction((typed, cancellation) => verbs.Guard(typed, async () =>
        {
            var settles = EnumText.Parse<SettlementMode>(typed.GetValue(settlement));
            var unary = EnumText.Parse<LoadMode>(typed.GetValue(mode)) == LoadMode.Unary;
            var poisson = EnumText.Parse<LoadArrival>(typed.GetValue(arrival)) == LoadArrival.Poisson;
            var options = new LoadOptions(
                unary ? LoadMode.Unary : LoadMode.Session, poisson ? LoadArrival.Poisson : LoadArrival.Even, typed.GetValue(seconds), typed.GetValue(rate), typed.GetValue(sessions),
                unary ? 1 : typed.GetValue(batch), settles == SettlementMode.Unspecified ? SettlementMode.Immediate : settles, typed.GetValue(seed), typed.GetValue(record));
            if (!typed.GetValue(start))
            {
                return await Run(shell, verbs.ConnectionOf(typed), options, typed.GetValue(global.Json), cancellation);
            }

            var folder = Directory.CreateTempSubdirectory("gwh-load-");
            try
            {
                await using var server = await ServerProgram.Start(folder, null, cancellation);
                shell.Error.WriteLine($"a server of its own answers at {server.Address}");
                return await Run(shell, new(server.Address, server.OperatorKey), options, typed.GetValue(global.Json), cancellation);
            }
            catch (FileNotFoundException missing)
            {
                throw new UsageException(missing.Message);
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }));
        return command;
    }

    private static async Task<int> Run(Shell shell, Connection connection, LoadOptions options, bool json, CancellationToken cancellation)
    {
        using var desk = new MarketplaceClient(connection.Address, connection.Key);
        var venue = await LoadVenue.Make(connection, desk, options, shell.Error.WriteLine, cancellation);
        var run = new LoadRun(connection, desk, venue, options);
        var running = run.Run(cancellation);
        await Progress(shell.Error, new LoadView(options, run.Tally), running);
        var report = await running;
        if (json)
        {
            shell.Out.Profile.Out.Writer.WriteLine(JsonSerializer.Serialize(report, Camel));
        }
        else
        {
            report.Show(new Screen(shell.Out));
        }

        return report.Violations > 0 ? Verbs.Refused : report.Unknown == 0 && report.Sent == report.Answered ? 0 : Verbs.Unknown;
    }

    /// <summary>Shows every second how far it is: in place on a screen, else line by line.</summary>
    private static Task Progress(IAnsiConsole console, LoadView view, Task running) => console.Profile.Capabilities.Interactive
        ? console.Live(view.Draw()).StartAsync(live => EverySecond(running, view, () => live.UpdateTarget(view.Draw())))
        : EverySecond(running, view, () => console.WriteLine(view.Line()));

    private static async Task EverySecond(Task running, LoadView view, Action show)
    {
        using var seconds = new PeriodicTimer(TimeSpan.FromSeconds(1));
        var began = Stopwatch.GetTimestamp();
        while (await Task.WhenAny(running, seconds.WaitForNextTickAsync(CancellationToken.None).AsTask()) != running)
        {
            view.Look(Stopwatch.GetElapsedTime(began));
            show();
        }
    }

    private static Option<int> Count(string name, string description, int usual, int most)
    {
        var option = new Option<int>(name) { Description = $"{description}: 1 to {most.ToString("N0", CultureInfo.InvariantCulture)}", HelpName = "NUMBER", DefaultValueFactory = _ => usual };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && (!int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var value) || value < 1 || value > most))
            {
                result.AddError($"{name} is 1 to {most.ToString("N0", CultureInfo.InvariantCulture)}.");
            }
        });
        return option;
    }
}
