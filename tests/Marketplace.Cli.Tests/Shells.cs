using Marketplace.Client;
using Spectre.Console;

namespace Marketplace.Cli.Tests;

/// <summary>Shells of tests: what commands write is kept, nothing comes from the user's environment.</summary>
internal static class Shells
{
    /// <summary>A shell that keeps what is written.</summary>
    public static Shell Writing(TextWriter output, TextWriter error, DirectoryInfo? settings = null) => new()
    {
        Out = On(output),
        Error = On(error),
        Variable = _ => null,
        Settings = settings ?? new DirectoryInfo(Path.Combine(AppContext.BaseDirectory, "no-settings")),
        Connect = connection => new(connection.Address, connection.Key, new MarketplaceClientOptions { Attempts = 1 }),
    };

    /// <summary>A shell that keeps nothing.</summary>
    public static Shell Quiet() => Writing(TextWriter.Null, TextWriter.Null);

    private static IAnsiConsole On(TextWriter writer)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = AnsiSupport.No,
            Interactive = InteractionSupport.No,
        });
        console.Profile.Width = 200;
        return console;
    }
}
