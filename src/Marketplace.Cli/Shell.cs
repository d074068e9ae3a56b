using Marketplace.Cli.Connections;
using Marketplace.Client;
using Spectre.Console;

namespace Marketplace.Cli;

/// <summary>What a command works with: the screen, the environment, the user's settings, and the way to the venue. A test gives its own.</summary>
internal sealed class Shell
{
    private const int WidthOfFiles = 200;

    /// <summary>Where results go.</summary>
    public required IAnsiConsole Out { get; init; }

    /// <summary>Where errors and progress go.</summary>
    public required IAnsiConsole Error { get; init; }

    /// <summary>Reads an environment variable.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>The user's settings of this program.</summary>
    public required DirectoryInfo Settings { get; init; }

    /// <summary>Makes a client.</summary>
    public Func<Connection, MarketplaceClient> Connect { get; init; } = connection => new(connection.Address, connection.Key);

    /// <summary>The real one.</summary>
    public static Shell OfProcess() => new()
    {
        Out = ConsoleOn(Console.Out, Console.IsOutputRedirected),
        Error = ConsoleOn(Console.Error, Console.IsErrorRedirected),
        Variable = Environment.GetEnvironmentVariable,
        Settings = new(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify), "gwh")),
    };

    private static IAnsiConsole ConsoleOn(TextWriter writer, bool redirected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
            Interactive = redirected ? InteractionSupport.No : InteractionSupport.Detect,
        });
        if (redirected)
        {
            // A file has no width: do not break its lines where no screen ends.
            console.Profile.Width = WidthOfFiles;
        }

        return console;
    }
}
