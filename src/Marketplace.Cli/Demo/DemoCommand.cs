using System.CommandLine;
using Grpc.Core;
using Marketplace.Cli.Demo.Show;
using Marketplace.Client.Errors;

namespace Marketplace.Cli.Demo;

/// <summary>The command that shows the whole market on public figures.</summary>
internal static class DemoCommand
{
    /// <summary>The command, for the root command to take in.</summary>
    public static Command Create(Shell shell)
    {
        var data = new Option<DirectoryInfo?>("--data") { Description = "An empty folder for the venue's data; without it one is made, and removed when the audit holds" };
        var seed = new Option<ulong>("--seed") { Description = "Same seed, same orders", DefaultValueFactory = _ => 1 };
        var serve = new Option<bool>("--serve") { Description = "Leave the venue running at the end, with keys to try, until Ctrl+C" };
        var command = new Command("demo", "Starts a venue, fills it with public supply and prices, trades, kills it, goes on, and audits all of it") { data, seed, serve };
        command.SetAction((parsed, cancellation) => Run(shell, new DemoOptions(parsed.GetValue(data), parsed.GetValue(seed), parsed.GetValue(serve)), cancellation));
        return command;
    }

    private static async Task<int> Run(Shell shell, DemoOptions options, CancellationToken cancellation)
    {
        var screen = new Screen(shell.Out, TimeProvider.System);
        try
        {
            return await new DemoRun(options, screen).Run(cancellation);
        }
        catch (Exception failed) when (failed is MarketplaceException or RpcException or IOException or InvalidDataException or UnauthorizedAccessException
            or InvalidOperationException or TimeoutException or OperationCanceledException)
        {
            screen.Say($"The demo failed: {failed.Message}");
            screen.Say("audit: NOT ok");
            return 1;
        }
    }
}
