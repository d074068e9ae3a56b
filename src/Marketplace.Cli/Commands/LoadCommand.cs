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

/// <summary>gwh load: open-loop load over sessions, with a histogram of latencies.</summary>
internal static class LoadCommand
{
    private static readonly JsonSerializerOptions Camel = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Create(Shell shell, GlobalOptions global, Verbs verbs)
    {
        var seconds = Count("--seconds", "How long new batches are sent", 10, 86_400);
        var rate = Count("--rate", "Commands a second, over all sessions", 10_000, 10_000_000);
        var sessions = Count("--sessions", "Sessions, each of a participant of its own", 4, 1_000);
        var batch = Count("--batch", "Commands in a batch", 100, 1_000);
        var seed = Count("--seed", "Makes the same commands again", 1, int.MaxValue);
        var settlement = Inputs.OneOf<SettlementMode>("--settlement", "How trades settle; immediate where not given");
        var record = new Option<FileInfo?>("--record") { Description = "File to write every answered command to, one JSON object a line", HelpName = "FILE" };
        var start = new Option<bool>("--start") { Description = "Start a server of its own in a fresh folder, and end it with the run; else the venue at --address, with the operator's key" };
        var command = new Command("load", "Offers load by the clock over sessions, on an instrument made for it, and measures latencies") { seconds, rate, sessions, batch, seed, settlement, record, start };
        command.SetAction((typed, cancellation) => verbs.Guard(typed, async () =>
        {
            var mode = EnumText.Parse<SettlementMode>(typed.GetValue(settlement));
            var options = new LoadOptions(
                typed.GetValue(seconds), typed.GetValue(rate), typed.GetValue(sessions), typed.GetValue(batch), mode == SettlementMode.Unspecified ? SettlementMode.Immediate : mode,
                typed.GetValue(seed), typed.GetValue(record));
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
        var run = new LoadRun(connection, venue, options);
        var running = run.Run(cancellation);
        await Progress(shell.Error, run.Tally, running);
        var report = await running;
        if (json)
        {
            shell.Out.Profile.Out.Writer.WriteLine(JsonSerializer.Serialize(report, Camel));
        }
        else
        {
            report.Show(new Screen(shell.Out));
        }

        return report.Unknown == 0 && report.Sent == report.Answered ? 0 : Verbs.Unknown;
    }

    /// <summary>Says every second how far it is: in place on a screen, else line by line.</summary>
    private static async Task Progress(IAnsiConsole console, LoadTally tally, Task running)
    {
        if (console.Profile.Capabilities.Interactive)
        {
            await console.Status().StartAsync("offering load", async status =>
            {
                await EverySecond(running, line => status.Status(Markup.Escape(line)), tally);
            });
        }
        else
        {
            await EverySecond(running, console.WriteLine, tally);
        }
    }

    private static async Task EverySecond(Task running, Action<string> tell, LoadTally tally)
    {
        using var seconds = new PeriodicTimer(TimeSpan.FromSeconds(1));
        var began = Stopwatch.GetTimestamp();
        for (long before = 0; await Task.WhenAny(running, seconds.WaitForNextTickAsync(CancellationToken.None).AsTask()) != running;)
        {
            var answered = tally.Answered;
            tell(string.Create(
                CultureInfo.InvariantCulture,
                $"{Stopwatch.GetElapsedTime(began).TotalSeconds,5:0} s  sent {tally.Sent:N0}  answered {answered:N0} (+{answered - before:N0})  "
                + $"p50 {LoadReport.Milliseconds(tally.LatencyMicros(50))}  p99 {LoadReport.Milliseconds(tally.LatencyMicros(99))}  refused {tally.Refused.Values.Sum():N0}"));
            before = answered;
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
