using Marketplace.Domain.Orders;

namespace Marketplace.Domain.Settlement;

/// <summary>How far the settlement of a trade is.</summary>
public enum TradeState
{
    /// <summary>Not known.</summary>
    Unspecified = 0,
    /// <summary>Both legs are held; a cycle, or either party, will decide it.</summary>
    Matched = 1,
    /// <summary>It is certain; the postings are under way.</summary>
    Decided = 2,
    /// <summary>Both accounts have posted it. Final.</summary>
    Settled = 3,
}

/// <summary>A trade that is not settled yet, as the book keeps it.</summary>
internal struct UnsettledTrade(
    long sequence, long price, long quantity, int buyer, int seller, long buyerOrder, long sellerOrder, long buyerFee, long sellerFee, long timeMicros, Side takerSide)
{
    /// <summary>Stands for the number of a message that goes out at the end of the turn.</summary>
    public const long DecidedThisTurn = long.MaxValue;

    public long Sequence = sequence;
    public long Price = price;
    public long Quantity = quantity;
    public int Buyer = buyer;
    public int Seller = seller;
    public long BuyerOrder = buyerOrder;
    public long SellerOrder = sellerOrder;
    public long BuyerFeeMicros = buyerFee;
    public long SellerFeeMicros = sellerFee;
    public long TimeMicros = timeMicros;
    public Side TakerSide = takerSide;

    /// <summary>Number of the message to the buyer's account that posts it; 0 while it is not decided.</summary>
    public long BuyerMessage;

    /// <summary>Number of the message to the seller's account that posts it; 0 while it is not decided.</summary>
    public long SellerMessage;

    public readonly bool IsDecided => BuyerMessage != 0;

    public readonly long NotionalMicros => Units.Price.NotionalMicros(Price, Quantity);
}

/// <summary>One trade as its parties and auditors may see it.</summary>
/// <param name="Sequence">Its sequence in the book.</param>
/// <param name="Price">USD per GWh.</param>
/// <param name="Quantity">kWh.</param>
/// <param name="Buyer">The buyer's account stream.</param>
/// <param name="Seller">The seller's account stream.</param>
/// <param name="BuyerOrder">The buyer's account's number of its order.</param>
/// <param name="SellerOrder">The seller's account's number of its order.</param>
/// <param name="BuyerFeeMicros">The buyer's fee.</param>
/// <param name="SellerFeeMicros">The seller's fee.</param>
/// <param name="Time">When it matched.</param>
/// <param name="TakerSide">Side of the incoming order.</param>
/// <param name="State">How far its settlement is.</param>
[GenerateSerializer, Alias("gwh.trade"), Immutable]
public sealed record Trade(
    [property: Id(0)] long Sequence,
    [property: Id(1)] long Price,
    [property: Id(2)] long Quantity,
    [property: Id(3)] string Buyer,
    [property: Id(4)] string Seller,
    [property: Id(5)] long BuyerOrder,
    [property: Id(6)] long SellerOrder,
    [property: Id(7)] long BuyerFeeMicros,
    [property: Id(8)] long SellerFeeMicros,
    [property: Id(9)] Timestamp Time,
    [property: Id(10)] Side TakerSide,
    [property: Id(11)] TradeState State);
