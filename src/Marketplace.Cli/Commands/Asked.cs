using System.CommandLine;
using System.CommandLine.Parsing;
using Gwh.Marketplace.V1;
using Marketplace.Cli.Screens;
using Marketplace.Client;

namespace Marketplace.Cli.Commands;

/// <summary>One command as it was typed, and what it works with.</summary>
internal sealed class Asked(ParseResult typed, MarketplaceClient client, Screen screen, bool json, string requestId, CancellationToken cancellation)
{
    private readonly Dictionary<string, Instrument> _instruments = new(StringComparer.Ordinal);

    public MarketplaceClient Client => client;

    public Screen Screen => screen;

    public bool Json => json;

    /// <summary>The id of the write; made up once where none was typed, so that it can be told and repeated.</summary>
    public string RequestId => requestId;

    public CancellationToken Cancellation => cancellation;

    public T Get<T>(Argument<T> argument) => typed.GetValue(argument)!;

    public T Get<T>(Option<T> option) => typed.GetValue(option)!;

    /// <summary>Whether an option was typed.</summary>
    public bool Has(Option option) => typed.GetResult(option) is OptionResult { Implicit: false };

    /// <summary>An instrument's entry, asked for once.</summary>
    public async Task<Instrument> Instrument(string instrumentId)
    {
        if (!_instruments.TryGetValue(instrumentId, out var instrument))
        {
            instrument = (await client.Catalog.GetInstrumentAsync(new() { InstrumentId = instrumentId }, cancellationToken: cancellation)).Instrument;
            _instruments.Add(instrumentId, instrument);
        }

        return instrument;
    }

    /// <summary>Rated watts of instruments, to show prices per accelerator-hour.</summary>
    public async Task<IReadOnlyDictionary<string, long>> RatedWatts(IEnumerable<string> instrumentIds)
    {
        var watts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var id in instrumentIds.Distinct(StringComparer.Ordinal))
        {
            watts.Add(id, (await Instrument(id)).RatedWatts);
        }

        return watts;
    }
}
