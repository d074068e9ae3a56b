using System.Text;
using Gwh.Marketplace.V1;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Refusals;
using Marketplace.Grains.Accounts;

namespace Marketplace.Server.Translation;

/// <summary>A call of one order on its way, whose answer becomes the bytes of its response, framed, when it is known. Its memory is used again for another call.</summary>
internal sealed class OrderCallSubmission : OrderSubmission
{
    /// <summary>The field of the order in the response of every such call, which has no other; a test holds them to it.</summary>
    public const int OrderField = PlaceOrderResponse.OrderFieldNumber;

    /// <summary>More than the fields of an order take, but for its texts, with the lengths before them and the frame.</summary>
    private const int MostOfOrder = 512;

    /// <summary>Enough for an order with ids as long as they may be.</summary>
    private const int FirstRoom = 2048;

    private readonly OrderRequest[] _one = new OrderRequest[1];
    private BackwardWriter _response = new(FirstRoom);
    private bool _isKnown;

    /// <summary>Why it was refused, once it is answered; none if it was not.</summary>
    public Refusal Refusal { get; private set; }

    /// <summary>The response with gRPC's framing, once it is answered and not refused.</summary>
    public ReadOnlySpan<byte> Frame => _response.All;

    /// <summary>What is submitted next.</summary>
    public void Ask(in OrderRequest request)
    {
        _one[0] = request;
        (_isKnown, Refusal) = (false, default);
        _response.Clear();
        Ask("", 0, _one, 1);
    }

    /// <inheritdoc/>
    protected override bool IsKnown(int index) => _isKnown;

    /// <inheritdoc/>
    protected override void Keep(int index, in OrderOutcome outcome)
    {
        (_isKnown, Refusal) = (true, outcome.Refusal);
        if (outcome.Refusal.Reason == Reason.None)
        {
            Check.That(outcome.Order is not null);
            Write(outcome.Order, outcome.Order.ClientOrderId);
        }
    }

    /// <inheritdoc/>
    protected override void Keep(int index, Reason refused, in OpenOrder order, string? clientOrderId)
    {
        (_isKnown, Refusal) = (true, refused);
        if (refused == Reason.None)
        {
            Write(order, clientOrderId ?? order.Id);
        }
    }

    private void Write<TOrder>(in TOrder order, string clientOrderId)
        where TOrder : IOrderState
    {
        var terms = order.Terms;
        _response.Reserve(MostOfOrder + Encoding.UTF8.GetMaxByteCount(clientOrderId.Length + order.Instrument.Length + order.Session.Length));
        _response.Text(Order.SessionIdFieldNumber, order.Session);
        _response.Varint(Order.DisplayKwhFieldNumber, terms.DisplayKwh);
        _response.Varint(Order.StopPriceUsdPerGwhFieldNumber, terms.StopPrice);
        _response.Time(Order.EventTimeFieldNumber, order.Time);
        _response.Varint(Order.BookSequenceFieldNumber, order.Sequence);
        _response.Varint(Order.OrderIdFieldNumber, order.BookOrder);
        _response.Varint(Order.HoldKwhFieldNumber, terms.Side == Domain.Orders.Side.Ask ? order.HoldAmount : 0);
        _response.Varint(Order.HoldMicrosFieldNumber, terms.Side == Domain.Orders.Side.Bid ? order.HoldAmount : 0);
        _response.Varint(Order.FeeMicrosFieldNumber, order.FeeMicros);
        _response.Varint(Order.FilledNotionalMicrosFieldNumber, order.FilledMicros);
        _response.Varint(Order.OpenKwhFieldNumber, order.Open);
        _response.Varint(Order.FilledKwhFieldNumber, order.Filled);
        _response.Varint(Order.ReasonFieldNumber, (int)order.Reason);
        _response.Varint(Order.StatusFieldNumber, (int)order.Status);
        _response.Varint(Order.TakerFeeBpsFieldNumber, terms.TakerBps);
        _response.Varint(Order.MakerFeeBpsFieldNumber, terms.MakerBps);
        if (terms.ExpiresAtMicros != 0)
        {
            _response.Time(Order.ExpireTimeFieldNumber, new(terms.ExpiresAtMicros));
        }

        _response.Varint(Order.QuantityKwhFieldNumber, terms.Quantity);
        _response.Varint(Order.PriceUsdPerGwhFieldNumber, terms.Price);
        _response.Varint(Order.SelfTradePreventionFieldNumber, (int)terms.SelfTrade);
        _response.Varint(Order.PostOnlyFieldNumber, terms.PostOnly ? 1 : 0);
        _response.Varint(Order.TimeInForceFieldNumber, (int)terms.TimeInForce);
        _response.Varint(Order.TypeFieldNumber, (int)terms.Type);
        _response.Varint(Order.SideFieldNumber, (int)terms.Side);
        _response.Text(Order.InstrumentIdFieldNumber, order.Instrument);
        _response.Text(Order.ClientOrderIdFieldNumber, clientOrderId);
        _response.Length(OrderField, _response.Written);
        GrpcFrame.Write(_response.Front(GrpcFrame.Bytes));
    }
}
