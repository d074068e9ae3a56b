using Gwh.Marketplace.V1;
using Marketplace.Client;
using Marketplace.Client.Errors;
using Marketplace.Client.Orders;

namespace Marketplace.Cli.Load;

/// <summary>The door a trader of a load run enters its commands by.</summary>
internal interface ILoadDoor : IAsyncDisposable
{
    /// <summary>How often the way to the venue had to be opened again.</summary>
    int Reopened { get; }

    /// <summary>Enters a batch; throws a <see cref="MarketplaceException"/> when its outcome stays unknown.</summary>
    Task<SessionBatchResult> Submit(SessionBatch batch, CancellationToken cancellation);
}

/// <summary>A session.</summary>
internal sealed class SessionDoor(OrderSession session) : ILoadDoor
{
    public int Reopened => session.Reopened;

    public Task<SessionBatchResult> Submit(SessionBatch batch, CancellationToken cancellation) => session.SubmitAsync(batch, cancellation);

    public ValueTask DisposeAsync() => session.DisposeAsync();
}

/// <summary>Unary calls: each command of a batch is one.</summary>
internal sealed class UnaryDoor(MarketplaceClient client) : ILoadDoor
{
    public int Reopened => 0;

    public async Task<SessionBatchResult> Submit(SessionBatch batch, CancellationToken cancellation)
    {
        var results = new SessionBatchResult();
        foreach (var command in batch.Commands)
        {
            try
            {
                results.Results.Add(ResultOf(await Call(batch, command, cancellation)));
            }
            catch (MarketplaceException refused) when (!refused.IsOutcomeUnknown)
            {
                results.Results.Add(new CommandResult { Reason = refused.Reason, Field = refused.Field });
            }
        }

        return results;
    }

    public ValueTask DisposeAsync() => default;

    private async Task<Order> Call(SessionBatch batch, SessionCommand command, CancellationToken cancellation)
    {
        if (command.Cancel is { } cancel)
        {
            return (await client.Trading.CancelOrderAsync(cancel, cancellationToken: cancellation)).Order;
        }

        var place = command.Place.Clone();
        place.InstrumentId = batch.InstrumentId;
        return (await client.Trading.PlaceOrderAsync(place, cancellationToken: cancellation)).Order;
    }

    private static CommandResult ResultOf(Order order) => new()
    {
        Status = order.Status,
        OrderReason = order.Reason,
        OrderId = order.OrderId,
        BookSequence = order.BookSequence,
        Side = order.Side,
        PriceUsdPerGwh = order.PriceUsdPerGwh,
        QuantityKwh = order.QuantityKwh,
        OpenKwh = order.OpenKwh,
        FilledKwh = order.FilledKwh,
        FilledNotionalMicros = order.FilledNotionalMicros,
        FeeMicros = order.FeeMicros,
        HoldMicros = order.HoldMicros,
        TimeInForce = order.TimeInForce,
        SelfTradePrevention = order.SelfTradePrevention,
        MakerFeeBps = order.MakerFeeBps,
        TakerFeeBps = order.TakerFeeBps,
        ExpireTime = order.ExpireTime,
        EventTime = order.EventTime,
    };
}
