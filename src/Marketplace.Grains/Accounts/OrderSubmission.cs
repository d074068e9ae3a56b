using Marketplace.Domain.Accounts;
using Marketplace.Domain.Messages;
using Marketplace.Domain.Refusals;
using Orleans.Runtime;

namespace Marketplace.Grains.Accounts;

/// <summary>
/// Requests that came together and are answered together, each on its own: not atomic. Posted to the mailbox of their account. What becomes of the answers is for the kind of
/// submission to say. It may be used for the next requests once it is answered and nothing failed.
/// </summary>
public abstract class OrderSubmission : IDurabilityWaiter
{
    private const int MostTries = 100;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(50);

    private OrderRequest[] _requests = [];
    private RequestKey[] _keys = [];
    private TaskCompletionSource _answered = new();

    /// <summary>Completes when every answer is known and durable.</summary>
    public Task Answered => _answered.Task;

    /// <summary>How many requests there are.</summary>
    public int Count { get; private set; }

    internal string Session { get; private set; } = "";

    internal long Holder { get; private set; }

    internal ReadOnlySpan<OrderRequest> Requests => _requests.AsSpan(0, Count);

    /// <summary>The requests' keys, made by who submits them: their texts are in its cache, and not in that of the turn that takes them in.</summary>
    internal ReadOnlySpan<RequestKey> Keys => _keys.AsSpan(0, Count);

    /// <summary>Requests not answered yet.</summary>
    internal int Missing { get; set; }

    /// <summary>Requests answered before whose answer only the log has; null where there are none.</summary>
    internal List<(int Index, RememberedRequest Remembered)>? OnlyInLog { get; private set; }

    /// <summary>Submits by a call of the account, for which a mailbox in this process is not needed; <see cref="Answered"/> says nothing of that.</summary>
    public async Task AnsweredBy(IAccountGrain account)
    {
        ArgumentNullException.ThrowIfNull(account);
        var outcomes = await account.Submit(Session, Holder, [.. Requests]);
        for (var at = 0; at < outcomes.Length; at++)
        {
            Take(at, outcomes[at]);
        }
    }

    /// <inheritdoc/>
    void IDurabilityWaiter.Durable() => _answered.TrySetResult();

    /// <inheritdoc/>
    void IDurabilityWaiter.Failed(JournalFailedException cause) => _answered.TrySetException(cause);

    /// <summary>What is submitted next.</summary>
    /// <param name="session">The session the requests came through; empty for none.</param>
    /// <param name="holder">The number of that session's connection; 0 where none is watched over.</param>
    /// <param name="requests">What is asked. Not changed by anybody until it is answered.</param>
    /// <param name="count">How many of them.</param>
    protected void Ask(string session, long holder, OrderRequest[] requests, int count)
    {
        ArgumentNullException.ThrowIfNull(requests);
        (Session, Holder, _requests, Count) = (session, holder, requests, count);
        Check.That(Missing == 0);
        OnlyInLog = null;

        // Whoever waits goes on in the thread that tells all who wait for one row.
        _answered = new();
        if (_keys.Length < count)
        {
            _keys = new RequestKey[count];
        }

        for (var at = 0; at < count; at++)
        {
            _keys[at] = requests[at].Key;
        }
    }

    /// <summary>Whether an answer is known.</summary>
    protected abstract bool IsKnown(int index);

    /// <summary>Keeps an answer, by what came of the request. One at a time is given, each once.</summary>
    protected abstract void Keep(int index, in OrderOutcome outcome);

    /// <summary>Keeps an answer of the book, by the order as it is after the turn; the order itself is not to be kept.</summary>
    /// <param name="index">Which request's.</param>
    /// <param name="refused">Why the book refused it; none if it did not.</param>
    /// <param name="order">The order.</param>
    /// <param name="clientOrderId">Its id, where it is at hand; null otherwise.</param>
    protected abstract void Keep(int index, RejectReason refused, in OpenOrder order, string? clientOrderId);

    /// <summary>An answer. One given twice could be another request's by then.</summary>
    internal void Take(int index, in OrderOutcome outcome)
    {
        Check.That(!IsKnown(index));
        Keep(index, outcome);
    }

    /// <summary>An answer of the book.</summary>
    internal void Take(int index, RejectReason refused, in OpenOrder order, string? clientOrderId)
    {
        Check.That(!IsKnown(index));
        Keep(index, refused, order, clientOrderId);
    }

    /// <summary>They cannot be answered: what was decided of them is for their ids to tell.</summary>
    internal void Fail(Exception why) => _answered.TrySetException(why);

    /// <summary>The answer to a request is in the log alone.</summary>
    internal void ReadFromLog(int index, RememberedRequest remembered) => (OnlyInLog ??= []).Add((index, remembered));

    /// <summary>
    /// Asks the account's next activation for the outcomes that the one which took the requests in will not hear of. They are repeats there: what was refused at once is
    /// not among them.
    /// </summary>
    internal async Task AskAgain(IAccountGrain account)
    {
        try
        {
            int[] open = [.. Enumerable.Range(0, Count).Where(at => !IsKnown(at))];
            OrderRequest[] requests = [.. open.Select(at => _requests[at])];
            OrderOutcome[]? outcomes = null;
            for (var tries = 1; outcomes is null; tries++)
            {
                try
                {
                    outcomes = await account.Submit("", 0, requests);
                }
                catch (OrleansMessageRejectionException) when (tries < MostTries)
                {
                    // It leaves too, or has just begun.
                    await Task.Delay(RetryAfter);
                }
            }

            for (var at = 0; at < open.Length; at++)
            {
                Take(open[at], outcomes[at]);
            }

            Missing = 0;
            _answered.TrySetResult();
        }
        catch (Exception failed)
        {
            Fail(failed);
        }
    }
}

/// <summary>A submission whose answers are kept as outcomes.</summary>
public sealed class OutcomeSubmission : OrderSubmission
{
    /// <summary>Submits requests.</summary>
    /// <param name="requests">What is asked.</param>
    /// <param name="session">The session they came through; empty for none.</param>
    /// <param name="holder">The number of that session's connection; 0 where none is watched over.</param>
    public OutcomeSubmission(OrderRequest[] requests, string session = "", long holder = 0)
    {
        ArgumentNullException.ThrowIfNull(requests);
        Outcomes = new OrderOutcome[requests.Length];
        Ask(session, holder, requests, requests.Length);
    }

    /// <summary>What came of each, in the order asked: whole once it is answered.</summary>
    public OrderOutcome[] Outcomes { get; }

    /// <inheritdoc/>
    protected override bool IsKnown(int index) => Outcomes[index].Refusal.Reason != RejectReason.None || Outcomes[index].Order is not null;

    /// <inheritdoc/>
    protected override void Keep(int index, in OrderOutcome outcome) => Outcomes[index] = outcome;

    /// <inheritdoc/>
    protected override void Keep(int index, RejectReason refused, in OpenOrder order, string? clientOrderId) => Outcomes[index] = new(refused, order.View(clientOrderId));
}
