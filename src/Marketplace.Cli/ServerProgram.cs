using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;

namespace Marketplace.Cli;

/// <summary>
/// The built server as a program of its own, on a free loopback port: started, waited for, stopped, or killed and started again on the same data and address.
/// Disposing kills it if it still runs.
/// </summary>
internal sealed class ServerProgram : IAsyncDisposable
{
    /// <summary>Environment variable that names the server's executable or dll, where it is not found beside this program.</summary>
    public const string PathVariable = "GWH_SERVER";

    private const string Name = "Marketplace.Server";
    private const int LinesKept = 50;
    private const int SignalTerminate = 15;
    private static readonly TimeSpan StartWithin = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(20);

    private readonly string[] _arguments;
    private readonly ConcurrentQueue<string> _lines = new();
    private Process? _process;

    private ServerProgram(DirectoryInfo data, string address, string[] arguments)
    {
        (Data, Address, _arguments) = (data, address, arguments);
    }

    /// <summary>Its data directory.</summary>
    public DirectoryInfo Data { get; }

    /// <summary>Where it answers: http, loopback. The same after a restart.</summary>
    public string Address { get; }

    /// <summary>The operator's key, from the file that its first start writes.</summary>
    public string OperatorKey => File.ReadAllText(Path.Combine(Data.FullName, "operator.key")).Trim();

    /// <summary>The last lines it wrote.</summary>
    public IReadOnlyCollection<string> LastLines => _lines;

    /// <summary>Its process id; 0 before it was first started.</summary>
    public int Id => _process?.Id ?? 0;

    /// <summary>Whether it runs.</summary>
    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Starts the server on a data directory; with a manual clock when a time for it is given. Returns when its health answers SERVING.</summary>
    public static async Task<ServerProgram> Start(DirectoryInfo data, DateTimeOffset? manualClockStart, CancellationToken cancellation)
    {
        var address = $"http://127.0.0.1:{FreePort()}";
        List<string> arguments = ["--data", data.FullName, "--listen", address];
        if (manualClockStart is { } start)
        {
            arguments.AddRange(["--clock", "manual", "--clock-start", start.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture)]);
        }

        var program = new ServerProgram(data, address, [.. arguments]);
        await program.StartAgain(cancellation);
        return program;
    }

    /// <summary>Runs the server's verb `verify` on a data directory: its exit code. What it writes goes to <paramref name="write"/>, line by line.</summary>
    public static async Task<int> Verify(DirectoryInfo data, Action<string> write, CancellationToken cancellation)
    {
        using var process = Launch(["verify", data.FullName], write);
        await process.WaitForExitAsync(cancellation);
        return process.ExitCode;
    }

    /// <summary>Starts it again on the same data, address and arguments, after it was stopped or killed.</summary>
    public async Task StartAgain(CancellationToken cancellation)
    {
        if (IsRunning)
        {
            throw new InvalidOperationException("The server runs already.");
        }

        _process?.Dispose();
        _process = Launch(_arguments, Keep);
        try
        {
            await WaitUntilServing(cancellation);
        }
        catch
        {
            Kill();
            throw;
        }
    }

    /// <summary>Ends it at once, as a power cut would (SIGKILL).</summary>
    public void Kill()
    {
        if (IsRunning)
        {
            _process!.Kill();
            _process.WaitForExit();
        }
    }

    /// <summary>Asks it to stop and waits; its exit code.</summary>
    public async Task<int> Stop(CancellationToken cancellation)
    {
        if (_process is null)
        {
            throw new InvalidOperationException("The server was never started.");
        }

        if (!_process.HasExited)
        {
            if (OperatingSystem.IsWindows() || SendSignal(_process.Id, SignalTerminate) != 0)
            {
                _process.Kill();
            }

            await _process.WaitForExitAsync(cancellation).WaitAsync(StopWithin, cancellation);
        }

        return _process.ExitCode;
    }

    /// <summary>Completes when it has ended; its exit code.</summary>
    public async Task<int> WhenEnded(CancellationToken cancellation)
    {
        await _process!.WaitForExitAsync(cancellation);
        return _process.ExitCode;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Kill();
        _process?.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>The server's dll or executable: named by the environment, beside this program, or built in the same source tree; null when there is none.</summary>
    public static string? Find()
    {
        if (Environment.GetEnvironmentVariable(PathVariable) is { Length: > 0 } named)
        {
            return File.Exists(named) ? named : null;
        }

        var here = new DirectoryInfo(AppContext.BaseDirectory);
        var beside = Path.Combine(here.FullName, Name + ".dll");
        if (File.Exists(beside))
        {
            return beside;
        }

        // .../bin/CONFIGURATION/FRAMEWORK of this program, the same of the server.
        var output = Path.Combine(here.Parent?.Name ?? "", here.Name);
        for (var folder = here; folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Marketplace.sln")))
            {
                var built = Path.Combine(folder.FullName, "src", Name, "bin", output, Name + ".dll");
                return File.Exists(built) ? built : null;
            }
        }

        return null;
    }

    private static Process Launch(IEnumerable<string> arguments, Action<string> write)
    {
        var path = Find() ?? throw new FileNotFoundException($"The server is not built, or not found: build {Name}, or set {PathVariable} to its path.");
        var isDll = path.EndsWith(".dll", StringComparison.OrdinalIgnoreCase);
        var start = new ProcessStartInfo(isDll ? DotnetHost() : path, isDll ? [path, .. arguments] : arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Tell(line.Data);
        process.ErrorDataReceived += (_, line) => Tell(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;

        void Tell(string? line)
        {
            if (line is not null)
            {
                write(line);
            }
        }
    }

    private static string DotnetHost()
    {
        var self = Environment.ProcessPath;
        return self is not null && Path.GetFileNameWithoutExtension(self) == "dotnet" ? self : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
    }

    private static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }

    private async Task WaitUntilServing(CancellationToken cancellation)
    {
        using var channel = GrpcChannel.ForAddress(Address);
        var health = new Health.HealthClient(channel);
        var since = Stopwatch.GetTimestamp();
        while (true)
        {
            if (_process!.HasExited)
            {
                await _process.WaitForExitAsync(cancellation);
                throw new InvalidOperationException($"The server ended with exit code {_process.ExitCode}: {string.Join(" / ", _lines.TakeLast(5))}");
            }

            try
            {
                var answer = await health.CheckAsync(new(), deadline: DateTime.UtcNow.AddSeconds(2), cancellationToken: cancellation);
                if (answer.Status == HealthCheckResponse.Types.ServingStatus.Serving)
                {
                    return;
                }
            }
            catch (RpcException) when (!cancellation.IsCancellationRequested && Stopwatch.GetElapsedTime(since) < StartWithin)
            {
                // Not listening yet.
            }

            if (Stopwatch.GetElapsedTime(since) >= StartWithin)
            {
                throw new TimeoutException($"The server does not answer at {Address}: {string.Join(" / ", _lines.TakeLast(5))}");
            }

            await Task.Delay(50, cancellation);
        }
    }

    private void Keep(string line)
    {
        _lines.Enqueue(line);
        while (_lines.Count > LinesKept)
        {
            _lines.TryDequeue(out _);
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int SendSignal(int process, int signal);
}
