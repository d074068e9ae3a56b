using Marketplace.Domain.Instruments;
using Marketplace.Domain.Orders;

namespace Marketplace.Domain.Accounts;

/// <summary>From what was asked of a new order to its effective terms: defaults applied, nonsense refused. Nothing is changed silently: the terms are echoed.</summary>
public static class OrderEntry
{
    /// <summary>The effective terms of a placing, numbered; or why it is refused.</summary>
    public static Refusal Effective(in OrderRequest request, long number, Timestamp now, out OrderCommand command)
    {
        command = default;
        var instrument = request.Instrument!;
        var refusal = WhyNotTerms(request, instrument, now);
        if (refusal.Reason != RejectReason.None)
        {
            return refusal;
        }

        var price = request.Price != 0 ? request.Price : request.Side == Side.Bid ? instrument.CollarHigh : instrument.CollarLow;
        refusal = WhyNotPrice(price, instrument, "price_usd_per_gwh");
        if (refusal.Reason != RejectReason.None)
        {
            return refusal;
        }

        if (request.StopPrice != 0)
        {
            refusal = WhyNotPrice(request.StopPrice, instrument, "stop_price_usd_per_gwh");
            if (refusal.Reason != RejectReason.None)
            {
                return refusal;
            }
        }

        var force = request.TimeInForce != TimeInForce.Unspecified ? request.TimeInForce
            : request.Type == OrderType.Market ? TimeInForce.ImmediateOrCancel
            : TimeInForce.GoodTillCancelled;
        var selfTrade = request.SelfTrade == SelfTradeMode.Unspecified ? instrument.DefaultSelfTrade : request.SelfTrade;
        command = new OrderCommand(
            CommandKind.Place, number, request.Side, request.Type, force, request.PostOnly, selfTrade, price, request.Quantity, request.ExpiresAtMicros,
            instrument.MakerBps, instrument.TakerBps, DisplayKwh: request.DisplayKwh, StopPrice: request.StopPrice, IfSequence: request.IfSequence);
        return default;
    }

    private static Refusal WhyNotTerms(in OrderRequest request, Instrument instrument, Timestamp now)
    {
        if (request.Side is not (Side.Bid or Side.Ask))
        {
            return new(RejectReason.InvalidArgument, "side");
        }

        if (request.Type is not (OrderType.Limit or OrderType.Market or OrderType.Stop or OrderType.StopLimit))
        {
            return new(RejectReason.InvalidArgument, "type");
        }

        if (!Enum.IsDefined(request.TimeInForce))
        {
            return new(RejectReason.InvalidArgument, "time_in_force");
        }

        if (!Enum.IsDefined(request.SelfTrade))
        {
            return new(RejectReason.InvalidArgument, "self_trade_prevention");
        }

        if (request.IfSequence < 0)
        {
            return new(RejectReason.InvalidArgument, "if_book_sequence");
        }

        var quantity = WhyNotQuantity(request, instrument);
        if (quantity.Reason != RejectReason.None)
        {
            return quantity;
        }

        if (request.SelfTrade == SelfTradeMode.None && !instrument.AllowSelfTrade)
        {
            return new(RejectReason.SelfTradeModeNotAllowed, "self_trade_prevention");
        }

        var together = OrderTermsTable.WhyNotTogether(OrderTermsTable.Of(request));
        if (together.Reason != RejectReason.None)
        {
            return together;
        }

        if (request.ExpiresAtMicros != 0 && (request.ExpiresAtMicros <= now.Micros || request.ExpiresAtMicros > Timestamp.Max.Micros))
        {
            return new(RejectReason.TimeOutOfRange, "expire_time");
        }

        return now >= instrument.ClosesAt ? new(RejectReason.InstrumentClosed, "instrument_id") : default;
    }

    private static Refusal WhyNotQuantity(in OrderRequest request, Instrument instrument)
    {
        if (!Quantity.IsOrderQuantity(request.Quantity))
        {
            return new(RejectReason.QuantityOutOfRange, "quantity_kwh");
        }

        if (request.Quantity % instrument.LotKwh != 0)
        {
            return new(RejectReason.QuantityNotOnLot, "quantity_kwh");
        }

        if (request.DisplayKwh == 0)
        {
            return default;
        }

        return !Quantity.IsOrderQuantity(request.DisplayKwh) ? new(RejectReason.QuantityOutOfRange, "display_kwh")
            : request.DisplayKwh % instrument.LotKwh != 0 ? new(RejectReason.QuantityNotOnLot, "display_kwh")
            : default(Refusal);
    }

    private static Refusal WhyNotPrice(long price, Instrument instrument, string field)
    {
        var reason = !Price.IsInRange(price) ? RejectReason.PriceOutOfRange
            : price % instrument.TickUsdPerGwh != 0 ? RejectReason.PriceNotOnTick
            : price < instrument.CollarLow || price > instrument.CollarHigh ? RejectReason.PriceOutsideCollar
            : RejectReason.None;
        return reason == RejectReason.None ? default : new(reason, field);
    }
}
