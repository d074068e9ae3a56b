using System.CommandLine;
using Google.Protobuf.Reflection;
using Gwh.Marketplace.V1;

namespace Marketplace.Cli.Tests.Commands;

public sealed class CommandTreeTests
{
    private static readonly string[] Nouns =
        ["firm", "participant", "key", "accelerator", "instrument", "capacity", "account", "order", "book", "trade", "audit", "verify", "load"];

    private static readonly RootCommand Root = CommandTree.Create(Shells.Quiet());

    public static TheoryData<string> Leaves => [.. Commands(Root, "").Where(leaf => leaf.Command.Subcommands.Count == 0).Select(leaf => leaf.Path)];

    public static TheoryData<string> All => [.. Commands(Root, "").Select(command => command.Path)];

    [Fact]
    public void Nouns_come_first_and_are_singular()
    {
        Assert.Empty(Nouns.Except(Root.Subcommands.Select(noun => noun.Name)));
        Assert.All(Root.Subcommands, noun => Assert.False(noun.Name.EndsWith('s')));
    }

    [Theory]
    [MemberData(nameof(Leaves))]
    public void Every_command_takes_json_address_key_and_profile(string path)
    {
        var words = path.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var parsed = Root.Parse([.. words, "--json", "--address", "http://127.0.0.1:1", "--key", "k", "--profile", "p"]);
        Assert.DoesNotContain(parsed.Errors, error => error.Message.Contains("--json", StringComparison.Ordinal) || error.Message.Contains("'k'", StringComparison.Ordinal)
            || error.Message.Contains("'p'", StringComparison.Ordinal) || error.Message.Contains("http:", StringComparison.Ordinal));
        Assert.True(parsed.GetValue<bool>("--json"));
        Assert.Equal("k", parsed.GetValue<string>("--key"));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Every_command_argument_and_option_says_what_it_is(string path)
    {
        var command = Commands(Root, "").Single(command => command.Path == path).Command;
        Assert.False(string.IsNullOrWhiteSpace(command.Description));
        Assert.All(command.Arguments, argument => Assert.False(string.IsNullOrWhiteSpace(argument.Description), argument.Name));
        Assert.All(command.Options, option => Assert.False(string.IsNullOrWhiteSpace(option.Description), option.Name));
    }

    [Theory]
    [MemberData(nameof(Leaves))]
    public void Every_command_does_something(string path) =>
        Assert.NotNull(Commands(Root, "").Single(command => command.Path == path).Command.Action);

    [Fact]
    public void Nothing_typed_that_is_not_understood_succeeds()
    {
        foreach (var line in new[] { "", "firm", "firm nothing", "order bid X", "order bid X abc 1", "order bid X 1GWh cheap", "key create p --role king", "book watch", "account deposit a 100 --bank-reference r" })
        {
            Assert.NotEqual(0, Root.Parse(line).Invoke(new() { Output = TextWriter.Null, Error = TextWriter.Null }));
        }
    }

    [Fact]
    public void Every_rpc_that_a_person_would_type_has_a_command()
    {
        // Sessions and batches are for programs: load and the demo use them.
        string[] forPrograms = ["PlaceOrders", "OpenSession"];
        var source = string.Concat(Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Find(), "src", "Marketplace.Cli", "Commands"), "*.cs").Select(File.ReadAllText));
        ServiceDescriptor[] services =
        [
            CatalogService.Descriptor, CapacityService.Descriptor, TradingService.Descriptor, MarketDataService.Descriptor, SettlementService.Descriptor, AccountService.Descriptor,
            AuditService.Descriptor, AdminService.Descriptor,
        ];
        (string Rpc, string Call)[] streams =
        [
            ("StreamOrderBook", "WatchBook("), ("StreamBookOrders", "WatchBookOrders("), ("StreamTrades", "WatchTrades("), ("StreamCandles", "WatchCandles("),
            ("StreamTickers", "WatchTickers("), ("StreamAccount", "WatchAccount("), ("WatchTrade", "WatchTrade("),
        ];
        foreach (var method in services.SelectMany(service => service.Methods).Where(method => !forPrograms.Contains(method.Name)))
        {
            var call = streams.FirstOrDefault(stream => stream.Rpc == method.Name).Call ?? $".{method.Name}Async(";
            Assert.True(source.Contains(call, StringComparison.Ordinal), method.Name);
        }
    }

    private static IEnumerable<(string Path, Command Command)> Commands(Command command, string path)
    {
        foreach (var child in command.Subcommands)
        {
            var childPath = $"{path} {child.Name}".Trim();
            yield return (childPath, child);
            foreach (var below in Commands(child, childPath))
            {
                yield return below;
            }
        }
    }
}
