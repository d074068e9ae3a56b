using Marketplace.Domain.Instruments;
using Marketplace.Domain.Orders;

namespace Marketplace.Grains.Orders;

/// <summary>The checksum of a book's levels, best first: how it is made is the public contract's business.</summary>
public delegate uint BookChecksum(BookLadder bids, BookLadder asks);

/// <summary>One level's new total.</summary>
/// <param name="Side">Side.</param>
/// <param name="Price">USD per GWh.</param>
/// <param name="Quantity">kWh shown after the change; 0 is gone.</param>
/// <param name="Before">kWh shown before it; 0 was not there. Filled in by the feed.</param>
public readonly record struct LevelChange(Side Side, long Price, long Quantity, long Before = 0);

/// <summary>What one command, or whatever else happened, changed in a book, in public; or what a turn of more than <see cref="BookFeed.MostEach"/> of them did, as one.</summary>
/// <param name="PreviousSequence">The sequence before it.</param>
/// <param name="Sequence">The sequence after it.</param>
/// <param name="Time">Event time.</param>
/// <param name="State">Whether the instrument trades, after it.</param>
/// <param name="Levels">New totals.</param>
/// <param name="Trades">Trades, in order.</param>
/// <param name="Orders">Single orders that came, went or changed, in order of happening.</param>
public sealed record BookChange(
    long PreviousSequence, long Sequence, Timestamp Time, InstrumentState State, LevelChange[] Levels, TradePrint[] Trades, OrderChange[] Orders)
{
    /// <summary>Its number in the feed, from 1, contiguous. Set by the feed before any reader has it, as are the others below.</summary>
    public long Number { get; internal set; }

    /// <summary>Levels of the longer side, before or after it: a reader of at least so many is told of it whole.</summary>
    public int Depth { get; internal set; }

    /// <summary>What readers are told of it to whom nothing is cut off.</summary>
    public LevelsStep Whole { get; internal set; } = null!;

    /// <summary>The bytes its host made of it for readers of single orders; made once, shared by all of them.</summary>
    public byte[]? EncodedOrders { get; set; }

    /// <summary>How much it holds: what retention counts.</summary>
    internal int Entries => Levels.Length + Trades.Length + Orders.Length;
}

/// <summary>What readers of the same number of levels are told of one change.</summary>
/// <param name="Change">The change.</param>
/// <param name="Levels">New totals of what they see.</param>
/// <param name="Checksum">Checksum of what they see after it.</param>
public sealed record LevelsStep(BookChange Change, IReadOnlyList<LevelChange> Levels, uint Checksum)
{
    /// <summary>The bytes its host made of it; made once, shared by all of those readers.</summary>
    public byte[]? Encoded { get; set; }
}
