using Marketplace.Domain.Orders;

namespace Marketplace.Grains.Orders;

/// <summary>The single orders of a book, kept only while somebody watches them.</summary>
public sealed partial class BookFeed
{
    /// <summary>The most orders of a book that is watched order by order: a larger one is refused, and one that grows larger is not followed any more.</summary>
    public const int MostOrders = 50_000;

    private Task<bool>? _loadingOrders;
    private bool _ordersWanted;
    private TaskCompletionSource _followed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The single orders in turn, as of <see cref="Sequence"/>; null while nobody watches them, or when there are too many. Only within <see cref="At"/>.</summary>
    public OrderQueues? Orders { get; private set; }

    /// <summary>Loads the single orders, from the grain; false when there are more than <see cref="MostOrders"/>. The feed is open.</summary>
    public async Task<bool> OpenOrders()
    {
        Task<bool> loading;
        lock (_held)
        {
            if (Orders is not null)
            {
                return true;
            }

            loading = _loadingOrders is { IsCompleted: false } ? _loadingOrders : _loadingOrders = LoadOrders();
        }

        return await loading;
    }

    /// <summary>Nobody watches single orders any more. Only within <see cref="At"/>.</summary>
    public void CloseOrders() => (Orders, _ordersWanted) = (null, false);

    private void FollowOrders(BookChange change)
    {
        Orders?.Apply(change.Orders);
        if (Orders?.Count > MostOrders)
        {
            CloseOrders();
        }

        CameOn();
    }

    private void CameOn() => Interlocked.Exchange(ref _followed, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();

    private async Task<bool> LoadOrders()
    {
        await Task.Yield();
        while (await _book!.Watch(orders: true) is { BidOrders: not null, AskOrders: not null } view)
        {
            for (var followed = _followed.Task; ; followed = _followed.Task)
            {
                var adopted = Atomically(() => AdoptOrders(view));
                if (adopted is true)
                {
                    return true;
                }

                if (adopted is false)
                {
                    break;
                }

                // The grain told of changes that are durable, and the feed is about to let them out.
                await followed;
            }
        }

        return false;
    }

    /// <summary>Takes the orders as the grain told them, and the changes since; null while the feed is not there yet, false when it has gone on too far.</summary>
    private bool? AdoptOrders(BookView view)
    {
        if (!_live || Sequence < view.Sequence)
        {
            return null;
        }

        if (NumberOf(view.Sequence) is not { } number || After(number) is not { } since)
        {
            return false;
        }

        var orders = new OrderQueues(view);
        foreach (var change in since)
        {
            orders.Apply(change.Orders);
        }

        (Orders, _ordersWanted) = (orders, true);
        return true;
    }
}
