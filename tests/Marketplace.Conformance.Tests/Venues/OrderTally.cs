namespace Marketplace.Conformance.Tests.Venues;

/// <summary>What is open and filled of each order, followed through what happened in a book in order; trades, triggers and decrements are noted as observed.</summary>
internal sealed class OrderTally(ObservedBook observed)
{
    private readonly Dictionary<long, long> _open = [];
    private readonly Dictionary<long, long> _filled = [];

    public long OpenOf(long id) => _open.GetValueOrDefault(id);

    public long FilledOf(long id) => _filled.GetValueOrDefault(id);

    /// <summary>The order has so much open: it was taken in, replaced or reduced.</summary>
    public void Stands(long id, long open) => _open[id] = open;

    /// <summary>What was open is gone.</summary>
    public void Ends(long id) => _open[id] = 0;

    public void Triggers(long id) => observed.Triggered.Add(id);

    public void Trades(long taker, long maker, long price, long quantity)
    {
        observed.Trades.Add((taker, maker, price, quantity));
        Fill(taker, quantity);
        Fill(maker, quantity);
    }

    public void Decrements(long taker, long maker, long quantity)
    {
        foreach (var id in new[] { taker, maker })
        {
            _open[id] -= quantity;
            if (_open[id] > 0)
            {
                observed.Decremented.Add((id, quantity));
            }
        }
    }

    private void Fill(long id, long quantity)
    {
        _open[id] -= quantity;
        _filled[id] = FilledOf(id) + quantity;
    }
}
