using Gwh.Marketplace.V1;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Refusals;
using Marketplace.Grains.Accounts;

namespace Marketplace.Server.Translation;

/// <summary>A submission whose answers become messages as they are known.</summary>
internal sealed class MessageSubmission : OrderSubmission
{
    private readonly (Refusal Refusal, Order? Order)[] _answers;

    /// <summary>Submits requests.</summary>
    public MessageSubmission(params OrderRequest[] requests)
    {
        _answers = new (Refusal, Order?)[requests.Length];
        Ask("", 0, requests, requests.Length);
    }

    /// <summary>What came of a request, once it is answered.</summary>
    public (Refusal Refusal, Order? Order) this[int index] => _answers[index];

    /// <inheritdoc/>
    protected override bool IsKnown(int index) => _answers[index].Refusal.Reason != Reason.None || _answers[index].Order is not null;

    /// <inheritdoc/>
    protected override void Keep(int index, in OrderOutcome outcome) => _answers[index] = (outcome.Refusal, outcome.Order?.ToWire());

    /// <inheritdoc/>
    protected override void Keep(int index, Reason refused, in OpenOrder order, string? clientOrderId) =>
        _answers[index] = refused == Reason.None ? (default, EntityWire.ToWire(order, clientOrderId ?? order.Id)) : (refused, null);
}
