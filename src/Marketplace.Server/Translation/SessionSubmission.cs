using Marketplace.Domain.Accounts;
using Marketplace.Grains.Accounts;

namespace Marketplace.Server.Translation;

/// <summary>A batch of a session on its way, whose answers become the bytes of its result as they are known. Its memory is used again for another batch, of any session.</summary>
internal sealed class SessionSubmission : OrderSubmission
{
    private readonly SessionResultWriter _results = new();

    /// <summary>The batch's number.</summary>
    public long Number { get; private set; }

    /// <summary>Room for the commands of the next batch.</summary>
    public OrderRequest[] Room { get; private set; } = [];

    /// <summary>What is submitted next.</summary>
    public void Ask(string session, long holder, in SessionCommands batch)
    {
        (Number, Room) = (batch.Number, batch.Requests);
        _results.Begin(batch.Count);
        Ask(session, holder, batch.Requests, batch.Count);
    }

    /// <summary>The result, framed, once it is answered.</summary>
    public ReadOnlyMemory<byte> Frame() => _results.Frame(Number);

    /// <inheritdoc/>
    protected override bool IsKnown(int index) => _results.Has(index);

    /// <inheritdoc/>
    protected override void Keep(int index, in OrderOutcome outcome) => _results.Add(index, outcome);

    /// <inheritdoc/>
    protected override void Keep(int index, Reason refused, in OpenOrder order, string? clientOrderId) => _results.Add(index, refused, order);
}
