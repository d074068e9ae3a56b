using Marketplace.Conformance.Tests.Cases;

namespace Marketplace.Conformance.Tests.Venues;

/// <summary>A venue that plays a case: steps go in, what came of them is looked at in the end. One instrument, tick and lot 1, every price, no fees, cash and tokens enough.</summary>
public interface IVenueUnderTest : IAsyncDisposable
{
    /// <summary>Does one step.</summary>
    Task Do(Step step);

    /// <summary>What the steps so far came to.</summary>
    Task<ObservedBook> Observe();
}

/// <summary>What a case came to, by the ids of its steps.</summary>
public sealed class ObservedBook
{
    /// <summary>Taker, maker, price, quantity; in order.</summary>
    public List<(long Taker, long Maker, long Price, long Quantity)> Trades { get; } = [];

    /// <summary>Best first, in turn.</summary>
    public List<ObservedOrder> Bids { get; } = [];

    /// <summary>Best first, in turn.</summary>
    public List<ObservedOrder> Asks { get; } = [];

    /// <summary>Stop orders that wait, with what is open of each.</summary>
    public Dictionary<long, long> Stops { get; } = [];

    /// <summary>New orders refused, in order.</summary>
    public List<long> RefusedOrders { get; } = [];

    /// <summary>New orders refused because their id was another's already, in order.</summary>
    public List<long> RefusedDuplicates { get; } = [];

    /// <summary>Cancels, replaces and reductions refused, in order.</summary>
    public List<long> RefusedChanges { get; } = [];

    /// <summary>Stop orders that waited and then acted, in order.</summary>
    public List<long> Triggered { get; } = [];

    /// <summary>What self-trade prevention took off an order that was left with something; in order.</summary>
    public List<(long Id, long Quantity)> Decremented { get; } = [];

    /// <summary>Quantity of each new order, as the last replace left it: filled before and open behind it.</summary>
    public Dictionary<long, long> Quantities { get; } = [];
}

/// <summary>An order at its place in the book.</summary>
public readonly record struct ObservedOrder(long Price, long Id, long Visible, long Hidden);
