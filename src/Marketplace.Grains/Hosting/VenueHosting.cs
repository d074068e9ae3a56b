using System.Net;
using System.Net.Sockets;
using Marketplace.Grains.Accounts;
using Marketplace.Grains.Audit;
using Marketplace.Grains.Catalog;
using Marketplace.Grains.Clock;
using Marketplace.Grains.Orders;
using Marketplace.Grains.Participants;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Serialization;

namespace Marketplace.Grains.Hosting;

/// <summary>Puts a venue into a host: one silo inside the process, on its log and its clock.</summary>
public static class VenueHosting
{
    /// <summary>How long a grain stays active that has nothing to do.</summary>
    internal static readonly TimeSpan IdleAge = TimeSpan.FromMinutes(30);

    /// <summary>Adds the venue's silo and services. The log is opened by the caller, who knows what to say when it cannot be.</summary>
    public static IHostApplicationBuilder AddVenue(this IHostApplicationBuilder builder, Log log, VenueClock clock)
    {
        builder.UseOrleans(silo =>
        {
            // One silo; membership is configuration, not code. It listens on a free loopback port, because every silo must listen somewhere.
            silo.UseLocalhostClustering(FreePort(), gatewayPort: 0, serviceId: "gwh", clusterId: "gwh");
            silo.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromMinutes(2));
            silo.Configure<GrainCollectionOptions>(options => options.CollectionAge = IdleAge);
        });
        builder.Services.AddSingleton(log);
        builder.Services.AddSingleton(clock);
        builder.Services.AddSingleton(services => new Venue(log, clock, services.GetRequiredService<Serializer>()));
        builder.Services.AddSingleton<CatalogView>();
        builder.Services.AddSingleton<DirectoryView>();
        builder.Services.AddSingleton<BookFeeds>();
        builder.Services.AddSingleton<AccountFeeds>();
        builder.Services.AddSingleton<BookHistory>();
        builder.Services.AddSingleton<CandleHistory>();
        builder.Services.AddSingleton<AccountStatement>();
        builder.Services.AddSingleton<LogAuditor>();
        builder.Services.AddSingleton<Waker>();
        return builder;
    }

    /// <summary>Fills the views, sets the clock behind everything recorded, and wakes what is due. False when the venue is new and was given no operator's key.</summary>
    public static async Task<bool> Begin(IServiceProvider services, string? operatorSecretSha256, CancellationToken cancellation)
    {
        var venue = services.GetRequiredService<Venue>();
        var grains = services.GetRequiredService<IGrainFactory>();
        venue.Clock.NotBefore(LastEventTime(venue));
        if (venue.Clock.IsManual && venue.Log.VersionAt(Streams.Clock, venue.Log.DurablePosition) > 0)
        {
            await grains.GetGrain<IClockGrain>(Venue.SingleKey).Load();
        }

        await grains.GetGrain<IInstrumentCatalogGrain>(Venue.SingleKey).Load();
        var begun = await grains.GetGrain<IParticipantDirectoryGrain>(Venue.SingleKey).Load(operatorSecretSha256);
        await services.GetRequiredService<Waker>().WakeDue(cancellation);
        return begun;
    }

    private static Timestamp LastEventTime(Venue venue)
    {
        var last = venue.Log.DurablePosition;
        return last == 0 ? default : venue.Log.ReadRows(last, last)
            .SelectMany(row => row.Records)
            .Select(record => new Timestamp(venue.Serializer.Deserialize<Record>(record.Payload)!.TimeMicros))
            .Max();
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
