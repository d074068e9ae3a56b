namespace Marketplace.Domain.Orders;

/// <summary>One trade as the market sees it: no party is named.</summary>
/// <param name="Sequence">Its sequence in the book.</param>
/// <param name="Price">USD per GWh.</param>
/// <param name="Quantity">kWh.</param>
/// <param name="TakerSide">Side of the incoming order.</param>
/// <param name="TakerOrder">Public number of the incoming order.</param>
/// <param name="MakerOrder">Public number of the resting order.</param>
public readonly record struct TradePrint(long Sequence, long Price, long Quantity, Side TakerSide, long TakerOrder, long MakerOrder);

/// <summary>One order as the market sees it now.</summary>
/// <param name="Side">Side.</param>
/// <param name="Number">The book's public number of it.</param>
/// <param name="Price">USD per GWh.</param>
/// <param name="Quantity">kWh shown; 0: the order is gone.</param>
/// <param name="Behind">Whether it stands behind all others of its price now: it is new there, lost its turn, or shows its next tip.</param>
public readonly record struct OrderChange(Side Side, long Number, long Price, long Quantity, bool Behind);

/// <summary>What one turn changed that everybody may see: the prices touched, the trades, a change of state. Not part of the state.</summary>
public sealed class PublicChanges
{
    // Made with the first change: most books have nobody who watches.
    private HashSet<(Side Side, long Price)>? _touched;
    private List<TradePrint>? _trades;
    private List<OrderChange>? _orders;

    /// <summary>Prices whose total may have changed.</summary>
    public IReadOnlyCollection<(Side Side, long Price)> Touched => (IReadOnlyCollection<(Side Side, long Price)>?)_touched ?? [];

    /// <summary>Trades, in order.</summary>
    public IReadOnlyList<TradePrint> Trades => (IReadOnlyList<TradePrint>?)_trades ?? [];

    /// <summary>Orders that came, went or changed, in order of happening.</summary>
    public IReadOnlyList<OrderChange> Orders => (IReadOnlyList<OrderChange>?)_orders ?? [];

    /// <summary>The book's sequence before the turn.</summary>
    public long SequenceBefore { get; private set; }

    /// <summary>Whether the instrument opened, halted or closed.</summary>
    public bool PhaseChanged { get; private set; }

    internal void Touch(Side side, long price) => (_touched ??= []).Add((side, price));

    internal void Order(in OrderChange change) => (_orders ??= []).Add(change);

    internal void Print(TradePrint trade) => (_trades ??= []).Add(trade);

    internal void Phase() => PhaseChanged = true;

    internal void Clear(long sequence)
    {
        SequenceBefore = sequence;
        _touched?.Clear();
        _trades?.Clear();
        _orders?.Clear();
        PhaseChanged = false;
    }
}
