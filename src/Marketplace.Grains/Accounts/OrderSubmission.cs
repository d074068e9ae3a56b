using Marketplace.Domain.Accounts;
using Marketplace.Domain.Messages;
using Marketplace.Domain.Refusals;
using Orleans.Runtime;

namespace Marketplace.Grains.Accounts;

/// <summary>Requests that came together and are answered together, each on its own: not atomic. Posted to the mailbox of their account.</summary>
/// <param name="session">The session they came through; empty for none.</param>
/// <param name="holder">The number of that session's connection; 0 where none is watched over.</param>
/// <param name="requests">What is asked.</param>
public sealed class OrderSubmission(string session, long holder, OrderRequest[] requests) : IDurabilityWaiter
{
    private const int MostTries = 100;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(50);

    // Whoever waits goes on in the thread that tells all who wait for one row.
    private readonly TaskCompletionSource<OrderOutcome[]> _outcomes = new();

    /// <summary>Completes when every outcome is known and durable, in the order asked.</summary>
    public Task<OrderOutcome[]> Outcomes => _outcomes.Task;

    internal string Session { get; } = session;

    internal long Holder { get; } = holder;

    internal OrderRequest[] Requests { get; } = requests;

    /// <summary>The requests' keys, made by who submits them: their texts are in its cache, and not in that of the turn that takes them in.</summary>
    internal RequestKey[] Keys { get; } = KeysOf(requests);

    /// <summary>The outcomes so far.</summary>
    internal OrderOutcome[] Known { get; } = new OrderOutcome[requests.Length];

    /// <summary>Requests not answered yet.</summary>
    internal int Missing { get; set; }

    /// <summary>Requests answered before whose answer only the log has; null where there are none.</summary>
    internal List<(int Index, RememberedRequest Remembered)>? OnlyInLog { get; private set; }

    /// <inheritdoc/>
    void IDurabilityWaiter.Durable() => _outcomes.TrySetResult(Known);

    /// <inheritdoc/>
    void IDurabilityWaiter.Failed(JournalFailedException cause) => _outcomes.TrySetException(cause);

    /// <summary>They cannot be answered: what was decided of them is for their ids to tell.</summary>
    internal void Fail(Exception why) => _outcomes.TrySetException(why);

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
            int[] open = [.. Enumerable.Range(0, Requests.Length).Where(at => Known[at].Refusal.Reason == RejectReason.None && Known[at].Order is null)];
            OrderRequest[] requests = [.. open.Select(at => Requests[at])];
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
                Known[open[at]] = outcomes[at];
            }

            _outcomes.TrySetResult(Known);
        }
        catch (Exception failed)
        {
            Fail(failed);
        }
    }

    private static RequestKey[] KeysOf(OrderRequest[] requests)
    {
        var keys = new RequestKey[requests.Length];
        for (var at = 0; at < keys.Length; at++)
        {
            keys[at] = requests[at].Key;
        }

        return keys;
    }
}
