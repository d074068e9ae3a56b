using Marketplace.Domain.Orders;

namespace Marketplace.Grains.Orders;

/// <summary>
/// The single orders of a book in turn, as the market sees them, and how changes move them: gone takes an order out, behind puts it behind all others of its price, and
/// anything else changes what it shows and keeps its turn. Not safe for several threads.
/// </summary>
public sealed class OrderQueues
{
    private readonly Dictionary<long, (Side Side, long Price, LinkedListNode<OrderLine> Node)> _orders = [];
    private readonly SortedDictionary<long, LinkedList<OrderLine>> _bids = new(Comparer<long>.Create(static (a, b) => b.CompareTo(a)));
    private readonly SortedDictionary<long, LinkedList<OrderLine>> _asks = [];

    /// <summary>The orders a grain told of.</summary>
    public OrderQueues(BookView view)
    {
        foreach (var order in view.BidOrders!)
        {
            Append(Side.Bid, order);
        }

        foreach (var order in view.AskOrders!)
        {
            Append(Side.Ask, order);
        }
    }

    /// <summary>Orders.</summary>
    public int Count => _orders.Count;

    /// <summary>The orders of a side in turn, best price first.</summary>
    public IEnumerable<OrderLine> Of(Side side) => (side == Side.Bid ? _bids : _asks).Values.SelectMany(static queue => queue);

    /// <summary>Moves on by changes.</summary>
    public void Apply(OrderChange[] changes)
    {
        foreach (var change in changes)
        {
            var line = new OrderLine(change.Number, change.Price, change.Quantity);
            if (change.Quantity > 0 && !change.Behind && _orders.TryGetValue(change.Number, out var known))
            {
                known.Node.Value = line;
                continue;
            }

            Remove(change.Number);
            if (change.Quantity > 0)
            {
                Append(change.Side, line);
            }
        }
    }

    private void Append(Side side, OrderLine order)
    {
        var levels = side == Side.Bid ? _bids : _asks;
        if (!levels.TryGetValue(order.Price, out var queue))
        {
            queue = new();
            levels.Add(order.Price, queue);
        }

        _orders[order.Number] = (side, order.Price, queue.AddLast(order));
    }

    private void Remove(long number)
    {
        if (!_orders.Remove(number, out var known))
        {
            return;
        }

        var queue = known.Node.List!;
        queue.Remove(known.Node);
        if (queue.Count == 0)
        {
            (known.Side == Side.Bid ? _bids : _asks).Remove(known.Price);
        }
    }
}
