using System.Text;
using Gwh.Marketplace.V1;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Refusals;
using Marketplace.Grains.Accounts;

namespace Marketplace.Server.Translation;

/// <summary>
/// The results of a batch as an <see cref="OpenSessionResponse"/> in bytes, with the five of gRPC's framing before it: the bytes the generated messages would make, without
/// the messages. A result is written when it is known, in any order. Used again from batch to batch.
/// </summary>
internal sealed class SessionResultWriter
{
    /// <summary>More than the fields of a result take, but for its text, with the lengths.</summary>
    private const int MostOfResult = 512;

    /// <summary>More than what stands before the results takes.</summary>
    private const int MostOfFront = 64;

    private BackwardWriter _written = new(4096);
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
        _count = count;
        _written.Clear();
    }

    /// <summary>Whether the result of a command is known.</summary>
    public bool Has(int index) => _results[index].Length > 0;

    /// <summary>The result of a command.</summary>
    public void Add(int index, in OrderOutcome outcome)
    {
        var end = _written.Reserve(MostOfResult + Encoding.UTF8.GetMaxByteCount(outcome.Refusal.Field?.Length ?? 0));
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
        var end = _written.Reserve(MostOfResult);
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
        var end = _written.Reserve(MostOfFront);
        _written.Varint(SessionBatchResult.BatchNumberFieldNumber, batch);
        _written.Length(OpenSessionResponse.BatchResultFieldNumber, _written.Written - end + results);
        var front = _written.Slice(_written.Written, _written.Written - end);
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
            _written.Slice(behind, own).CopyTo(_frame.AsSpan(to));
            to += own;
        }

        GrpcFrame.Write(_frame.AsSpan(0, length));
        return _frame.AsMemory(0, length);
    }

    private void Added(int index, int end)
    {
        _written.Length(SessionBatchResult.ResultsFieldNumber, _written.Written - end);
        _results[index] = (_written.Written, _written.Written - end);
    }

    private void Refusal(Refusal refusal)
    {
        _written.Text(CommandResult.FieldFieldNumber, refusal.Field ?? "");
        _written.Varint(CommandResult.ReasonFieldNumber, (int)refusal.Reason);
    }

    private void Order<T>(in T order)
        where T : IOrderState
    {
        var terms = order.Terms;
        _written.Varint(CommandResult.DisplayKwhFieldNumber, terms.DisplayKwh);
        _written.Varint(CommandResult.StopPriceUsdPerGwhFieldNumber, terms.StopPrice);
        _written.Time(CommandResult.EventTimeFieldNumber, order.Time);
        if (terms.ExpiresAtMicros != 0)
        {
            _written.Time(CommandResult.ExpireTimeFieldNumber, new(terms.ExpiresAtMicros));
        }

        _written.Varint(CommandResult.TakerFeeBpsFieldNumber, terms.TakerBps);
        _written.Varint(CommandResult.MakerFeeBpsFieldNumber, terms.MakerBps);
        _written.Varint(CommandResult.SelfTradePreventionFieldNumber, (int)terms.SelfTrade);
        _written.Varint(CommandResult.TimeInForceFieldNumber, (int)terms.TimeInForce);
        _written.Varint(CommandResult.HoldMicrosFieldNumber, terms.Side == Domain.Orders.Side.Bid ? order.HoldAmount : 0);
        _written.Varint(CommandResult.FeeMicrosFieldNumber, order.FeeMicros);
        _written.Varint(CommandResult.FilledNotionalMicrosFieldNumber, order.FilledMicros);
        _written.Varint(CommandResult.FilledKwhFieldNumber, order.Filled);
        _written.Varint(CommandResult.OpenKwhFieldNumber, order.Open);
        _written.Varint(CommandResult.QuantityKwhFieldNumber, terms.Quantity);
        _written.Varint(CommandResult.PriceUsdPerGwhFieldNumber, terms.Price);
        _written.Varint(CommandResult.SideFieldNumber, (int)terms.Side);
        _written.Varint(CommandResult.BookSequenceFieldNumber, order.Sequence);
        _written.Varint(CommandResult.OrderIdFieldNumber, order.BookOrder);
        _written.Varint(CommandResult.OrderReasonFieldNumber, (int)order.Reason);
        _written.Varint(CommandResult.StatusFieldNumber, (int)order.Status);
    }
}
