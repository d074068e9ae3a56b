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
    private readonly OrderCommandWire _commands = new(catalog);

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
            orders += OrderCommandWire.IsOrder(requests[i].Kind) ? 1 : 0;
        }

        return new(batch.BatchNumber, requests, requests.Length, orders);
    }

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

            orders += OrderCommandWire.IsOrder(requests[at].Kind) ? 1 : 0;
            at++;
        }

        return new(number, requests, count, orders);
    }

    private bool ReadCommand(ReadOnlySpan<byte> command, ReadOnlySpan<byte> instrument, long validUntil, ref OrderRequest request)
    {
        var fields = new WireFields(command);
        CommandKind? kind = fields.Next() switch
        {
            SessionCommand.PlaceFieldNumber => CommandKind.Place,
            SessionCommand.CancelFieldNumber => CommandKind.Cancel,
            SessionCommand.ReplaceFieldNumber => CommandKind.Replace,
            SessionCommand.ReduceFieldNumber => CommandKind.Reduce,
            _ => null,
        };
        var body = fields.Bytes();
        return fields.Next() == 0 && !fields.IsOdd && kind is { } known && _commands.TryRead(known, body, instrument, validUntil, ref request);
    }
}
