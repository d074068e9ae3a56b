using Gwh.Marketplace.V1;

namespace Marketplace.Client.Books;

/// <summary>
/// A book as its stream makes it, order by order in turn. It changes as the stream is read: look at it between two updates. Not safe for several threads.
/// The rules of the queues: gone takes an order out; behind puts it behind all others of its price; anything else changes what it shows, and it keeps its turn.
/// </summary>
public sealed class BookOrdersReplica
{
    private const int ChecksumLevels = 10;

    private readonly Dictionary<long, (Side Side, LinkedListNode<RestingOrder> Node)> _orders = [];
    private readonly SortedList<long, OrderQueue> _bids = [];
    private readonly SortedList<long, OrderQueue> _asks = [];

    internal BookOrdersReplica(string instrumentId) => InstrumentId = instrumentId;

    /// <summary>The instrument.</summary>
    public string InstrumentId { get; }

    /// <summary>Epoch of the sequence.</summary>
    public long Epoch { get; private set; }

    /// <summary>The book's sequence.</summary>
    public long Sequence { get; private set; }

    /// <summary>Whether it trades.</summary>
    public InstrumentState Phase { get; private set; }

    /// <summary>Price of the last trade, USD per GWh; 0 before the first that was seen.</summary>
    public long LastTradePriceUsdPerGwh { get; private set; }

    /// <summary>Event time of the last change.</summary>
    public DateTime EventTime { get; private set; }

    /// <summary>Orders.</summary>
    public int Count => _orders.Count;

    /// <summary>Bids in turn: best price first, and of one price the first in time first.</summary>
    public IEnumerable<RestingOrder> Bids => Enumerable.Range(0, _bids.Count).SelectMany(at => _bids.GetValueAtIndex(_bids.Count - 1 - at).Orders);

    /// <summary>Asks in turn: best price first, and of one price the first in time first.</summary>
    public IEnumerable<RestingOrder> Asks => _asks.Values.SelectMany(queue => queue.Orders);

    /// <summary>Orders of the same price that stand before one; null where the order is not known.</summary>
    public int? OrdersAhead(long orderId)
    {
        if (!_orders.TryGetValue(orderId, out var known))
        {
            return null;
        }

        var ahead = 0;
        for (var node = known.Node.Previous; node is not null; node = node.Previous)
        {
            ahead++;
        }

        return ahead;
    }

    /// <summary>CRC-32C over (price, sum of what is shown), at most ten bids best first, then at most ten asks best first.</summary>
    public uint Checksum()
    {
        var crc = new Crc32C();
        for (var at = _bids.Count - 1; at >= Math.Max(0, _bids.Count - ChecksumLevels); at--)
        {
            crc.Add(_bids.GetKeyAtIndex(at));
            crc.Add(_bids.GetValueAtIndex(at).Kwh);
        }

        for (var at = 0; at < Math.Min(_asks.Count, ChecksumLevels); at++)
        {
            crc.Add(_asks.GetKeyAtIndex(at));
            crc.Add(_asks.GetValueAtIndex(at).Kwh);
        }

        return crc.Value;
    }

    /// <summary>Takes in a part of a snapshot; the first one clears.</summary>
    internal void Load(BookOrdersSnapshot part, bool first)
    {
        if (first)
        {
            _orders.Clear();
            _bids.Clear();
            _asks.Clear();
        }

        foreach (var order in part.Bids)
        {
            Append(Side.Bid, new(order.OrderId, order.PriceUsdPerGwh, order.QuantityKwh));
        }

        foreach (var order in part.Asks)
        {
            Append(Side.Ask, new(order.OrderId, order.PriceUsdPerGwh, order.QuantityKwh));
        }

        (Epoch, Sequence, Phase) = (part.Epoch, part.Sequence, part.Phase);
        LastTradePriceUsdPerGwh = part.LastTradePriceUsdPerGwh;
        EventTime = part.EventTime?.ToDateTime() ?? DateTime.UnixEpoch;
    }

    /// <summary>Moves on by a delta; false where it speaks of an order that does not stand where it says.</summary>
    internal bool Apply(BookOrdersDelta delta)
    {
        foreach (var change in delta.Changes)
        {
            var order = new RestingOrder(change.OrderId, change.PriceUsdPerGwh, change.QuantityKwh);
            if (change.QuantityKwh > 0 && !change.Behind)
            {
                if (!_orders.TryGetValue(change.OrderId, out var known) || known.Node.Value.PriceUsdPerGwh != change.PriceUsdPerGwh)
                {
                    return false;
                }

                QueueOf(known.Side, change.PriceUsdPerGwh).Kwh += change.QuantityKwh - known.Node.Value.QuantityKwh;
                known.Node.Value = order;
                continue;
            }

            Remove(change.OrderId);
            if (change.QuantityKwh > 0)
            {
                Append(change.Side, order);
            }
        }

        LastTradePriceUsdPerGwh = delta.Trades.Count > 0 ? delta.Trades[^1].PriceUsdPerGwh : LastTradePriceUsdPerGwh;
        (Sequence, Phase) = (delta.Sequence, delta.Phase);
        EventTime = delta.EventTime?.ToDateTime() ?? EventTime;
        return true;
    }

    private SortedList<long, OrderQueue> Of(Side side) => side == Side.Bid ? _bids : _asks;

    private OrderQueue QueueOf(Side side, long price) => Of(side)[price];

    private void Append(Side side, RestingOrder order)
    {
        if (!Of(side).TryGetValue(order.PriceUsdPerGwh, out var queue))
        {
            queue = new();
            Of(side).Add(order.PriceUsdPerGwh, queue);
        }

        queue.Kwh += order.QuantityKwh;
        _orders[order.OrderId] = (side, queue.Orders.AddLast(order));
    }

    private void Remove(long orderId)
    {
        if (!_orders.Remove(orderId, out var known))
        {
            return;
        }

        var order = known.Node.Value;
        var queue = QueueOf(known.Side, order.PriceUsdPerGwh);
        queue.Kwh -= order.QuantityKwh;
        queue.Orders.Remove(known.Node);
        if (queue.Orders.Count == 0)
        {
            Of(known.Side).Remove(order.PriceUsdPerGwh);
        }
    }

    private sealed class OrderQueue
    {
        public LinkedList<RestingOrder> Orders { get; } = new();

        public long Kwh { get; set; }
    }
}

/// <summary>One order that rests, as everybody may see it.</summary>
/// <param name="OrderId">The book's public number of it.</param>
/// <param name="PriceUsdPerGwh">USD per GWh.</param>
/// <param name="QuantityKwh">Shown, kWh.</param>
public readonly record struct RestingOrder(long OrderId, long PriceUsdPerGwh, long QuantityKwh);
