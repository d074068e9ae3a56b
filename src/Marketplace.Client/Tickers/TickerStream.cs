using Gwh.Marketplace.V1;
using Marketplace.Client.Streams;

namespace Marketplace.Client.Tickers;

/// <summary>
/// Tickers as they change, for as long as one reads: first all, then each that changed; after a lost connection those that changed meanwhile. Each enumeration is a
/// stream of its own, for one thread.
/// </summary>
public sealed class TickerStream : IAsyncEnumerable<Ticker>
{
    private readonly StreamConnector<StreamTickersRequest, StreamTickersResponse> _connect;
    private readonly IReadOnlyList<string> _instrumentIds;
    private readonly MarketplaceClientOptions _options;

    internal TickerStream(StreamConnector<StreamTickersRequest, StreamTickersResponse> connect, IReadOnlyList<string> instrumentIds, MarketplaceClientOptions options) =>
        (_connect, _instrumentIds, _options) = (connect, instrumentIds, options);

    /// <summary>Starts to read. Ends by cancellation, or with a <see cref="Errors.MarketplaceException"/>.</summary>
    public IAsyncEnumerator<Ticker> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        HealingReader.Read(new TickerFollower(_instrumentIds), _connect, _options, cancellationToken).GetAsyncEnumerator(cancellationToken);
}

/// <summary>The rules of StreamTickers: each ticker is whole, so what is the same as before is not told again.</summary>
internal sealed class TickerFollower(IReadOnlyList<string> instrumentIds) : IFollower<StreamTickersRequest, StreamTickersResponse, Ticker>
{
    private readonly Dictionary<string, Ticker> _known = new(StringComparer.Ordinal);

    public StreamTickersRequest Begin() => new() { InstrumentIds = { instrumentIds } };

    public bool Take(StreamTickersResponse message, List<Ticker> updates)
    {
        foreach (var ticker in message.Tickers)
        {
            if (!_known.TryGetValue(ticker.InstrumentId, out var before) || !ticker.Equals(before))
            {
                _known[ticker.InstrumentId] = ticker;
                updates.Add(ticker);
            }
        }

        return true;
    }
}
