using Gwh.Marketplace.V1;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Units;
using OrderStatus = Gwh.Marketplace.V1.OrderStatus;
using OrderType = Gwh.Marketplace.V1.OrderType;
using Side = Gwh.Marketplace.V1.Side;
using TimeInForce = Gwh.Marketplace.V1.TimeInForce;

namespace Marketplace.Server.Translation;

/// <summary>From what account and book would do with an order to what its owner is told.</summary>
internal static class OrderForecast
{
    public static PreviewOrderResponse Of(PlaceOrderRequest asked, in OrderCommand command, BookPreview book)
    {
        var response = new PreviewOrderResponse { BookSequence = book.Sequence, EntryHoldMicros = command.Side == Domain.Orders.Side.Bid ? OpenOrder.HoldOf(command) : 0 };
        if (book.Refused != Reason.None)
        {
            response.Reason = (RejectReason)book.Refused;
            response.Order = OrderOf(asked, command, book);
            return response;
        }

        Int128 weight = 0;
        foreach (var fill in book.Fills)
        {
            var before = Fee.Micros(weight);
            weight += Fee.Weight(command.TakerBps, Price.NotionalMicros(fill.Price, fill.Quantity));
            response.Fills.Add(new Gwh.Marketplace.V1.PreviewedFill { PriceUsdPerGwh = fill.Price, QuantityKwh = fill.Quantity, FeeMicros = Fee.Micros(weight) - before });
        }

        response.RestingKwh = book.Waits ? 0 : book.RestingKwh;
        response.DecrementedKwh = book.DecrementedKwh;
        response.Order = OrderOf(asked, command, book);
        response.Ready = new(asked)
        {
            TimeInForce = response.Order.TimeInForce,
            SelfTradePrevention = response.Order.SelfTradePrevention,
            PriceUsdPerGwh = command.Price,
            IfBookSequence = book.Sequence,
        };
        return response;
    }

    private static Order OrderOf(PlaceOrderRequest asked, in OrderCommand command, BookPreview book)
    {
        var weight = Fee.Weight(command.TakerBps, book.FilledMicros);
        var isBid = command.Side == Domain.Orders.Side.Bid;
        var taken = book.FilledKwh + book.RestingKwh + book.CancelledKwh;
        return new()
        {
            ClientOrderId = asked.ClientOrderId,
            InstrumentId = asked.InstrumentId,
            Side = (Side)command.Side,
            Type = (OrderType)command.Type,
            TimeInForce = (TimeInForce)command.TimeInForce,
            PostOnly = command.PostOnly,
            SelfTradePrevention = (SelfTradePrevention)command.SelfTrade,
            PriceUsdPerGwh = command.Price,
            StopPriceUsdPerGwh = command.StopPrice,
            DisplayKwh = command.DisplayKwh,
            QuantityKwh = book.Refused != Reason.None || taken == 0 ? command.Quantity : taken,
            ExpireTime = Wire.ToOptional(command.ExpiresAtMicros),
            MakerFeeBps = command.MakerBps,
            TakerFeeBps = command.TakerBps,
            Status = book.Refused != Reason.None ? OrderStatus.Rejected
                : book.Waits ? OrderStatus.Untriggered
                : book.RestingKwh > 0 ? OrderStatus.Open
                : book.CancelledKwh == 0 && book.FilledKwh > 0 ? OrderStatus.Filled
                : OrderStatus.Cancelled,
            Reason = (RejectReason)(book.Refused != Reason.None ? book.Refused : book.CancelReason),
            FilledKwh = book.FilledKwh,
            OpenKwh = book.RestingKwh,
            FilledNotionalMicros = book.FilledMicros,
            FeeMicros = Fee.Micros(weight),
            HoldMicros = isBid ? (long)Hold.BidMicros(command.Price, book.RestingKwh, command.MaxBps, weight) : 0,
            HoldKwh = isBid ? 0 : book.RestingKwh,
        };
    }
}
