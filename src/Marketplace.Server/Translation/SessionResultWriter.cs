using System.Numerics;
using System.Text;
using Google.Protobuf;
using Gwh.Marketplace.V1;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Refusals;
using Marketplace.Grains.Accounts;

namespace Marketplace.Server.Translation;

/// <summary>
/// The results of a batch as an <see cref="OpenSessionResponse"/> in bytes, with the five of gRPC's framing before it: the bytes the generated messages would make, without
/// the messages. A result is written when it is known, in any order, from its last byte to its first, so that the length before each part is known when it is its turn.
/// Used again from batch to batch.
/// </summary>
internal sealed class SessionResultWriter
{
    /// <summary>More than the fields of a result take, but for its text, with the lengths.</summary>
    private const int MostOfResult = 512;

    /// <summary>More than what stands before the results takes.</summary>
    private const int MostOfFront = 64;

    private byte[] _bytes = new byte[4096];
    private int _at;
    private byte[] _frame = [];

    // Of each result, how many bytes there were when it was written, itself included, and how many of them are its own: 0 while it is not known.
    private (int Behind, int Length)[] _results = [];
    private int _count;

    /// <summary>Begins a batch of so many results.</summary>
    public void Begin(int count)
    {
        if (_results.Length < count)
        {
            _results = new (int, int)[count];
        }

        _results.AsSpan(0, count).Clear();
        (_count, _at) = (count, _bytes.Length);
    }

    /// <summary>Whether the result of a command is known.</summary>
    public bool Has(int index) => _results[index].Length > 0;

    /// <summary>The result of a command.</summary>
    public void Add(int index, in OrderOutcome outcome)
    {
        var end = Reserve(MostOfResult + Encoding.UTF8.GetMaxByteCount(outcome.Refusal.Field?.Length ?? 0));
        if (outcome.Order is { } order)
        {
            Order(order);
        }

        Refusal(outcome.Refusal);
        Added(index, end);
    }

    /// <summary>The result of a command that the book has answered, refusing it or not, by its order.</summary>
    public void Add(int index, Reason refused, in OpenOrder order)
    {
        var end = Reserve(MostOfResult);
        Order(order);
        Refusal(refused);
        Added(index, end);
    }

    /// <summary>The framed message, once all results are known; it is there until the next is asked for.</summary>
    public ReadOnlyMemory<byte> Frame(long batch)
    {
        var results = 0;
        foreach (var (_, own) in _results.AsSpan(0, _count))
        {
            Check.That(own > 0);
            results += own;
        }

        // What stands before the results is written behind their bytes, where there is room, with their length.
        var end = Reserve(MostOfFront);
        Varint(SessionBatchResult.BatchNumberFieldNumber, batch);
        Raw((uint)(_bytes.Length - _at - end + results));
        Tag(OpenSessionResponse.BatchResultFieldNumber, WireFormat.WireType.LengthDelimited);
        var front = _bytes.AsSpan(_at, _bytes.Length - _at - end);
        var length = GrpcFrame.Bytes + front.Length + results;
        if (_frame.Length < length)
        {
            _frame = new byte[length * 2];
        }

        var to = GrpcFrame.Bytes;
        front.CopyTo(_frame.AsSpan(to));
        to += front.Length;
        foreach (var (behind, own) in _results.AsSpan(0, _count))
        {
            _bytes.AsSpan(_bytes.Length - behind, own).CopyTo(_frame.AsSpan(to));
            to += own;
        }

        GrpcFrame.Write(_frame.AsSpan(0, length));
        return _frame.AsMemory(0, length);
    }

    private void Added(int index, int end)
    {
        Length(SessionBatchResult.ResultsFieldNumber, end);
        _results[index] = (_bytes.Length - _at, _bytes.Length - _at - end);
    }

    private void Refusal(Refusal refusal)
    {
        if (refusal.Field is { Length: > 0 } field)
        {
            var end = _bytes.Length - _at;
            _at -= Encoding.UTF8.GetByteCount(field);
            Encoding.UTF8.GetBytes(field, _bytes.AsSpan(_at));
            Length(CommandResult.FieldFieldNumber, end);
        }

        Varint(CommandResult.ReasonFieldNumber, (int)refusal.Reason);
    }

    private void Order<T>(in T order)
        where T : IOrderState
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
        Varint(CommandResult.HoldMicrosFieldNumber, terms.Side == Domain.Orders.Side.Bid ? order.HoldAmount : 0);
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

    /// <summary>Makes room; how many bytes there are.</summary>
    private int Reserve(int room)
    {
        var written = _bytes.Length - _at;
        if (_at < room)
        {
            var larger = new byte[(_bytes.Length + room) * 2];
            _bytes.AsSpan(_at).CopyTo(larger.AsSpan(larger.Length - written));
            (_bytes, _at) = (larger, larger.Length - written);
        }

        return written;
    }
}
