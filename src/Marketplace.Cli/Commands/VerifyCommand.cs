using System.CommandLine;
using System.Text.Json;
using Spectre.Console;

namespace Marketplace.Cli.Commands;

/// <summary>gwh verify: checks a data directory offline, by the server's own verb.</summary>
internal static class VerifyCommand
{
    public static Command Create(Shell shell, GlobalOptions global, Verbs verbs)
    {
        var directory = new Argument<DirectoryInfo>("directory") { Description = "Data directory of a venue that is not running" };
        var command = new Command("verify", "Checks a data directory offline; changes nothing") { directory };
        command.SetAction((typed, cancellation) => verbs.Guard(typed, async () =>
        {
            var lines = new List<string>();
            var json = typed.GetValue(global.Json);
            int exitCode;
            try
            {
                exitCode = await ServerProgram.Verify(typed.GetRequiredValue(directory), line => Take(line), cancellation);
            }
            catch (FileNotFoundException missing)
            {
                throw new UsageException(missing.Message);
            }

            if (json)
            {
                shell.Out.Profile.Out.Writer.WriteLine(JsonSerializer.Serialize(new { exitCode, ok = exitCode == 0, lines }));
            }

            return exitCode;

            void Take(string line)
            {
                lock (lines)
                {
                    if (json)
                    {
                        lines.Add(line);
                    }
                    else
                    {
                        shell.Out.WriteLine(line);
                    }
                }
            }
        }));
        return command;
    }
}
