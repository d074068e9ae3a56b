using Marketplace.Domain.Accounts;
using Marketplace.Domain.Orders;

namespace Marketplace.Grains.Accounts;

/// <summary>Submissions of orders, from the mailbox to their answers.</summary>
internal sealed partial class AccountGrain
{
    private readonly HashSet<OrderSubmission> _unanswered = [];
    private readonly Dictionary<RequestKey, List<(OrderSubmission Submission, int Index)>> _waiting = [];

    /// <inheritdoc/>
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await base.OnDeactivateAsync(reason, cancellationToken);
        var next = GrainFactory.GetGrain<IAccountGrain>(Machine.ParticipantId);
        foreach (var submission in _unanswered)
        {
            // The books answer the next activation.
            _ = Task.Run(() => submission.AskAgain(next), CancellationToken.None);
        }

        _unanswered.Clear();
    }

    /// <inheritdoc/>
    protected override int WeightOf(object command) => ((OrderSubmission)command).Count;

    /// <inheritdoc/>
    protected override void Expect(object command)
    {
        var submission = (OrderSubmission)command;
        Machine.Expect(submission.Requests, submission.Keys);
    }

    /// <inheritdoc/>
    protected override void Decide(object command)
    {
        var submission = (OrderSubmission)command;
        Machine.EnterThrough(submission.Session, submission.Holder);
        var requests = submission.Requests;
        var keys = submission.Keys;
        for (var i = 0; i < requests.Length; i++)
        {
            var entered = Machine.Submit(requests[i], keys[i], submission, i);
            switch (entered.Entry)
            {
                case Entry.Entered:
                    submission.Missing++;
                    break;
                case Entry.Refused:
                    submission.Take(i, new(entered.Refusal, null));
                    break;
                case Entry.Repeated when entered.Remembered.OutcomeVersion > 0:
                    submission.ReadFromLog(i, entered.Remembered);
                    break;
                default:
                    Wait(entered.Key, submission, i);
                    break;
            }
        }

        _unanswered.Add(submission);
    }

    /// <inheritdoc/>
    protected override void Decided(object command) => AnswerIfKnown((OrderSubmission)command);

    /// <inheritdoc/>
    protected override void Failed(object command, Exception why)
    {
        var submission = (OrderSubmission)command;
        _unanswered.Remove(submission);
        submission.Fail(why);
    }

    /// <inheritdoc/>
    protected override void TurnEnded(bool recorded)
    {
        foreach (var answer in Machine.Answers)
        {
            List<(OrderSubmission Submission, int Index)>? repeats = null;
            if (_waiting.Count > 0)
            {
                _waiting.Remove(answer.Key, out repeats);
            }

            if (answer.Waiter is null && repeats is null)
            {
                continue;
            }

            if (answer.Waiter is OrderSubmission waiter)
            {
                Answer(waiter, answer.Place, answer);
            }

            foreach (var (submission, index) in repeats ?? Enumerable.Empty<(OrderSubmission, int)>())
            {
                Answer(submission, index, answer);
            }
        }

        Machine.ForgetAnswers();
        if (recorded)
        {
            feeds.Publish(Machine, Position);
        }

        TellMassCancels();
    }

    /// <summary>Waits for the book's answer to a request that another submission has entered.</summary>
    private void Wait(RequestKey key, OrderSubmission submission, int index)
    {
        submission.Missing++;
        if (!_waiting.TryGetValue(key, out var waiting))
        {
            waiting = new(1);
            _waiting.Add(key, waiting);
        }

        waiting.Add((submission, index));
    }

    private void Answer(OrderSubmission submission, int index, in Answer answer)
    {
        if (answer.Order is { } order)
        {
            submission.Take(index, answer.Refused, order, answer.ClientOrderId);
        }
        else
        {
            // The order had ended before: it is not in memory any more.
            Check.That(Machine.Remembers(submission.Keys[index], out var remembered) && remembered.OutcomeVersion > 0);
            submission.ReadFromLog(index, remembered);
        }

        submission.Missing--;
        AnswerIfKnown(submission);
    }

    /// <summary>Answers a submission whose every outcome is known, once all this grain has decided or seen is durable.</summary>
    private void AnswerIfKnown(OrderSubmission submission)
    {
        if (submission.Missing > 0 || !_unanswered.Remove(submission))
        {
            return;
        }

        if (submission.OnlyInLog is null)
        {
            Venue.Log.WhenDurable(Position, submission);
        }
        else
        {
            _ = AnswerFromLog(submission, Position);
        }
    }

    private async Task AnswerFromLog(OrderSubmission submission, long position)
    {
        try
        {
            await Venue.Log.WhenDurable(position);
            foreach (var (index, remembered) in submission.OnlyInLog!)
            {
                var request = submission.Requests[index];
                submission.Take(index, await FromLog(request.Id, request.Kind == CommandKind.Place, remembered));
            }

            Venue.Log.WhenDurable(position, submission);
        }
        catch (Exception failed)
        {
            submission.Fail(failed);
        }
    }
}
