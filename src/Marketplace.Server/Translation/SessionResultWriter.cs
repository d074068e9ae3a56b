using System.Numerics;
using System.Text;
using Google.Protobuf;
using Gwh.Marketplace.V1;
using Marketplace.Domain.Accounts;
using Marketplace.Grains.Accounts;

namespace Marketplace.Server.Translation;

/// <summary>
/// The results of a batch as an <see cref="OpenSessionResponse"/> in bytes, with the five of gRPC's framing before it: the bytes the generated messages would make, without
/// the messages. Written from the last byte to the first, so that the length before each message is known when it is its turn. Used again from batch to batch.
/// </summary>
internal sealed class SessionResultWriter
{
    /// <summary>More than the fields of a result take, but for its text, with the lengths and the frame.</summary>
    private const int MostOfResult = 512;

    private byte[] _bytes = new byte[4096];
    private int _at;

    /// <summary>The framed message; it is there until the next is asked for.</summary>
    public ReadOnlyMemory<byte> Frame(long batch, ReadOnlySpan<OrderOutcome> outcomes)
    {
        _at = _bytes.Length;
        for (var at = outcomes.Length - 1; at >= 0; at--)
        {
            var end = _bytes.Length - _at;
            Reserve(MostOfResult + Encoding.UTF8.GetMaxByteCount(outcomes[at].Refusal.Field?.Length ?? 0));
            Result(outcomes[at]);
            Length(SessionBatchResult.ResultsFieldNumber, end);
        }

        Reserve(MostOfResult);
        Varint(SessionBatchResult.BatchNumberFieldNumber, batch);
        Length(OpenSessionResponse.BatchResultFieldNumber, 0);
        _at -= GrpcFrame.Bytes;
        GrpcFrame.Write(_bytes.AsSpan(_at));
        return _bytes.AsMemory(_at);
    }

    private void Result(in OrderOutcome outcome)
    {
        if (outcome.Order is { } order)
        {
            Order(order);
        }

        if (outcome.Refusal.Field is { Length: > 0 } field)
        {
            var end = _bytes.Length - _at;
            _at -= Encoding.UTF8.GetByteCount(field);
            Encoding.UTF8.GetBytes(field, _bytes.AsSpan(_at));
            Length(CommandResult.FieldFieldNumber, end);
        }

        Varint(CommandResult.ReasonFieldNumber, (int)outcome.Refusal.Reason);
    }

    private void Order(OrderView order)
    {
        var terms = order.Terms;
        Varint(CommandResult.DisplayKwhFieldNumber, terms.DisplayKwh);
        Varint(CommandResult.StopPriceUsdPerGwhFieldNumber, terms.StopPrice);
        Time(CommandResult.EventTimeFieldNumber, order.Time);
        if (terms.ExpiresAtMicros != 0)
        {
            Time(CommandResult.ExpireTimeFieldNumber, new(terms.ExpiresAtMicros));
        }

        Varint(CommandResult.TakerFeeBpsFieldNumber, terms.TakerBps);
        Varint(CommandResult.MakerFeeBpsFieldNumber, terms.MakerBps);
        Varint(CommandResult.SelfTradePreventionFieldNumber, (int)terms.SelfTrade);
        Varint(CommandResult.TimeInForceFieldNumber, (int)terms.TimeInForce);
        Varint(CommandResult.HoldMicrosFieldNumber, terms.Side == Domain.Orders.Side.Bid ? order.Hold : 0);
        Varint(CommandResult.FeeMicrosFieldNumber, order.FeeMicros);
        Varint(CommandResult.FilledNotionalMicrosFieldNumber, order.FilledMicros);
        Varint(CommandResult.FilledKwhFieldNumber, order.Filled);
        Varint(CommandResult.OpenKwhFieldNumber, order.Open);
        Varint(CommandResult.QuantityKwhFieldNumber, terms.Quantity);
        Varint(CommandResult.PriceUsdPerGwhFieldNumber, terms.Price);
        Varint(CommandResult.SideFieldNumber, (int)terms.Side);
        Varint(CommandResult.BookSequenceFieldNumber, order.Sequence);
        Varint(CommandResult.OrderIdFieldNumber, order.BookOrder);
        Varint(CommandResult.OrderReasonFieldNumber, (int)order.Reason);
        Varint(CommandResult.StatusFieldNumber, (int)order.Status);
    }

    private void Time(int field, VenueTime time)
    {
        var end = _bytes.Length - _at;
        Varint(Google.Protobuf.WellKnownTypes.Timestamp.NanosFieldNumber, time.Micros % VenueTime.MicrosPerSecond * 1000);
        Varint(Google.Protobuf.WellKnownTypes.Timestamp.SecondsFieldNumber, time.Micros / VenueTime.MicrosPerSecond);
        Length(field, end);
    }

    /// <summary>The tag and length of what was written since so many bytes were there.</summary>
    private void Length(int field, int before)
    {
        Raw((uint)(_bytes.Length - _at - before));
        Tag(field, WireFormat.WireType.LengthDelimited);
    }

    /// <summary>A number with its tag; nothing where it is 0.</summary>
    private void Varint(int field, long value)
    {
        if (value != 0)
        {
            Raw(unchecked((ulong)value));
            Tag(field, WireFormat.WireType.Varint);
        }
    }

    private void Tag(int field, WireFormat.WireType type) => Raw(WireFormat.MakeTag(field, type));

    private void Raw(ulong value)
    {
        if (value < 0x80)
        {
            _bytes[--_at] = (byte)value;
            return;
        }

        _at -= (BitOperations.Log2(value) / 7) + 1;
        var at = _at;
        for (; value >= 0x80; value >>= 7)
        {
            _bytes[at++] = (byte)(value | 0x80);
        }

        _bytes[at] = (byte)value;
    }

    private void Reserve(int room)
    {
        if (_at < room)
        {
            var written = _bytes.AsSpan(_at);
            var larger = new byte[(_bytes.Length + room) * 2];
            written.CopyTo(larger.AsSpan(larger.Length - written.Length));
            (_bytes, _at) = (larger, larger.Length - written.Length);
        }
    }
}
