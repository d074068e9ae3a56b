using System.Runtime.InteropServices;
using Marketplace.Domain.Instruments;

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

/// <summary>One price's new total.</summary>
/// <param name="Side">Side.</param>
/// <param name="Price">USD per GWh.</param>
/// <param name="Quantity">kWh shown now; 0: gone.</param>
public readonly record struct LevelTotal(Side Side, long Price, long Quantity);

/// <summary>
/// One thing that happened in the book, whole: a command with its trades, a stop order that acted, an expiry, a change of state. Its parts are those behind the step
/// before, up to the ends it names.
/// </summary>
/// <param name="Sequence">The book's sequence after it.</param>
/// <param name="State">Whether the instrument trades, after it.</param>
/// <param name="Levels">Where its part of <see cref="PublicChanges.Levels"/> ends.</param>
/// <param name="Trades">Where its part of <see cref="PublicChanges.Trades"/> ends.</param>
/// <param name="Orders">Where its part of <see cref="PublicChanges.Orders"/> ends.</param>
public readonly record struct PublicStep(long Sequence, InstrumentState State, int Levels, int Trades, int Orders);

/// <summary>What one turn changed that everybody may see, step by step: the prices touched, the trades, a change of state. Not part of the state.</summary>
public sealed class PublicChanges
{
    // Made with the first change: most books have nobody who watches.
    private List<PublicStep>? _steps;
    private List<LevelTotal>? _levels;
    private List<TradePrint>? _trades;
    private List<OrderChange>? _orders;

    /// <summary>The book's sequence before the turn.</summary>
    public long SequenceBefore { get; private set; }

    /// <summary>What happened, in order: each moved the book's sequence.</summary>
    public ReadOnlySpan<PublicStep> Steps => CollectionsMarshal.AsSpan(_steps);

    /// <summary>Prices whose total may have changed, with the total after the step they are of; more than once, where more than one event of it touched them.</summary>
    public ReadOnlySpan<LevelTotal> Levels => CollectionsMarshal.AsSpan(_levels);

    /// <summary>Trades, in order.</summary>
    public ReadOnlySpan<TradePrint> Trades => CollectionsMarshal.AsSpan(_trades);

    /// <summary>Orders that came, went or changed, in order of happening.</summary>
    public ReadOnlySpan<OrderChange> Orders => CollectionsMarshal.AsSpan(_orders);

    internal void Touch(Side side, long price)
    {
        var levels = _levels ??= [];
        if (levels.Count == (_steps is [.., var last] ? last.Levels : 0) || (levels[^1].Side, levels[^1].Price) != (side, price))
        {
            levels.Add(new(side, price, 0));
        }
    }

    internal void Order(in OrderChange change) => (_orders ??= []).Add(change);

    internal void Print(TradePrint trade) => (_trades ??= []).Add(trade);

    /// <summary>What was going on is over: where it moved the book, it is a step, with the totals the book has now.</summary>
    internal void StepEnded(LimitOrderBook book)
    {
        var from = _steps is [.., var last] ? last : new(SequenceBefore, default, 0, 0, 0);
        if (book.Sequence == from.Sequence)
        {
            return;
        }

        foreach (ref var level in CollectionsMarshal.AsSpan(_levels)[from.Levels..])
        {
            level = level with { Quantity = book.QuantityAt(level.Side, level.Price) };
        }

        (_steps ??= []).Add(new(book.Sequence, book.State, Levels.Length, Trades.Length, Orders.Length));
    }

    internal void Clear(long sequence)
    {
        SequenceBefore = sequence;
        _steps?.Clear();
        _levels?.Clear();
        _trades?.Clear();
        _orders?.Clear();
    }
}
