using Gwh.Marketplace.V1;

namespace Marketplace.Cli.Demo.Audits;

/// <summary>An order as the events of its book make it.</summary>
internal sealed class ReplayedOrder(long id, string participant, Side side, long price, long quantity, DateTimeOffset? expires)
{
    public long Id => id;

    public string Participant => participant;

    public Side Side => side;

    public DateTimeOffset? Expires => expires;

    /// <summary>The quantity it was entered with, kWh.</summary>
    public long Entered { get; } = quantity;

    /// <summary>The limit it was entered with, USD per GWh.</summary>
    public long EnteredPrice { get; } = price;

    public long Price { get; set; } = price;

    public long OpenKwh { get; set; } = quantity;

    /// <summary>Its turn at its price; 0 while it does not rest.</summary>
    public long Turn { get; set; }

    /// <summary>Whether a trade at a price is no worse than its limit.</summary>
    public bool Takes(long tradePrice) => side == Side.Bid ? tradePrice <= Price : tradePrice >= Price;

    /// <summary>Its place in the queue of its side: better prices first, then earlier turns.</summary>
    public (long Rank, long Turn) Place => (side == Side.Bid ? -Price : Price, Turn);
}
