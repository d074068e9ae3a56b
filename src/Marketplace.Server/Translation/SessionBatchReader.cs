using System.Text;
using Gwh.Marketplace.V1;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Orders;
using Marketplace.Grains.Catalog;
using Marketplace.Server.Services;

namespace Marketplace.Server.Translation;

/// <summary>A batch of a session's commands.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Requests">The commands, and room for more.</param>
/// <param name="Count">How many commands; none where there are more than a batch may have.</param>
/// <param name="Orders">How many of them are charged as orders; the others are as cancels.</param>
internal readonly record struct SessionCommands(long Number, OrderRequest[] Requests, int Count, int Orders);

/// <summary>Batches from the wire to the domain: from their bytes, without a message for each command, or from the generated messages where those bytes are not as usual.</summary>
internal sealed class SessionBatchReader(CatalogView catalog)
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

    /// <summary>The batch in the bytes of an <see cref="OpenSessionRequest"/>; null where that is something else, or is left to the generated messages.</summary>
    /// <param name="message">The bytes.</param>
    /// <param name="room">Where the commands go, if there is room enough.</param>
    public SessionCommands? Read(ReadOnlySpan<byte> message, OrderRequest[] room)
    {
        var fields = new WireFields(message);
        if (fields.Next() != OpenSessionRequest.BatchFieldNumber)
        {
            return null;
        }

        var batch = fields.Bytes();
        return fields.Next() == 0 && !fields.IsOdd ? ReadBatch(batch, room) : null;
    }

    /// <summary>The batch of a generated message.</summary>
    public SessionCommands Read(SessionBatch batch)
    {
        if (batch.Commands.Count > CatalogGrpc.MaxBatch)
        {
            return new(batch.BatchNumber, [], 0, 0);
        }

        var requests = new OrderRequest[batch.Commands.Count];
        var orders = 0;
        var validUntil = Wire.ToMicrosOrInvalid(batch.ValidUntil);
        for (var i = 0; i < requests.Length; i++)
        {
            var command = batch.Commands[i];
            requests[i] = command.CommandCase switch
            {
                SessionCommand.CommandOneofCase.Place => command.Place.ToDomain(catalog, batch.InstrumentId, validUntil),
                SessionCommand.CommandOneofCase.Cancel => command.Cancel.ToDomain(validUntil),
                SessionCommand.CommandOneofCase.Replace => command.Replace.ToDomain(validUntil),
                SessionCommand.CommandOneofCase.Reduce => command.Reduce.ToDomain(validUntil),
                _ => throw Reason.InvalidArgument.ToException("command"),
            };
            orders += IsOrder(requests[i].Kind) ? 1 : 0;
        }

        return new(batch.BatchNumber, requests, requests.Length, orders);
    }

    /// <summary>Whether a command is charged as an order.</summary>
    private static bool IsOrder(CommandKind kind) => kind is CommandKind.Place or CommandKind.Replace;

    private SessionCommands? ReadBatch(ReadOnlySpan<byte> batch, OrderRequest[] room)
    {
        // What holds for all commands stands behind them.
        var fields = new WireFields(batch);
        long number = 0;
        var count = 0;
        var instrument = ReadOnlySpan<byte>.Empty;
        long validUntil = 0;
        while (fields.Next() is var field and not 0)
        {
            switch (field)
            {
                case SessionBatch.BatchNumberFieldNumber:
                    number = fields.Number();
                    break;
                case SessionBatch.CommandsFieldNumber:
                    fields.Bytes();
                    count++;
                    break;
                case SessionBatch.InstrumentIdFieldNumber:
                    instrument = fields.AsciiBytes();
                    break;
                case SessionBatch.ValidUntilFieldNumber:
                    validUntil = fields.Micros(validUntil);
                    break;
                default:
                    fields.Odd();
                    break;
            }
        }

        if (fields.IsOdd)
        {
            return null;
        }

        if (count > CatalogGrpc.MaxBatch)
        {
            return new(number, [], 0, 0);
        }

        var requests = room.Length < count ? new OrderRequest[count] : room;
        var orders = 0;
        fields = new(batch);
        for (var at = 0; at < count;)
        {
            if (fields.Next() != SessionBatch.CommandsFieldNumber)
            {
                fields.Skip();
                continue;
            }

            if (!ReadCommand(fields.Bytes(), instrument, validUntil, ref requests[at]))
            {
                return null;
            }

            orders += IsOrder(requests[at].Kind) ? 1 : 0;
            at++;
        }

        return new(number, requests, count, orders);
    }

    private bool ReadCommand(ReadOnlySpan<byte> command, ReadOnlySpan<byte> instrument, long validUntil, ref OrderRequest request)
    {
        var fields = new WireFields(command);
        var kind = fields.Next();
        var body = new WireFields(fields.Bytes());
        if (fields.Next() != 0 || fields.IsOdd)
        {
            return false;
        }

        switch (kind)
        {
            case SessionCommand.PlaceFieldNumber:
                request = Place(ref body, instrument, validUntil);
                break;
            case SessionCommand.CancelFieldNumber:
                request = Change(ref body, s_cancel, validUntil);
                break;
            case SessionCommand.ReplaceFieldNumber:
                request = Change(ref body, s_replace, validUntil);
                break;
            case SessionCommand.ReduceFieldNumber:
                request = Change(ref body, s_reduce, validUntil);
                break;
            default:
                return false;
        }

        return !body.IsOdd;
    }

    private OrderRequest Place(ref WireFields fields, ReadOnlySpan<byte> instrument, long batchValidUntil)
    {
        var id = "";
        long side = 0, type = 0, force = 0, selfTrade = 0, price = 0, quantity = 0, display = 0, stop = 0, sequence = 0, expires = 0, validUntil = 0;
        var postOnly = false;
        while (fields.Next() is var field and not 0)
        {
            switch (field)
            {
                case PlaceOrderRequest.ClientOrderIdFieldNumber:
                    id = fields.Text();
                    break;
                case PlaceOrderRequest.InstrumentIdFieldNumber:
                    instrument = fields.AsciiBytes() is { IsEmpty: false } own ? own : instrument;
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
            Instrument = Find(ref fields, instrument),
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
