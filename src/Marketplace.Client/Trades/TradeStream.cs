using Gwh.Marketplace.V1;
using Marketplace.Client.Streams;

namespace Marketplace.Client.Trades;

/// <summary>
/// Trades of one instrument, for as long as one reads; none is skipped and none comes twice, whatever happens to the connection. Each enumeration is a stream of
/// its own, for one thread.
/// </summary>
public sealed class TradeStream : IAsyncEnumerable<TradeUpdate>
{
    private readonly StreamConnector<StreamTradesRequest, StreamTradesResponse> _connect;
    private readonly string _instrumentId;
    private readonly long _fromSequence;
    private readonly MarketplaceClientOptions _options;

    internal TradeStream(
        StreamConnector<StreamTradesRequest, StreamTradesResponse> connect, string instrumentId, long fromSequence, MarketplaceClientOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(fromSequence);
        (_connect, _instrumentId, _fromSequence, _options) = (connect, instrumentId, fromSequence, options);
    }

    /// <summary>Starts to read. Ends by cancellation, or with a <see cref="Errors.MarketplaceException"/>.</summary>
    public IAsyncEnumerator<TradeUpdate> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        HealingReader.Read(new TradeFollower(_instrumentId, _fromSequence), _connect, _options, cancellationToken).GetAsyncEnumerator(cancellationToken);
}

/// <summary>One trade, or the news that the stream healed itself.</summary>
/// <param name="Trade">The trade; null where the update only says how the stream healed.</param>
/// <param name="Healed">How the stream healed itself; null where it did not have to.</param>
public sealed record TradeUpdate(PublicTrade? Trade, Healed? Healed);
