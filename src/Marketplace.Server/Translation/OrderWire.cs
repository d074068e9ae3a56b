using Gwh.Marketplace.V1;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Orders;
using Marketplace.Grains.Accounts;
using Marketplace.Grains.Catalog;
using OrderStatus = Gwh.Marketplace.V1.OrderStatus;
using Side = Gwh.Marketplace.V1.Side;
using TimeInForce = Gwh.Marketplace.V1.TimeInForce;

namespace Marketplace.Server.Translation;

/// <summary>Order entry between the wire and the domain.</summary>
internal static class OrderWire
{
    public static OrderRequest ToDomain(this PlaceOrderRequest place, CatalogView catalog, string batchInstrument = "", long batchValidUntil = 0) => new()
    {
        Kind = CommandKind.Place,
        ClientOrderId = place.ClientOrderId,
        RequestId = "",
        Instrument = catalog.Find(place.InstrumentId.Length > 0 ? place.InstrumentId : batchInstrument),
        Side = (Domain.Orders.Side)Narrow((int)place.Side),
        Type = (Domain.Orders.OrderType)Narrow((int)place.Type),
        TimeInForce = (Domain.Orders.TimeInForce)Narrow((int)place.TimeInForce),
        PostOnly = place.PostOnly,
        SelfTrade = (Domain.Instruments.SelfTradeMode)place.SelfTradePrevention,
        Price = place.PriceUsdPerGwh,
        Quantity = place.QuantityKwh,
        ExpiresAtMicros = Wire.ToMicrosOrInvalid(place.ExpireTime),
        ValidUntilMicros = place.ValidUntil is null ? batchValidUntil : Wire.ToMicrosOrInvalid(place.ValidUntil),
        DisplayKwh = place.DisplayKwh,
        StopPrice = place.StopPriceUsdPerGwh,
        IfSequence = place.IfBookSequence,
    };

    public static OrderRequest ToDomain(this CancelOrderRequest cancel, long batchValidUntil = 0) => new()
    {
        Kind = CommandKind.Cancel,
        ClientOrderId = cancel.ClientOrderId,
        RequestId = cancel.RequestId,
        ValidUntilMicros = cancel.ValidUntil is null ? batchValidUntil : Wire.ToMicrosOrInvalid(cancel.ValidUntil),
    };

    public static OrderRequest ToDomain(this ReplaceOrderRequest replace, long batchValidUntil = 0) => new()
    {
        Kind = CommandKind.Replace,
        ClientOrderId = replace.ClientOrderId,
        RequestId = replace.RequestId,
        Price = replace.PriceUsdPerGwh,
        Quantity = replace.QuantityKwh,
        StopPrice = replace.StopPriceUsdPerGwh,
        ValidUntilMicros = replace.ValidUntil is null ? batchValidUntil : Wire.ToMicrosOrInvalid(replace.ValidUntil),
    };

    public static OrderRequest ToDomain(this ReduceOrderRequest reduce, long batchValidUntil = 0) => new()
    {
        Kind = CommandKind.Reduce,
        ClientOrderId = reduce.ClientOrderId,
        RequestId = reduce.RequestId,
        Quantity = reduce.QuantityKwh,
        ValidUntilMicros = reduce.ValidUntil is null ? batchValidUntil : Wire.ToMicrosOrInvalid(reduce.ValidUntil),
    };

    public static PlaceOrderResult ToResult((Domain.Refusals.Refusal Refusal, Order? Order) answer) => answer.Refusal.Reason == Reason.None
        ? new() { Order = answer.Order }
        : new() { Refusal = new() { Reason = (RejectReason)answer.Refusal.Reason, Field = answer.Refusal.Field ?? "" } };

    public static ExecutionReport ToExecutionReport(this AccountReport report, VenueTime time)
    {
        var closed = report.Report.Kind == ReportKind.Closed;
        var filled = report.Report.Kind == ReportKind.Filled;
        return new()
        {
            ClientOrderId = report.ClientOrderId,
            InstrumentId = report.Instrument,
            Kind = report.Report.Kind switch
            {
                ReportKind.Filled => ExecutionKind.Fill,
                ReportKind.Triggered => ExecutionKind.Triggered,
                ReportKind.Decremented => ExecutionKind.Decremented,
                _ => report.Report.Reason == Reason.Expired ? ExecutionKind.Expired : ExecutionKind.Cancelled,
            },
            BookSequence = report.Report.Sequence,
            PriceUsdPerGwh = filled ? report.Report.Price : 0,
            QuantityKwh = report.Report.Quantity,
            FeeMicros = report.Report.FeeMicros,
            OpenKwh = report.Open,
            FilledKwh = report.Filled,
            Reason = closed ? (RejectReason)report.Report.Reason : RejectReason.Unspecified,
            EventTime = Wire.ToTimestamp(time),
        };
    }

    /// <summary>A wire enum's number in one byte; what does not fit becomes a number that no enum of the domain has, so that the account refuses it.</summary>
    public static byte Narrow(int number) => number is >= 0 and < byte.MaxValue ? (byte)number : byte.MaxValue;
}
