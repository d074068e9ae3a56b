using System.CommandLine;
using Marketplace.Cli.Connections;
using Marketplace.Cli.Screens;
using Spectre.Console;

namespace Marketplace.Cli.Commands;

/// <summary>gwh profile: the only commands that call no venue.</summary>
internal static class ProfileCommands
{
    public static Command Create(Shell shell, GlobalOptions global, Verbs verbs) =>
        Verbs.Noun("profile", "Profiles: addresses and keys kept in a file that only you can read", Set(shell, global, verbs), List(shell, global, verbs));

    private static Command Set(Shell shell, GlobalOptions global, Verbs verbs)
    {
        var name = new Argument<string>("name") { Description = "Its name", DefaultValueFactory = _ => Profiles.DefaultName };
        var keyFile = new Option<FileInfo?>("--key-file") { Description = "File to read the secret from, such as the server's operator.key", HelpName = "FILE" };
        var command = new Command("set", "Keeps an address and a key under a name: --address, and --key or --key-file") { name, keyFile };
        command.SetAction((typed, cancellation) => verbs.Guard(typed, async () =>
        {
            var key = typed.GetValue(global.Key);
            if (typed.GetValue(keyFile) is { } file)
            {
                key = file.Exists ? (await File.ReadAllTextAsync(file.FullName, cancellation)).Trim() : throw new UsageException($"There is no file {file.FullName}.");
            }

            if (string.IsNullOrEmpty(key))
            {
                throw new UsageException("Give --key or --key-file.");
            }

            new Profiles(shell.Settings).Save(typed.GetRequiredValue(name), new(typed.GetValue(global.Address) ?? Connection.DefaultAddress, key));
            return Show(shell, typed.GetValue(global.Json));
        }));
        return command;
    }

    private static Command List(Shell shell, GlobalOptions global, Verbs verbs)
    {
        var command = new Command("list", "Lists profiles, never their secrets");
        command.SetAction((typed, _) => verbs.Guard(typed, () => Task.FromResult(Show(shell, typed.GetValue(global.Json)))));
        return command;
    }

    private static int Show(Shell shell, bool json)
    {
        var profiles = new Profiles(shell.Settings).Read();
        if (json)
        {
            shell.Out.Profile.Out.Writer.WriteLine(System.Text.Json.JsonSerializer.Serialize(new { profiles = profiles.ToDictionary(entry => entry.Key, entry => entry.Value.Address) }));
        }
        else
        {
            new Screen(shell.Out).Table(["profile", "address"], profiles.Select(entry => new[] { entry.Key, entry.Value.Address }));
        }

        return 0;
    }
}
