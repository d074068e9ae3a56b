using System.CommandLine;
using Marketplace.Cli.Connections;

namespace Marketplace.Cli.Commands;

/// <summary>The options every command has.</summary>
internal sealed class GlobalOptions
{
    public Option<bool> Json { get; } = new("--json") { Description = "Answer in JSON: protobuf's, one document, or one line for each message of a stream", Recursive = true };

    public Option<string?> Address { get; } = new("--address")
    {
        Description = $"Where the venue is; else {Connection.AddressVariable}, else the profile, else {Connection.DefaultAddress}",
        Recursive = true,
        HelpName = "URL",
    };

    public Option<string?> Key { get; } = new("--key") { Description = $"Secret of the key; else {Connection.KeyVariable}, else the profile", Recursive = true, HelpName = "SECRET" };

    public Option<string> Profile { get; } = new("--profile")
    {
        Description = "Profile to take address and key from, see 'gwh profile'",
        Recursive = true,
        HelpName = "NAME",
        DefaultValueFactory = _ => Profiles.DefaultName,
    };

    public IEnumerable<Option> All => [Json, Address, Key, Profile];
}
