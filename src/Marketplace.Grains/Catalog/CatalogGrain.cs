using System.Collections.Concurrent;
using System.Collections.Immutable;
using Marketplace.Domain.Catalog;
using Marketplace.Domain.Instruments;
using Marketplace.Grains.Hosting;

namespace Marketplace.Grains.Catalog;

/// <summary>What can be traded.</summary>
[Alias("gwh.catalog-grain")]
[GrainInterfaceType("gwh.catalog")]
public interface IInstrumentCatalogGrain : IDeskGrain
{
    /// <summary>Seeds a new venue, and fills this process's view.</summary>
    [Alias("Load")]
    Task Load();

    /// <summary>Registers an accelerator.</summary>
    [Alias("Register")]
    Task<Result<Accelerator>> Register(Request request, Accelerator accelerator);

    /// <summary>Gives an accelerator its next rating version.</summary>
    [Alias("Rate")]
    Task<Result<Accelerator>> Rate(Request request, string accelerator, long watts, string source, bool attested);

    /// <summary>Lists an instrument.</summary>
    [Alias("List")]
    Task<Result<Instrument>> List(Request request, InstrumentRequest asked);

    /// <summary>Opens, halts or closes an instrument; answers when its book has done so.</summary>
    [Alias("SetState")]
    Task<Result<Instrument>> SetState(Request request, string instrument, InstrumentState state, string why);

    /// <summary>Changes an instrument's fees.</summary>
    [Alias("SetFees")]
    Task<Result<Instrument>> SetFees(Request request, string instrument, int makerBps, int takerBps);
}

/// <summary>The durable catalog as this process sees it: what the doors resolve ids with. Immutable entries; any thread may read.</summary>
public sealed class CatalogView
{
    // What was found in a version, by its number, so that it keeps none alive: a look at one entry instead of one at each level of the tree. No more than were ever listed.
    private readonly ConcurrentDictionary<string, (long Version, Instrument Instrument)> _found = new(StringComparer.Ordinal);
    private Contents _now = new(0, ImmutableSortedDictionary<string, Accelerator>.Empty, ImmutableSortedDictionary<string, Instrument>.Empty);

    /// <summary>Accelerators by id.</summary>
    public IReadOnlyDictionary<string, Accelerator> Accelerators => Volatile.Read(ref _now).Accelerators;

    /// <summary>Instruments by id.</summary>
    public IReadOnlyDictionary<string, Instrument> Instruments => Volatile.Read(ref _now).Instruments;

    /// <summary>The instrument of an id; null where none is listed.</summary>
    public Instrument? Find(ReadOnlySpan<char> instrument)
    {
        var now = Volatile.Read(ref _now);
        if (_found.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(instrument, out var found) && found.Version == now.Version)
        {
            return found.Instrument;
        }

        if (!now.Instruments.TryGetValue(instrument.ToString(), out var listed))
        {
            return null;
        }

        _found[listed.Id] = (now.Version, listed);
        return listed;
    }

    /// <summary>Shows the next version; called by the one catalog of the process.</summary>
    internal void Renew(ImmutableSortedDictionary<string, Accelerator> accelerators, ImmutableSortedDictionary<string, Instrument> instruments) =>
        Volatile.Write(ref _now, new(_now.Version + 1, accelerators, instruments));

    private sealed record Contents(long Version, ImmutableSortedDictionary<string, Accelerator> Accelerators, ImmutableSortedDictionary<string, Instrument> Instruments);
}

/// <summary>Hosts the <see cref="InstrumentCatalog"/>.</summary>
[GrainType("gwh.catalog")]
[KeepAlive]
internal sealed class CatalogGrain(Venue venue, CatalogView view) : DeskGrain<InstrumentCatalog>(venue, new InstrumentCatalog()), IInstrumentCatalogGrain
{
    private ImmutableSortedDictionary<string, Accelerator>? _accelerators;
    private ImmutableSortedDictionary<string, Instrument>? _instruments;

    /// <inheritdoc/>
    public async Task Load()
    {
        Turn(catalog =>
        {
            if (catalog.Version == 0)
            {
                catalog.Seed();
            }

            return true;
        });
        await Durable();
        Publish();
    }

    /// <inheritdoc/>
    public Task<Result<Accelerator>> Register(Request request, Accelerator accelerator) =>
        Execute(request, catalog => catalog.Register(request, accelerator), AcceleratorOf);

    /// <inheritdoc/>
    public Task<Result<Accelerator>> Rate(Request request, string accelerator, long watts, string source, bool attested) =>
        Execute(request, catalog => catalog.Rate(request, accelerator, watts, source, attested), AcceleratorOf);

    /// <inheritdoc/>
    public Task<Result<Instrument>> List(Request request, InstrumentRequest asked) => Execute(request, catalog => catalog.List(request, asked), InstrumentOf);

    /// <inheritdoc/>
    public Task<Result<Instrument>> SetState(Request request, string instrument, InstrumentState state, string why) =>
        Execute(request, catalog => catalog.SetState(request, instrument, state, why), InstrumentOf);

    /// <inheritdoc/>
    public Task<Result<Instrument>> SetFees(Request request, string instrument, int makerBps, int takerBps) =>
        Execute(request, catalog => catalog.SetFees(request, instrument, makerBps, takerBps), InstrumentOf);

    /// <inheritdoc/>
    protected override Action? Publication()
    {
        if (_accelerators == Machine.Accelerators && _instruments == Machine.Instruments)
        {
            return null;
        }

        var (accelerators, instruments) = (_accelerators, _instruments) = (Machine.Accelerators, Machine.Instruments);
        return () => view.Renew(accelerators, instruments);
    }

    private static Accelerator? AcceleratorOf(Event happened) => (happened as AcceleratorRegistered)?.Accelerator;

    private static Instrument? InstrumentOf(Event happened) => (happened as InstrumentEntered)?.Instrument;
}
