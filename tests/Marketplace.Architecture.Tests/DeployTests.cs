using System.Text.Json;
using Marketplace.Architecture.Tests.Support;

namespace Marketplace.Architecture.Tests;

/// <summary>The container gives the server no more than it needs, and its port to nobody but the machine it runs on.</summary>
public sealed class DeployTests
{
    private const string Containerfile = "deploy/Containerfile";
    private const string Venue = "services.venue.";

    private static readonly ILookup<string, string> s_compose = FlatYaml.Read("deploy/compose.yaml");
    private static readonly (string Verb, string Words)[] s_build = [.. Repository.Lines(Containerfile)
        .Where(line => line.Length > 0 && !line.StartsWith('#')).Select(line => line.Split(' ', 2)).Select(parts => (parts[0], parts[1]))];

    private static IEnumerable<(string Verb, string Words)> Final => s_build.Skip(Array.FindLastIndex(s_build, step => step.Verb == "FROM"));

    [Fact]
    public void It_is_built_with_the_SDK_and_runs_without()
    {
        Assert.Equal(2, s_build.Count(step => step.Verb == "FROM"));
        Assert.Contains(s_build, step => step is ("ARG", "SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0"));
        Assert.Contains(s_build, step => step is ("ARG", "RUNTIME_IMAGE=mcr.microsoft.com/dotnet/aspnet:10.0"));
        Assert.Equal("${RUNTIME_IMAGE}", Final.First().Words);
        Assert.DoesNotContain(Final, step => step.Verb is "RUN" or "ADD");
    }

    [Fact]
    public void Everything_copied_into_the_build_is_there() => Offenders.None(s_build
        .Where(step => step.Verb == "COPY" && !step.Words.StartsWith("--from", StringComparison.Ordinal))
        .SelectMany(step => step.Words.Split(' ')[..^1]).Where(path => !Repository.Has(path)));

    [Fact]
    public void It_does_not_run_as_root()
    {
        var user = Final.Last(step => step.Verb == "USER").Words;
        Assert.Equal("1654:1654", user);
        Assert.Equal(user, Assert.Single(s_compose[Venue + "user"]));
        Assert.Contains(Final, step => step.Verb == "COPY" && step.Words.Contains($"--chown={user}", StringComparison.Ordinal) && step.Words.EndsWith(" /data", StringComparison.Ordinal));
    }

    [Fact]
    public void It_can_write_its_data_and_nothing_else()
    {
        Assert.Equal("true", Assert.Single(s_compose[Venue + "read_only"]));
        Assert.Equal("venue-data:/data", Assert.Single(s_compose[Venue + "volumes"]));
        Assert.Equal("/data", Final.Single(step => step.Verb == "VOLUME").Words);
        Assert.Contains("--data", Command("CMD"));
        Assert.Equal("/data", Command("CMD")[Array.IndexOf(Command("CMD"), "--data") + 1]);
    }

    [Fact]
    public void It_has_no_capability_and_can_gain_none()
    {
        Assert.Equal("ALL", Assert.Single(s_compose[Venue + "cap_drop"]));
        Assert.Equal("no-new-privileges:true", Assert.Single(s_compose[Venue + "security_opt"]));
        Assert.Empty(s_compose[Venue + "cap_add"]);
        Assert.Empty(s_compose[Venue + "privileged"]);
    }

    [Fact]
    public void Its_port_is_published_to_loopback_only()
    {
        Assert.Equal("5080", Final.Single(step => step.Verb == "EXPOSE").Words);
        Assert.Equal("127.0.0.1:5080:5080", Assert.Single(s_compose[Venue + "ports"]));
        Assert.Empty(s_compose[Venue + "network_mode"]);
        Assert.Contains("http://0.0.0.0:5080", Command("CMD"));
        Assert.Contains("--insecure", Command("CMD"));
    }

    [Fact]
    public void It_tells_whether_it_serves() =>
        Assert.EndsWith("[\"dotnet\", \"/app/Marketplace.Server.dll\", \"health\", \"http://127.0.0.1:5080\"]", Final.Single(step => step.Verb == "HEALTHCHECK").Words, StringComparison.Ordinal);

    [Fact]
    public void Compose_builds_this_containerfile()
    {
        Assert.Equal(Containerfile, Assert.Single(s_compose[Venue + "build.dockerfile"]));
        Assert.Equal("..", Assert.Single(s_compose[Venue + "build.context"]));
    }

    private static string[] Command(string verb) => JsonSerializer.Deserialize<string[]>(Final.Single(step => step.Verb == verb).Words)!;
}
