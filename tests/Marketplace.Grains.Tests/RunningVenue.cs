using Marketplace.Domain.Participants;
using Marketplace.Domain.Units;
using Marketplace.Grains.Hosting;
using Marketplace.Journal;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;

namespace Marketplace.Grains.Tests;

/// <summary>A venue in this process on a data directory of its own, with the manual clock; stopped and started at will.</summary>
internal sealed class RunningVenue : IAsyncDisposable
{
    public static readonly Timestamp Start = Timestamp.FromUtc(new DateTime(2026, 11, 1, 0, 0, 0, DateTimeKind.Utc));

    private readonly DirectoryInfo _directory;
    private readonly bool _owner;
    private readonly IHost _host;

    private RunningVenue(DirectoryInfo directory, bool owner, IHost host, Log log)
    {
        _directory = directory;
        _owner = owner;
        _host = host;
        Log = log;
    }

    public Log Log { get; }

    public IServiceProvider Services => _host.Services;

    public IGrainFactory Grains => Services.GetRequiredService<IGrainFactory>();

    public VenueClock Clock => Services.GetRequiredService<VenueClock>();

    public static async Task<RunningVenue> Open(DirectoryInfo? directory = null)
    {
        var owner = directory is null;
        directory ??= Directory.CreateTempSubdirectory("gwh-grains-");
        var log = Log.Open(new LogOptions { Directory = directory.FullName });
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.AddVenue(log, VenueClock.Manual(Start));
        builder.Services.AddSingleton<Grains.Orders.BookChecksum>((_, _) => 0);
        var host = builder.Build();
        await host.StartAsync();
        Assert.True(await VenueHosting.Begin(host.Services, new string('A', 64), default));
        return new(directory, owner, host, log);
    }

    /// <summary>Stops this venue and starts another on the same data.</summary>
    public async Task<RunningVenue> Restart()
    {
        await Stop();
        var next = await Open(_directory);
        return new(_directory, _owner, next._host, next.Log);
    }

    /// <summary>Turns around the first byte of the first state in every snapshot's file.</summary>
    public void DamageSnapshots()
    {
        foreach (var file in _directory.GetFiles("*", SearchOption.AllDirectories).Where(file => file.Directory!.Name == "snapshots"))
        {
            using var bytes = file.Open(FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            bytes.Position = sizeof(ulong);
            var first = bytes.ReadByte();
            bytes.Position = sizeof(ulong);
            bytes.WriteByte((byte)~first);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        if (_owner)
        {
            _directory.Delete(recursive: true);
        }
    }

    private async Task Stop()
    {
        await _host.StopAsync();
        await Log.DisposeAsync();
        _host.Dispose();
    }
}
