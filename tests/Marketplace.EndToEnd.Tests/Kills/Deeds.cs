using System.Collections.Concurrent;
using Google.Protobuf;

namespace Marketplace.EndToEnd.Tests.Kills;

/// <summary>One write a client sent, and what it heard of it: an answer, a refusal, or nothing.</summary>
/// <param name="Client">The participant.</param>
/// <param name="Request">What was sent.</param>
/// <param name="Answer">What was answered; null where nothing was, or a refusal.</param>
/// <param name="Refusal">Why it was refused; unspecified where it was not, or nothing was heard.</param>
internal sealed record Deed(string Client, IMessage Request, IMessage? Answer, RejectReason Refusal)
{
    /// <summary>Whether the client does not know what became of it.</summary>
    public bool IsUnknown => Answer is null && Refusal is RejectReason.Unspecified or RejectReason.OutcomeUnknown;

    /// <summary>How its outcome is asked for.</summary>
    public GetOutcomeRequest Question() => Request switch
    {
        PlaceOrderRequest place => new() { ClientOrderId = place.ClientOrderId },
        CancelOrderRequest cancel => new() { RequestId = cancel.RequestId },
        MassCancelOrdersRequest cancel => new() { RequestId = cancel.RequestId },
        _ => throw new InvalidOperationException($"No outcome of {Request.Descriptor.Name} can be asked for."),
    };
}

/// <summary>A cut an auditor looked at while the market was at work.</summary>
/// <param name="Totals">Its totals.</param>
/// <param name="Hash">Its state hash.</param>
internal sealed record SeenCut(GetTotalsResponse Totals, GetStateHashResponse Hash);

/// <summary>All that clients and auditors have heard, in one life of the server.</summary>
internal sealed class Deeds
{
    private readonly TaskCompletionSource _enough = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _looked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int _wanted;
    private int _answered;

    public Deeds(int wanted) => _wanted = wanted;

    public ConcurrentQueue<Deed> All { get; } = new();

    public ConcurrentQueue<SeenCut> Cuts { get; } = new();

    /// <summary>Completes when so many answers were heard as were wanted.</summary>
    public Task Enough => _enough.Task;

    /// <summary>Completes with the first cut.</summary>
    public Task Looked => _looked.Task;

    public void Add(Deed deed)
    {
        All.Enqueue(deed);
        if (deed.Answer is not null && Interlocked.Increment(ref _answered) == _wanted)
        {
            _enough.TrySetResult();
        }
    }

    public void Look(SeenCut cut)
    {
        Cuts.Enqueue(cut);
        _looked.TrySetResult();
    }
}
