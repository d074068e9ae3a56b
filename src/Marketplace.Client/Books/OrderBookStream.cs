using Gwh.Marketplace.V1;
using Marketplace.Client.Streams;

namespace Marketplace.Client.Books;

/// <summary>
/// Books as they change, for as long as one reads. Resumes where it was after a lost connection, starts over where the chain or a checksum breaks, and says so in
/// the update that follows. Each enumeration is a stream of its own, for one thread.
/// </summary>
public sealed class OrderBookStream : IAsyncEnumerable<OrderBookUpdate>
{
    private readonly StreamConnector<StreamOrderBookRequest, StreamOrderBookResponse> _connect;
    private readonly OrderBookSubscription _subscription;
    private readonly MarketplaceClientOptions _options;

    internal OrderBookStream(
        StreamConnector<StreamOrderBookRequest, StreamOrderBookResponse> connect, OrderBookSubscription subscription, MarketplaceClientOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfZero(subscription.InstrumentIds.Count, nameof(subscription));
        (_connect, _subscription, _options) = (connect, subscription, options);
    }

    /// <summary>Starts to read. Ends by cancellation, or with a <see cref="Errors.MarketplaceException"/>.</summary>
    public IAsyncEnumerator<OrderBookUpdate> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        HealingReader.Read(new OrderBookFollower(_subscription), _connect, _options, cancellationToken).GetAsyncEnumerator(cancellationToken);
}

/// <summary>What a stream of books is of.</summary>
internal sealed record OrderBookSubscription
{
    /// <summary>The instruments, none twice.</summary>
    public required IReadOnlyList<string> InstrumentIds { get; init; }

    /// <summary>Levels a side; 0 is all.</summary>
    public int Depth { get; init; }

    /// <summary>Whether several changes may come as one.</summary>
    public bool Conflate { get; init; }
}
