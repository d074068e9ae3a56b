using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Grpc.Health.V1;
using Grpc.Net.Client;

namespace Marketplace.EndToEnd.Tests.Hosting;

/// <summary>The built server as a process of its own, on a free loopback port. It is stopped, or killed, by its id alone.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private const int Terminate = 15;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);

    private readonly Process _process;
    private readonly bool _isUnderAnother;
    private readonly ConcurrentQueue<string> _said = new();
    private readonly TaskCompletionSource _serving = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private RunningServer(Process process, bool isUnderAnother, DirectoryInfo data, Uri address)
    {
        _process = process;
        _isUnderAnother = isUnderAnother;
        Data = data;
        Address = address;
        Channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions { MaxReceiveMessageSize = 64 * 1024 * 1024 });
    }

    public DirectoryInfo Data { get; }

    public Uri Address { get; }

    public int ProcessId => _isUnderAnother
        ? int.Parse(File.ReadAllText($"/proc/{_process.Id}/task/{_process.Id}/children"), CultureInfo.InvariantCulture)
        : _process.Id;

    public GrpcChannel Channel { get; }

    /// <summary>What it said so far, on both outputs.</summary>
    public string Said => string.Join('\n', _said);

    /// <summary>The first operator's key, which the first start wrote.</summary>
    public string OperatorKey => File.ReadAllText(Path.Combine(Data.FullName, "operator.key")).Trim();

    /// <summary>Starts a server with the manual clock and waits until it serves.</summary>
    public static async Task<RunningServer> Start(DirectoryInfo data, CancellationToken cancellation)
    {
        var server = Launch(data, [], SmallMarket.Begin);
        try
        {
            await server.Serves(cancellation);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a server and does not wait.</summary>
    /// <param name="data">Its data directory.</param>
    /// <param name="options">Options beside those every server here gets; with --listen among them, it gets no other address.</param>
    /// <param name="clock">Where its manual clock begins; empty: the system's clock.</param>
    /// <param name="under">A program and its arguments that starts the server as its own child; null: none.</param>
    public static RunningServer Launch(DirectoryInfo data, string[] options, string clock = "", string[]? under = null)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        string[] command = [.. under ?? [], "dotnet", Path.Combine(AppContext.BaseDirectory, "Marketplace.Server.dll"), "--data", data.FullName];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        if (!options.Contains("--listen"))
        {
            options = [.. options, "--listen", address.ToString()];
        }

        if (clock.Length > 0)
        {
            options = [.. options, "--clock", "manual", "--clock-start", clock];
        }

        foreach (var option in options)
        {
            start.ArgumentList.Add(option);
        }

        var process = new Process { StartInfo = start };
        var server = new RunningServer(process, under is not null, data, address);
        process.OutputDataReceived += (_, line) => server.Hear(line.Data);
        process.ErrorDataReceived += (_, line) => server.Hear(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return server;
    }

    /// <summary>Waits until it says that it serves and its health check agrees.</summary>
    public async Task Serves(CancellationToken cancellation)
    {
        var ended = _process.WaitForExitAsync(cancellation);
        var first = await Task.WhenAny(_serving.Task, ended).WaitAsync(s_patience, cancellation);
        Assert.True(first == _serving.Task, $"the server ended before it served: {Said}");
        var health = await new Health.HealthClient(Channel).CheckAsync(
            new HealthCheckRequest(), new CallOptions(deadline: DateTime.UtcNow + s_patience, cancellationToken: cancellation).WithWaitForReady());
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, health.Status);
    }

    /// <summary>Waits until it says that it serves, or has ended by itself: whether it serves.</summary>
    public async Task<bool> ServesOrEnds(CancellationToken cancellation)
    {
        var ended = _process.WaitForExitAsync(cancellation);
        return await Task.WhenAny(_serving.Task, ended).WaitAsync(s_patience, cancellation) == _serving.Task;
    }

    /// <summary>Waits until it has ended by itself: its exit code.</summary>
    public async Task<int> Ended(CancellationToken cancellation)
    {
        await _process.WaitForExitAsync(cancellation).WaitAsync(s_patience, cancellation);
        return _process.ExitCode;
    }

    /// <summary>Asks it to stop and waits until it has: its exit code.</summary>
    public Task<int> Stop(CancellationToken cancellation)
    {
        Assert.Equal(0, Signal(ProcessId, Terminate));
        return Ended(cancellation);
    }

    /// <summary>kill -9.</summary>
    public async Task Kill()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await Kill();
        }

        Channel.Dispose();
        _process.Dispose();
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private void Hear(string? line)
    {
        if (line is null)
        {
            return;
        }

        _said.Enqueue(line);
        if (line.Contains("Serving at", StringComparison.Ordinal))
        {
            _serving.TrySetResult();
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Signal(int process, int signal);
}
