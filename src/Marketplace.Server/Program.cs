using System.CommandLine;
using System.Globalization;
using Marketplace.Domain.Units;
using Marketplace.Server.Hosting;

var data = new Option<DirectoryInfo>("--data") { Description = "Data directory", DefaultValueFactory = _ => new(ServerOptions.DefaultData) };
var listen = new Option<string[]>("--listen") { Description = "Address to listen at; may be repeated", DefaultValueFactory = _ => [ServerOptions.DefaultListen] };
var clock = new Option<string>("--clock") { Description = "system, or manual: the operator moves it by AdminService.AdvanceClock (loopback only)", DefaultValueFactory = _ => "system" };
clock.AcceptOnlyFromAmong("system", "manual");
var clockStart = new Option<string?>("--clock-start") { Description = "Time a manual clock starts at, such as 2027-01-01T00:00:00Z" };
var insecure = new Option<bool>("--insecure") { Description = "Plaintext off loopback is meant" };
var certificate = new Option<FileInfo?>("--tls-certificate") { Description = "PEM file with certificate and private key, for https addresses" };
var verified = new Argument<DirectoryInfo>("directory") { Description = "Data directory of a venue that is not running" };

var verify = new Command("verify", "Checks a data directory offline; changes nothing") { verified };
verify.SetAction(parsed => VerifyVerb.Run(parsed.GetRequiredValue(verified)));

var asked = new Argument<string>("address") { Description = "Address of a running server", DefaultValueFactory = _ => ServerOptions.DefaultListen };
var health = new Command("health", "Asks a running server whether it serves") { asked };
health.SetAction((parsed, cancellation) => HealthVerb.Run(parsed.GetRequiredValue(asked), cancellation));

var root = new RootCommand("The GW-hour marketplace's server") { data, listen, clock, clockStart, insecure, certificate, verify, health };
root.SetAction(async (parsed, cancellation) =>
{
    Timestamp? start = null;
    if (parsed.GetValue(clock) == "manual")
    {
        if (!DateTime.TryParse(parsed.GetValue(clockStart), CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out var time))
        {
            Console.Error.WriteLine("--clock manual needs --clock-start, such as 2027-01-01T00:00:00Z");
            return RunVerb.UsageExitCode;
        }

        start = Timestamp.FromUtc(time);
    }

    var addresses = new List<Uri>();
    foreach (var address in parsed.GetRequiredValue(listen))
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var url))
        {
            Console.Error.WriteLine($"--listen {address}: no address, such as {ServerOptions.DefaultListen}");
            return RunVerb.UsageExitCode;
        }

        addresses.Add(url);
    }

    return await RunVerb.Run(
        new ServerOptions(parsed.GetRequiredValue(data), [.. addresses], start, parsed.GetValue(insecure), parsed.GetValue(certificate)?.FullName), cancellation);
});

// A stop may take as long as what is under way needs to become durable; the library's own patience of two seconds would end it with 143.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = RunVerb.LongestStop });
