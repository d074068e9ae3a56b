using System.Collections.Concurrent;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Gwh.Marketplace.V1;

namespace Marketplace.Client.Calls;

/// <summary>The fields all writes have: their id and valid_until. Found once per message type, by name.</summary>
internal sealed class WriteFields
{
    private static readonly ConcurrentDictionary<MessageDescriptor, WriteFields> Known = new();

    private readonly IFieldAccessor? _id;
    private readonly IFieldAccessor? _validUntil;

    private WriteFields(MessageDescriptor type)
    {
        _validUntil = type.FindFieldByName("valid_until")?.Accessor;
        _id = _validUntil is null ? null : (type.FindFieldByName("request_id") ?? type.FindFieldByName("client_order_id"))?.Accessor;
    }

    /// <summary>Whether the message is a write: it then has both fields.</summary>
    public bool IsWrite => _id is not null;

    public static WriteFields Of(IMessage message) => Known.GetOrAdd(message.Descriptor, static type => new(type));

    /// <summary>Whether a call with this message is a write that still lacks something the client can fill in.</summary>
    public static bool IsIncomplete(IMessage message) =>
        message is PlaceOrdersRequest batch ? batch.Orders.Any(order => Of(order).Lacks(order)) : Of(message).Lacks(message);

    /// <summary>Gives the message an id where it has none, and valid_until where it has none and one is given.</summary>
    public static void Complete(IMessage message, Func<string> newId, Timestamp? validUntil)
    {
        if (message is PlaceOrdersRequest batch)
        {
            foreach (var order in batch.Orders)
            {
                Complete(order, newId, validUntil);
            }

            return;
        }

        var fields = Of(message);
        if (!fields.IsWrite)
        {
            return;
        }

        if (fields.IdOf(message).Length == 0)
        {
            fields._id!.SetValue(message, newId());
        }

        if (validUntil is not null && fields._validUntil!.GetValue(message) is null)
        {
            fields._validUntil.SetValue(message, validUntil.Clone());
        }
    }

    /// <summary>The id of a write; empty for a read.</summary>
    public string IdOf(IMessage message) => _id is null ? "" : (string)_id.GetValue(message);

    private bool Lacks(IMessage message) => IsWrite && (IdOf(message).Length == 0 || _validUntil!.GetValue(message) is null);
}
