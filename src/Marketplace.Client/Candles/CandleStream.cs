using Google.Protobuf.WellKnownTypes;
using Gwh.Marketplace.V1;
using Marketplace.Client.Streams;

namespace Marketplace.Client.Candles;

/// <summary>
/// Candles of one instrument as they grow, for as long as one reads: each is told again whenever it has changed, in place of the one of the same start time before.
/// After a lost connection it goes on with the candle it last told. Each enumeration is a stream of its own, for one thread.
/// </summary>
public sealed class CandleStream : IAsyncEnumerable<Candle>
{
    private readonly StreamConnector<StreamCandlesRequest, StreamCandlesResponse> _connect;
    private readonly StreamCandlesRequest _subscription;
    private readonly MarketplaceClientOptions _options;

    internal CandleStream(StreamConnector<StreamCandlesRequest, StreamCandlesResponse> connect, StreamCandlesRequest subscription, MarketplaceClientOptions options) =>
        (_connect, _subscription, _options) = (connect, subscription, options);

    /// <summary>Starts to read. Ends by cancellation, or with a <see cref="Errors.MarketplaceException"/>.</summary>
    public IAsyncEnumerator<Candle> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        HealingReader.Read(new CandleFollower(_subscription.Clone()), _connect, _options, cancellationToken).GetAsyncEnumerator(cancellationToken);
}

/// <summary>The rules of StreamCandles: each candle is whole, so going on is asking again from the last one.</summary>
internal sealed class CandleFollower(StreamCandlesRequest subscription) : IFollower<StreamCandlesRequest, StreamCandlesResponse, Candle>
{
    private Candle? _last;

    public StreamCandlesRequest Begin()
    {
        if (_last is not null)
        {
            subscription.FromTime = _last.StartTime;
        }

        return subscription;
    }

    public bool Take(StreamCandlesResponse message, List<Candle> updates)
    {
        foreach (var candle in message.Candles)
        {
            if (_last is not null && Before(candle.StartTime, _last.StartTime))
            {
                return false;
            }

            if (!candle.Equals(_last))
            {
                updates.Add(candle);
                _last = candle;
            }
        }

        return true;
    }

    private static bool Before(Timestamp a, Timestamp b) => a.CompareTo(b) < 0;
}
