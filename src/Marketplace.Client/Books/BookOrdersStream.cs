using Gwh.Marketplace.V1;
using Marketplace.Client.Streams;

namespace Marketplace.Client.Books;

/// <summary>
/// Books as they change order by order, for as long as one reads. Resumes where it was after a lost connection, starts over where the chain or a checksum breaks, and
/// says so in the update that follows. Each enumeration is a stream of its own, for one thread.
/// </summary>
public sealed class BookOrdersStream : IAsyncEnumerable<BookOrdersUpdate>
{
    private readonly StreamConnector<StreamBookOrdersRequest, StreamBookOrdersResponse> _connect;
    private readonly OrderBookSubscription _subscription;
    private readonly MarketplaceClientOptions _options;

    internal BookOrdersStream(
        StreamConnector<StreamBookOrdersRequest, StreamBookOrdersResponse> connect, OrderBookSubscription subscription, MarketplaceClientOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfZero(subscription.InstrumentIds.Count, nameof(subscription));
        (_connect, _subscription, _options) = (connect, subscription, options);
    }

    /// <summary>Starts to read. Ends by cancellation, or with a <see cref="Errors.MarketplaceException"/>.</summary>
    public IAsyncEnumerator<BookOrdersUpdate> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        HealingReader.Read(new BookOrdersFollower(_subscription), _connect, _options, cancellationToken).GetAsyncEnumerator(cancellationToken);
}
