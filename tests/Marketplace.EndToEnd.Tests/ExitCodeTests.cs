using Grpc.Health.V1;
using Grpc.Reflection.V1Alpha;

namespace Marketplace.EndToEnd.Tests;

/// <summary>What the process says when it cannot run, and what it says to those without a key.</summary>
public sealed class ExitCodeTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_second_server_on_the_same_data_leaves_and_names_the_owner()
    {
        using var folder = new DataFolder();
        await using var first = await RunningServer.Start(folder.Directory, Cancellation);
        await using var second = RunningServer.Launch(folder.Directory, [], SmallMarket.Begin);
        Assert.Equal(73, await second.Ended(Cancellation));
        Assert.Contains($"process {first.ProcessId} ", second.Said, StringComparison.Ordinal);
        await Refused.With(RejectReason.Unauthenticated, Line.To(first, null).Catalog.GetVenueAsync(new()));
        Assert.Equal(0, await first.Stop(Cancellation));
    }

    [Fact]
    public async Task Plaintext_off_loopback_needs_to_be_asked_for()
    {
        using var folder = new DataFolder();
        await using var server = RunningServer.Launch(folder.Directory, ["--listen", "http://0.0.0.0:5080"]);
        Assert.Equal(64, await server.Ended(Cancellation));
        Assert.Contains("--insecure", server.Said, StringComparison.Ordinal);
        Assert.Empty(folder.Directory.EnumerateFileSystemInfos());
    }

    [Fact]
    public async Task Without_a_key_the_health_check_passes_and_nothing_else()
    {
        using var folder = new DataFolder();
        await using var server = await RunningServer.Start(folder.Directory, Cancellation);
        var health = new Health.HealthClient(server.Channel);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, (await health.CheckAsync(new())).Status);
        using var watch = health.Watch(new(), cancellationToken: Cancellation);
        await Refused.With(RejectReason.Unauthenticated, () => watch.ResponseStream.MoveNext(Cancellation));
        using var reflection = new ServerReflection.ServerReflectionClient(server.Channel).ServerReflectionInfo(cancellationToken: Cancellation);
        await Refused.With(RejectReason.Unauthenticated, () => reflection.ResponseStream.MoveNext(Cancellation));
        await Refused.With(RejectReason.Unauthenticated, Line.To(server, null).Audit.GetStateHashAsync(new()));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder.Directory.FullName, "operator.key")));
        }
    }
}
