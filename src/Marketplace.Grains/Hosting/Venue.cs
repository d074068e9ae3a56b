using System.Collections.Concurrent;
using Marketplace.Grains.Accounts;
using Marketplace.Grains.Capacity;
using Marketplace.Grains.Catalog;
using Marketplace.Grains.Clock;
using Marketplace.Grains.Orders;
using Marketplace.Grains.Participants;
using Marketplace.Grains.Treasury;
using Orleans.Serialization;

namespace Marketplace.Grains.Hosting;

/// <summary>What the grains of one process share: its log, its clock, and the way from a stream's name to its grain.</summary>
public sealed class Venue(Log log, VenueClock clock, Serializer serializer)
{
    private readonly TaskCompletionSource<Exception> _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _departures;

    /// <summary>Exit code of a process that found an invariant broken and stopped at once.</summary>
    public const int BrokenExitCode = 76;

    /// <summary>The log.</summary>
    public Log Log { get; } = log;

    /// <summary>The clock.</summary>
    public VenueClock Clock { get; } = clock;

    /// <summary>Writes records, messages and entities.</summary>
    public Serializer Serializer { get; } = serializer;

    /// <summary>Completes when a machine broke, or what keeps all of them going: the process must stop, what is durable is whole.</summary>
    public Task<Exception> Broken => _broken.Task;

    /// <summary>The mailboxes of the grains that are active in this process, by stream.</summary>
    public ConcurrentDictionary<string, Mailbox> Mailboxes { get; } = new(StringComparer.Ordinal);

    /// <summary>The grains with receipts to record when nothing else does.</summary>
    internal UnrecordedReceipts UnrecordedReceipts { get; } = new();

    /// <summary>How many grains of this process have left.</summary>
    internal long Departures => Volatile.Read(ref _departures);

    /// <summary>A grain has left, and has given back the claim of its stream.</summary>
    internal void Departed() => Interlocked.Increment(ref _departures);

    /// <summary>A machine broke, or what keeps all of them going.</summary>
    public void Break(Exception why) => _broken.TrySetResult(why);

    /// <summary>
    /// Work that ends only with the venue. When it fails the venue is broken: without it orders would not expire or recovery would grow, and nobody would notice.
    /// That it was cancelled, or ended because the log has failed, is its caller's to hear.
    /// </summary>
    public async Task KeptUp(Task work)
    {
        try
        {
            await work;
        }
        catch (Exception ended) when (ended is not (OperationCanceledException or JournalFailedException))
        {
            Break(ended);
        }
    }

    /// <summary>The grain that hosts a stream's machine.</summary>
    public static IJournaledGrain GrainOf(IGrainFactory grains, string stream)
    {
        var key = Streams.KeyOf(stream);
        return stream switch
        {
            Streams.Catalog => grains.GetGrain<IInstrumentCatalogGrain>(SingleKey),
            Streams.Directory => grains.GetGrain<IParticipantDirectoryGrain>(SingleKey),
            Streams.Treasury => grains.GetGrain<IBankDeskGrain>(SingleKey),
            Streams.Clock => grains.GetGrain<IClockGrain>(SingleKey),
            _ when stream.StartsWith(Streams.AccountPrefix, StringComparison.Ordinal) => grains.GetGrain<IAccountGrain>(key),
            _ when stream.StartsWith(Streams.BookPrefix, StringComparison.Ordinal) => grains.GetGrain<IOrderBookGrain>(key),
            _ when stream.StartsWith(Streams.ContractPrefix, StringComparison.Ordinal) => grains.GetGrain<ICapacityContractGrain>(key),
            _ => throw new InvalidOperationException($"No grain hosts {stream}."),
        };
    }

    /// <summary>The key of the grains of which there is one.</summary>
    public const string SingleKey = "venue";
}
