namespace Marketplace.Domain.Orders;

/// <summary>The book as it is read: levels, orders, waiting stops.</summary>
public sealed partial class LimitOrderBook
{
    /// <summary>Commands about an account's order will come: the memory it is found by is asked for. Changes nothing.</summary>
    public void Expect(int party, long accountOrder) => _index.Prefetch(RestingOrder.KeyOf(party, accountOrder));

    /// <summary>The levels of a side, best first, at most so many: price, total shown kWh, number of orders.</summary>
    public IEnumerable<(long Price, long Quantity, int Orders)> Levels(Side side, int most)
    {
        var book = side == Side.Ask ? AskSide : BidSide;
        for (var level = _sides[book].Best; level >= 0 && most > 0; level = _sides[book].NextBehind(_levels[level].Price), most--)
        {
            yield return (_levels[level].Price, _levels[level].Shown, _levels[level].Count);
        }
    }

    /// <summary>The resting orders of a side in turn, best first: private key, public number, price, kWh shown and hidden.</summary>
    public IEnumerable<(long Key, long Number, long Price, long Shown, long Hidden)> Orders(Side side)
    {
        var book = side == Side.Ask ? AskSide : BidSide;
        for (var level = _sides[book].Best; level >= 0; level = _sides[book].NextBehind(_levels[level].Price))
        {
            for (var slot = _levels[level].First; slot >= 0; slot = _orders[slot].Next)
            {
                yield return (_orders[slot].Key, _orders[slot].Number, _orders[slot].Price, _orders[slot].Shown, HiddenOf(_orders[slot]));
            }
        }
    }

    /// <summary>The waiting stop orders of a side, nearest first and in turn, behind those whose price was reached: private key, public number, stop price, limit, kWh open.</summary>
    public IEnumerable<(long Key, long Number, long StopPrice, long Price, long Open)> Stops(Side side)
    {
        for (var slot = _levels[TriggeredLevel].First; slot >= 0; slot = _orders[slot].Next)
        {
            if (_orders[slot].Traits.Side == side)
            {
                yield return Stop(slot);
            }
        }

        var book = side == Side.Ask ? AskStopSide : BidStopSide;
        for (var level = _sides[book].Best; level >= 0; level = _sides[book].NextBehind(_levels[level].Price))
        {
            for (var slot = _levels[level].First; slot >= 0; slot = _orders[slot].Next)
            {
                yield return Stop(slot);
            }
        }
    }

    /// <summary>The total shown at a price of a side, kWh; 0 where there is none.</summary>
    public long QuantityAt(Side side, long price)
    {
        var level = _sides[side == Side.Ask ? AskSide : BidSide].Find(price);
        return level < 0 ? 0 : _levels[level].Shown;
    }

    /// <summary>Whether the best bid is not below the best ask. It never is after a command.</summary>
    public bool IsCrossed =>
        _sides[BidSide].Best >= 0 && _sides[AskSide].Best >= 0 && _levels[_sides[BidSide].Best].Price >= _levels[_sides[AskSide].Best].Price;

    private (long Key, long Number, long StopPrice, long Price, long Open) Stop(int slot) =>
        (_orders[slot].Key, _orders[slot].Number, _rare[_orders[slot].Rare].StopPrice, _orders[slot].Price, OpenOf(_orders[slot]));
}
