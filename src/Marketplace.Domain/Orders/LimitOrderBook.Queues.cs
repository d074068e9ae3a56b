namespace Marketplace.Domain.Orders;

/// <summary>Slots of orders, levels and their queues.</summary>
public sealed partial class LimitOrderBook
{
    /// <summary>Puts the incoming order into a slot of the book, behind all others of a price.</summary>
    private void Store(int side, long price)
    {
        var slot = _freeOrder;
        if (slot >= 0)
        {
            _freeOrder = _orders[slot].Next;
        }
        else
        {
            slot = _ordersUsed++;
            _orders.Append(slot);
        }

        ref var order = ref _orders[slot];
        order = _taker;
        order.Rare = _takerTerms.IsAny ? _rare.Add(_takerTerms, slot, order.Number) : -1;
        _index.Add(slot, _orders);
        Append(side, price, slot, _takerTerms.Hidden);
    }

    /// <summary>Takes an order out of its queue and forgets it.</summary>
    private void Erase(int slot)
    {
        ref var order = ref _orders[slot];
        Unlink(ref order, HiddenOf(order));
        _index.Remove(order.Key, slot);
        if (order.Rare >= 0)
        {
            _rare.Remove(order.Rare);
        }

        order.Next = _freeOrder;
        _freeOrder = slot;
    }

    private void Append(int side, long price, int slot, long hidden)
    {
        ref var queueOf = ref _sides[side];
        var level = queueOf.Find(price);
        if (level < 0)
        {
            level = NewLevel(side, price);
            queueOf.Add(price, level, queueOf.Best < 0 ? 0 : _levels[queueOf.Best].Price);
        }

        Link(level, slot, hidden);
    }

    private void Link(int level, int slot, long hidden)
    {
        ref var queue = ref _levels[level];
        ref var order = ref _orders[slot];
        order.Level = level;
        order.Previous = queue.Last;
        order.Next = -1;
        if (queue.Last >= 0)
        {
            _orders[queue.Last].Next = slot;
        }
        else
        {
            queue.First = slot;
        }

        queue.Last = slot;
        queue.Count++;
        queue.Shown += order.Shown;
        queue.Hidden += hidden;
    }

    private void Unlink(ref RestingOrder order, long hidden)
    {
        ref var queue = ref _levels[order.Level];
        if (order.Previous >= 0)
        {
            _orders[order.Previous].Next = order.Next;
        }
        else
        {
            queue.First = order.Next;
        }

        if (order.Next >= 0)
        {
            _orders[order.Next].Previous = order.Previous;
        }
        else
        {
            queue.Last = order.Previous;
        }

        queue.Shown -= order.Shown;
        queue.Hidden -= hidden;
        if (--queue.Count == 0)
        {
            Check.That(queue.Shown == 0 && queue.Hidden == 0);
            if (order.Level != TriggeredLevel)
            {
                FreeLevel(order.Level);
            }
        }
    }

    private int NewLevel(int side, long price)
    {
        var level = _freeLevel;
        if (level >= 0)
        {
            _freeLevel = _levels[level].First;
        }
        else
        {
            if (_levelsUsed == _levels.Length)
            {
                Array.Resize(ref _levels, _levelsUsed * 2);
            }

            level = _levelsUsed++;
        }

        _levels[level] = new PriceLevel { Price = price, First = -1, Last = -1, Side = side };
        return level;
    }

    private void FreeLevel(int level)
    {
        ref var queue = ref _levels[level];
        _sides[queue.Side].Remove(queue.Price, level);
        queue.First = _freeLevel;
        _freeLevel = level;
    }

    /// <summary>Takes quantity off an order that stays in its place: off what is hidden first, so that its tip stays as it is for as long as it can.</summary>
    private void Shrink(ref RestingOrder order, long byKwh)
    {
        ref var queue = ref _levels[order.Level];
        if (order.Rare >= 0)
        {
            ref var terms = ref _rare[order.Rare];
            var hidden = Math.Min(terms.Hidden, byKwh);
            terms.Hidden -= hidden;
            queue.Hidden -= hidden;
            byKwh -= hidden;
        }

        order.Shown -= byKwh;
        queue.Shown -= byKwh;
        Check.That(order.Shown > 0);
    }

    /// <summary>Splits the incoming order's open quantity into a fresh tip and what is hidden.</summary>
    private void ShowTip(long openKwh)
    {
        _taker.Shown = _takerTerms.DisplayKwh == 0 ? openKwh : Math.Min(openKwh, _takerTerms.DisplayKwh);
        _takerTerms.Hidden = openKwh - _taker.Shown;
    }
}
