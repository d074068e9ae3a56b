using System.Text;
using Gwh.Marketplace.V1;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Orders;
using Marketplace.Grains.Catalog;

namespace Marketplace.Server.Translation;

/// <summary>Commands on orders from their bytes to the domain, without a message. What is not as usual is left to the generated messages (<see cref="WireFields"/>).</summary>
internal sealed class OrderCommandWire(CatalogView catalog)
{
    /// <summary>Longer ids of instruments, if there are any, are for the generated messages.</summary>
    private const int LongestInstrument = 128;

    private static readonly ChangeFields s_cancel = new(
        CommandKind.Cancel, CancelOrderRequest.RequestIdFieldNumber, CancelOrderRequest.ClientOrderIdFieldNumber, CancelOrderRequest.ValidUntilFieldNumber);

    private static readonly ChangeFields s_replace = new(
        CommandKind.Replace, ReplaceOrderRequest.RequestIdFieldNumber, ReplaceOrderRequest.ClientOrderIdFieldNumber, ReplaceOrderRequest.ValidUntilFieldNumber,
        ReplaceOrderRequest.QuantityKwhFieldNumber, ReplaceOrderRequest.PriceUsdPerGwhFieldNumber, ReplaceOrderRequest.StopPriceUsdPerGwhFieldNumber);

    private static readonly ChangeFields s_reduce = new(
        CommandKind.Reduce, ReduceOrderRequest.RequestIdFieldNumber, ReduceOrderRequest.ClientOrderIdFieldNumber, ReduceOrderRequest.ValidUntilFieldNumber,
        ReduceOrderRequest.QuantityKwhFieldNumber);

    /// <summary>Whether a command is charged as an order; the others are as cancels.</summary>
    public static bool IsOrder(CommandKind kind) => kind is CommandKind.Place or CommandKind.Replace;

    /// <summary>Reads one command; false where it is left to the generated messages.</summary>
    /// <param name="kind">Which of the messages it is.</param>
    /// <param name="message">The message's bytes.</param>
    /// <param name="instrument">The instrument of an order that names none.</param>
    /// <param name="validUntil">Up to when a command is valid that does not say, microseconds since 1970 UTC; 0 for no such time.</param>
    /// <param name="request">What is asked.</param>
    public bool TryRead(CommandKind kind, ReadOnlySpan<byte> message, ReadOnlySpan<byte> instrument, long validUntil, ref OrderRequest request)
    {
        var fields = new WireFields(message);
        request = kind switch
        {
            CommandKind.Place => Place(ref fields, instrument, validUntil),
            CommandKind.Cancel => Change(ref fields, s_cancel, validUntil),
            CommandKind.Replace => Change(ref fields, s_replace, validUntil),
            CommandKind.Reduce => Change(ref fields, s_reduce, validUntil),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No message asks for this."),
        };
        return !fields.IsOdd;
    }

