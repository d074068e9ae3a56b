using Gwh.Marketplace.V1;
using Marketplace.Domain.Orders;

namespace Marketplace.Server.MarketData;

/// <summary>Trades as the market sees them.</summary>
internal static class TradeWire
{
    /// <summary>A trade as the market sees it.</summary>
    public static PublicTrade Of(in TradePrint trade, VenueTime time) => new()
    {
        Sequence = trade.Sequence,
        PriceUsdPerGwh = trade.Price,
        QuantityKwh = trade.Quantity,
        TakerSide = (Gwh.Marketplace.V1.Side)trade.TakerSide,
        TakerOrderId = trade.TakerOrder,
        MakerOrderId = trade.MakerOrder,
        EventTime = Wire.ToTimestamp(time),
    };
}
