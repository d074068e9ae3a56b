using System.CommandLine;
using Marketplace.Cli.Commands;
using Marketplace.Cli.Demo;

namespace Marketplace.Cli;

/// <summary>All commands: nouns, then verbs.</summary>
internal static class CommandTree
{
    /// <summary>The root.</summary>
    public static RootCommand Create(Shell shell)
    {
        var global = new GlobalOptions();
        var verbs = new Verbs(shell, global);
        var root = new RootCommand("gwh: the GW-hour marketplace on the command line")
        {
            FirmCommands.Create(verbs),
            ParticipantCommands.Create(verbs),
            KeyCommands.Create(verbs),
            AcceleratorCommands.Create(verbs),
            InstrumentCommands.Create(verbs),
            CapacityCommands.Create(verbs),
            AccountCommands.Create(verbs),
            OrderCommands.Create(verbs),
            BookCommands.Create(verbs),
            TradeCommands.Create(verbs),
            AuditCommands.Create(verbs),
            VenueCommands.Create(verbs),
            ProfileCommands.Create(shell, global, verbs),
            VerifyCommand.Create(shell, global, verbs),
            LoadCommand.Create(shell, global, verbs),
            DemoCommand.Create(shell),
        };
        foreach (var option in global.All)
        {
            root.Add(option);
        }

        return root;
    }
}
