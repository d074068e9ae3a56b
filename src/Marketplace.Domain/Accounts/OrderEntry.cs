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
        refusal = WhyNotPrice(price, instrument);
        if (refusal.Reason != RejectReason.None)
        {
            return refusal;
        }

        var force = request.TimeInForce != TimeInForce.Unspecified ? request.TimeInForce
            : request.Type == OrderType.Market ? TimeInForce.ImmediateOrCancel
            : TimeInForce.GoodTillCancelled;
        var selfTrade = request.SelfTrade == SelfTradeMode.Unspecified ? instrument.DefaultSelfTrade : request.SelfTrade;
        command = new OrderCommand(
            CommandKind.Place, number, request.Side, request.Type, force, request.PostOnly, selfTrade, price, request.Quantity, request.ExpiresAtMicros,
            instrument.MakerBps, instrument.TakerBps);
        return default;
    }

    private static Refusal WhyNotTerms(in OrderRequest request, Instrument instrument, Timestamp now)
    {
        if (request.Side is not (Side.Bid or Side.Ask))
        {
            return new(RejectReason.InvalidArgument, "side");
        }

        if (request.Type is not (OrderType.Limit or OrderType.Market))
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

        if (!Quantity.IsOrderQuantity(request.Quantity))
        {
            return new(RejectReason.QuantityOutOfRange, "quantity_kwh");
        }

        if (request.Quantity % instrument.LotKwh != 0)
        {
            return new(RejectReason.QuantityNotOnLot, "quantity_kwh");
        }

        if (request.SelfTrade == SelfTradeMode.None && !instrument.AllowSelfTrade)
        {
            return new(RejectReason.SelfTradeModeNotAllowed, "self_trade_prevention");
        }

        if (request.Type == OrderType.Limit && request.Price == 0)
        {
            return new(RejectReason.PriceOutOfRange, "price_usd_per_gwh");
        }

        var immediate = request.TimeInForce is TimeInForce.ImmediateOrCancel or TimeInForce.FillOrKill;
        if (request.PostOnly && (immediate || request.Type == OrderType.Market))
        {
            return new(RejectReason.IncompatibleTerms, "post_only");
        }

        if (request.Type == OrderType.Market && !immediate && request.TimeInForce != TimeInForce.Unspecified)
        {
            return new(RejectReason.IncompatibleTerms, "time_in_force");
        }

        if (request.TimeInForce == TimeInForce.GoodTillDate != (request.ExpiresAtMicros != 0))
        {
            return new(RejectReason.IncompatibleTerms, "expire_time");
        }

        if (request.ExpiresAtMicros != 0 && (request.ExpiresAtMicros <= now.Micros || request.ExpiresAtMicros > Timestamp.Max.Micros))
        {
            return new(RejectReason.TimeOutOfRange, "expire_time");
        }

        return now >= instrument.ClosesAt ? new(RejectReason.InstrumentClosed, "instrument_id") : default;
    }

    private static Refusal WhyNotPrice(long price, Instrument instrument)
    {
        var reason = !Price.IsInRange(price) ? RejectReason.PriceOutOfRange
            : price % instrument.TickUsdPerGwh != 0 ? RejectReason.PriceNotOnTick
            : price < instrument.CollarLow || price > instrument.CollarHigh ? RejectReason.PriceOutsideCollar
            : RejectReason.None;
        return reason == RejectReason.None ? default : new(reason, "price_usd_per_gwh");
    }
}