    private OrderRequest Place(ref WireFields fields, ReadOnlySpan<byte> instrument, long batchValidUntil)
    {
        var id = "";
        long side = 0, type = 0, force = 0, selfTrade = 0, price = 0, quantity = 0, display = 0, stop = 0, sequence = 0, expires = 0, validUntil = 0;
        var postOnly = false;
        var own = ReadOnlySpan<byte>.Empty;
        while (fields.Next() is var field and not 0)
        {
            switch (field)
            {
                case PlaceOrderRequest.ClientOrderIdFieldNumber:
                    id = fields.Text();
                    break;
                case PlaceOrderRequest.InstrumentIdFieldNumber:
                    own = fields.AsciiBytes();
                    break;
                case PlaceOrderRequest.SideFieldNumber:
                    side = fields.Number();
                    break;
                case PlaceOrderRequest.TypeFieldNumber:
                    type = fields.Number();
                    break;
                case PlaceOrderRequest.QuantityKwhFieldNumber:
                    quantity = fields.Number();
                    break;
                case PlaceOrderRequest.PriceUsdPerGwhFieldNumber:
                    price = fields.Number();
                    break;
                case PlaceOrderRequest.TimeInForceFieldNumber:
                    force = fields.Number();
                    break;
                case PlaceOrderRequest.ExpireTimeFieldNumber:
                    expires = fields.Micros(expires);
                    break;
                case PlaceOrderRequest.PostOnlyFieldNumber:
                    postOnly = fields.Number() != 0;
                    break;
                case PlaceOrderRequest.SelfTradePreventionFieldNumber:
                    selfTrade = fields.Number();
                    break;
                case PlaceOrderRequest.ValidUntilFieldNumber:
                    validUntil = fields.Micros(validUntil);
                    break;
                case PlaceOrderRequest.StopPriceUsdPerGwhFieldNumber:
                    stop = fields.Number();
                    break;
                case PlaceOrderRequest.DisplayKwhFieldNumber:
                    display = fields.Number();
                    break;
                case PlaceOrderRequest.IfBookSequenceFieldNumber:
                    sequence = fields.Number();
                    break;
                default:
                    fields.Odd();
                    break;
            }
        }

        return new()
        {
            Kind = CommandKind.Place,
            ClientOrderId = id,
            RequestId = "",
            Instrument = Find(ref fields, own.IsEmpty ? instrument : own),
            Side = (Domain.Orders.Side)OrderWire.Narrow(unchecked((int)side)),
            Type = (Domain.Orders.OrderType)OrderWire.Narrow(unchecked((int)type)),
            TimeInForce = (Domain.Orders.TimeInForce)OrderWire.Narrow(unchecked((int)force)),
            PostOnly = postOnly,
            SelfTrade = (Domain.Instruments.SelfTradeMode)unchecked((int)selfTrade),
            Price = price,
            Quantity = quantity,
            ExpiresAtMicros = expires,
            ValidUntilMicros = validUntil == 0 ? batchValidUntil : validUntil,
            DisplayKwh = display,
            StopPrice = stop,
            IfSequence = sequence,
        };
    }

    private static OrderRequest Change(ref WireFields fields, ChangeFields numbers, long batchValidUntil)
    {
        string requestId = "", id = "";
        long price = 0, quantity = 0, stop = 0, validUntil = 0;
        while (fields.Next() is var field and not 0)
        {
            if (field == numbers.RequestId)
            {
                requestId = fields.Text();
            }
            else if (field == numbers.ClientOrderId)
            {
                id = fields.Text();
            }
            else if (field == numbers.ValidUntil)
            {
                validUntil = fields.Micros(validUntil);
            }
            else if (field == numbers.Quantity)
            {
                quantity = fields.Number();
            }
            else if (field == numbers.Price)
            {
                price = fields.Number();
            }
            else if (field == numbers.StopPrice)
            {
                stop = fields.Number();
            }
            else
            {
                fields.Odd();
            }
        }

        return new()
        {
            Kind = numbers.Kind,
            ClientOrderId = id,
            RequestId = requestId,
            Price = price,
            Quantity = quantity,
            StopPrice = stop,
            ValidUntilMicros = validUntil == 0 ? batchValidUntil : validUntil,
        };
    }

    private Domain.Instruments.Instrument? Find(ref WireFields fields, ReadOnlySpan<byte> id)
    {
        Span<char> text = stackalloc char[LongestInstrument];
        if (Encoding.ASCII.TryGetChars(id, text, out var length))
        {
            return catalog.Find(text[..length]);
        }

        fields.Odd();
        return null;
    }

    /// <summary>The numbers of the fields of a command about an order that is there; 0 for what it does not have.</summary>
    private sealed record ChangeFields(CommandKind Kind, int RequestId, int ClientOrderId, int ValidUntil, int Quantity = 0, int Price = 0, int StopPrice = 0);
}
