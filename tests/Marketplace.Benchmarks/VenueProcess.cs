using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;

namespace Marketplace.Benchmarks;

/// <summary>A program of its own that serves gRPC on a free loopback port: the venue's server, or this program as an echo.</summary>
internal sealed class VenueProcess : IAsyncDisposable
{
    private static readonly TimeSpan LongestCatchUp = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private bool _ended;

    private VenueProcess(Process process, string address, string data)
    {
        _process = process;
        Address = address;
        Data = data;
    }

    public string Address { get; }

    public string Data { get; }

    /// <summary>Processor time it has used so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>
    /// Waits until it does next to nothing for so long, a minute at most: it has then done in the background what was left to it, folding and snapshots above all.
    /// </summary>
    public async Task Idle(TimeSpan span)
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < LongestCatchUp;)
        {
            var before = ProcessorTime;
            await Task.Delay(span);
            if (ProcessorTime - before < span / 10)
            {
                return;
            }
        }
    }

    /// <summary>Bytes of memory it holds.</summary>
    public long MemoryBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    /// <summary>Starts the venue's server in a data directory and does not wait for it.</summary>
    public static VenueProcess Launch(string data)
    {
        var address = $"http://127.0.0.1:{FreePort()}";
        var server = Path.Combine(AppContext.BaseDirectory, "Marketplace.Server.dll");
        return new VenueProcess(Process.Start(new ProcessStartInfo("dotnet", [server, "--data", data, "--listen", address]))!, address, data);
    }

    /// <summary>Starts the venue's server in a data directory and waits until it serves.</summary>
    public static async Task<VenueProcess> Venue(string data)
    {
        var venue = Launch(data);
        await venue.Ready(channel => new Health.HealthClient(channel).Check(new HealthCheckRequest()).Status == HealthCheckResponse.Types.ServingStatus.Serving);
        return venue;
    }

    /// <summary>Starts this program as the echo.</summary>
    public static async Task<VenueProcess> Echo()
    {
        var port = FreePort();
        var self = Path.Combine(AppContext.BaseDirectory, "Marketplace.Benchmarks.dll");
        var process = Process.Start(new ProcessStartInfo("dotnet", [self, "echo", port.ToString(System.Globalization.CultureInfo.InvariantCulture)]))!;
        var echo = new VenueProcess(process, $"http://127.0.0.1:{port}", "");
        await echo.Ready(channel => new Gwh.Marketplace.V1.TradingService.TradingServiceClient(channel).PlaceOrder(new()) is not null);
        return echo;
    }

    /// <summary>Starts this program as the raw broadcast.</summary>
    public static async Task<VenueProcess> Raw()
    {
        var port = FreePort();
        var self = Path.Combine(AppContext.BaseDirectory, "Marketplace.Benchmarks.dll");
        var process = Process.Start(new ProcessStartInfo("dotnet", [self, "raw", port.ToString(System.Globalization.CultureInfo.InvariantCulture)]))!;
        var raw = new VenueProcess(process, $"http://127.0.0.1:{port}", "");
        await raw.Ready(channel =>
        {
            RawServer.Publish(channel, []).GetAwaiter().GetResult();
            return true;
        });
        return raw;
    }

    /// <summary>Ends it as a power cut would (SIGKILL).</summary>
    public async ValueTask DisposeAsync()
    {
        if (_ended)
        {
            return;
        }

        _ended = true;
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task Ready(Func<GrpcChannel, bool> isReady)
    {
        using var channel = GrpcChannel.ForAddress(Address);
        for (var deadline = Stopwatch.StartNew(); deadline.Elapsed < TimeSpan.FromSeconds(60);)
        {
            try
            {
                if (isReady(channel))
                {
                    return;
                }
            }
            catch (RpcException)
            {
                // Not listening yet.
            }

            await Task.Delay(50);
        }

        throw new TimeoutException($"{Address} did not become ready.");
    }
}
