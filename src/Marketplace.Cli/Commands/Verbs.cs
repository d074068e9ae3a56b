using System.CommandLine;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Marketplace.Cli.Connections;
using Marketplace.Cli.Screens;
using Marketplace.Client;
using Marketplace.Client.Errors;
using Spectre.Console;

namespace Marketplace.Cli.Commands;

/// <summary>Makes verbs: parse, connect, call, show; errors to the error stream, and exit code 0 only on success.</summary>
internal sealed class Verbs(Shell shell, GlobalOptions global)
{
    /// <summary>Exit code of a refusal, or of a check that fails.</summary>
    public const int Refused = 1;

    /// <summary>Exit code when the venue is not to be had, or an outcome is unknown: repeat with the same id.</summary>
    public const int Unknown = 2;

    private const int LongestPage = 1_000;

    /// <summary>A noun: a group of verbs.</summary>
    public static Command Noun(string name, string description, params IEnumerable<Command> verbs)
    {
        var noun = new Command(name, description);
        foreach (var verb in verbs)
        {
            noun.Add(verb);
        }

        return noun;
    }

    /// <summary>A read: one call, one answer.</summary>
    public Command Read<TResponse>(string name, string description, Symbol[] inputs, Func<Asked, Task<TResponse>> call, Func<Asked, TResponse, Task> show)
        where TResponse : IMessage =>
        Run(name, description, inputs, null, async asked => await Answer(asked, await call(asked), show));

    /// <summary>A write: like a read, with an id to repeat it by.</summary>
    public Command Write<TResponse>(string name, string description, Symbol[] inputs, Func<Asked, Task<TResponse>> call, Func<Asked, TResponse, Task> show)
        where TResponse : IMessage =>
        Run(name, description, inputs, RequestIdOption("--request-id", "Id of this request: the same id repeats it; made up where it is not given"),
            async asked => await Answer(asked, await call(asked), show));

    /// <summary>A write whose id is that of a new order.</summary>
    public Command Place<TResponse>(string name, string description, Symbol[] inputs, Func<Asked, Task<TResponse>> call, Func<Asked, TResponse, Task> show)
        where TResponse : IMessage =>
        Run(name, description, inputs, RequestIdOption("--id", "Your id of the order: the same id repeats it; made up where it is not given"),
            async asked => await Answer(asked, await call(asked), show));

    /// <summary>A list: page after page, as one answer.</summary>
    public Command List<TPage, TEntry>(
        string name,
        string description,
        Symbol[] inputs,
        Func<Asked, int, string, Task<TPage>> ask,
        Func<TPage, RepeatedField<TEntry>> entries,
        Func<TPage, string> next,
        Func<Asked, IReadOnlyList<TEntry>, Task> show)
        where TPage : class, IMessage
    {
        var most = new Option<int>("--limit") { Description = "Most entries to read", DefaultValueFactory = _ => LongestPage, HelpName = "NUMBER" };
        return Run(name, description, [.. inputs, most], null, async asked =>
        {
            var whole = await ask(asked, Math.Clamp(asked.Get(most), 1, LongestPage), "");
            for (var last = whole; next(last).Length > 0 && entries(whole).Count < asked.Get(most);)
            {
                last = await ask(asked, Math.Clamp(asked.Get(most) - entries(whole).Count, 1, LongestPage), next(last));
                entries(whole).AddRange(entries(last));
                Copy(last, whole, "next_page_token");
            }

            return await Answer(asked, whole, (_, _) => show(asked, entries(whole)));
        });
    }

    /// <summary>A verb of any other form; its exit code is what it returns.</summary>
    public Command Run(string name, string description, Symbol[] inputs, Option<string>? requestId, Func<Asked, Task<int>> run)
    {
        var command = new Command(name, description);
        foreach (var input in requestId is null ? inputs : [.. inputs, requestId])
        {
            switch (input)
            {
                case Argument argument:
                    command.Add(argument);
                    break;
                case Option option:
                    command.Add(option);
                    break;
            }
        }

        command.SetAction((typed, cancellation) => Guard(typed, async () =>
        {
            using var client = shell.Connect(ConnectionOf(typed));
            var id = requestId is null ? "" : typed.GetValue(requestId);
            return await run(new(typed, client, new(shell.Out), typed.GetValue(global.Json), string.IsNullOrEmpty(id) ? Guid.NewGuid().ToString("N") : id, cancellation));
        }));
        return command;
    }

    /// <summary>Address and key of a command.</summary>
    public Connection ConnectionOf(ParseResult typed) =>
        Connection.Resolve(typed.GetValue(global.Address), typed.GetValue(global.Key), shell.Variable, new Profiles(shell.Settings).Find(typed.GetValue(global.Profile)!))
        ?? throw new UsageException($"No key: give --key, set {Connection.KeyVariable}, or make a profile with 'gwh profile set'.");

    /// <summary>Runs something and tells whatever goes wrong, in words or in JSON.</summary>
    public async Task<int> Guard(ParseResult typed, Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (MarketplaceException refused)
        {
            Tell(typed, refused.Reason.WireName(), refused.Message + (refused.RequestId.Length > 0 ? $" (request {refused.RequestId})" : ""), refused.Metadata);
            return refused.IsOutcomeUnknown ? Unknown : Refused;
        }
        catch (UsageException wrong)
        {
            Tell(typed, "USAGE", wrong.Message, new Dictionary<string, string>());
            return Refused;
        }
    }

    private static Option<string> RequestIdOption(string name, string description) => new(name) { Description = description, HelpName = "ID" };

    private static async Task<int> Answer<TResponse>(Asked asked, TResponse response, Func<Asked, TResponse, Task> show)
        where TResponse : IMessage
    {
        if (asked.Json)
        {
            asked.Screen.Console.Profile.Out.Writer.WriteLine(WireJson.Format(response));
        }
        else
        {
            await show(asked, response);
        }

        return 0;
    }

    private static void Copy(IMessage from, IMessage to, string field)
    {
        var accessor = from.Descriptor.FindFieldByName(field).Accessor;
        accessor.SetValue(to, accessor.GetValue(from));
    }

    private void Tell(ParseResult typed, string reason, string message, IReadOnlyDictionary<string, string> metadata)
    {
        if (typed.GetValue(global.Json))
        {
            shell.Error.Profile.Out.Writer.WriteLine(JsonSerializer.Serialize(new { error = new { reason, message, metadata } }));
        }
        else
        {
            shell.Error.WriteLine(message, new Style(Color.Red));
        }
    }
}
