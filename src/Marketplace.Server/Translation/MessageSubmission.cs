using Gwh.Marketplace.V1;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Refusals;
using Marketplace.Grains.Accounts;

namespace Marketplace.Server.Translation;

/// <summary>A submission whose answers become messages as they are known. It may be used again.</summary>
internal sealed class MessageSubmission : OrderSubmission
{
    private readonly OrderRequest[] _one = new OrderRequest[1];
    private (Refusal Refusal, Order? Order)[] _answers = new (Refusal, Order?)[1];

    /// <summary>What came of a request, once it is answered.</summary>
    public (Refusal Refusal, Order? Order) this[int index] => _answers[index];

    /// <summary>What is submitted next: one request.</summary>
    public void Ask(in OrderRequest request)
    {
        _one[0] = request;
        Ask(_one);
    }

    /// <summary>What is submitted next.</summary>
    public void Ask(OrderRequest[] requests)
    {
        if (_answers.Length < requests.Length)
        {
            _answers = new (Refusal, Order?)[requests.Length];
        }

        _answers.AsSpan(0, requests.Length).Clear();
        Ask("", 0, requests, requests.Length);
    }

    /// <inheritdoc/>
    protected override bool IsKnown(int index) => _answers[index].Refusal.Reason != Reason.None || _answers[index].Order is not null;

    /// <inheritdoc/>
    protected override void Keep(int index, in OrderOutcome outcome) => _answers[index] = (outcome.Refusal, outcome.Order?.ToWire());

    /// <inheritdoc/>
    protected override void Keep(int index, Reason refused, in OpenOrder order, string? clientOrderId) =>
        _answers[index] = refused == Reason.None ? (default, EntityWire.ToWire(order, clientOrderId ?? order.Id)) : (refused, null);
}
