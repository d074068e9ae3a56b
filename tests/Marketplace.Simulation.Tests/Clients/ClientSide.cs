using Marketplace.Simulation.Tests.Checks;
using Marketplace.Simulation.Tests.Machinery;

namespace Marketplace.Simulation.Tests.Clients;

/// <summary>
/// The callers: they hear an answer when all it rests on is durable, may lose it on the way, and send the same request again under the same id until they have one.
/// </summary>
internal sealed class ClientSide(Venue venue)
{
    private readonly List<PendingReply> _replies = [];
    private readonly List<Call> _unanswered = [];

    /// <summary>What was seen.</summary>
    public RareEvents Rare => venue.Rare;

    /// <summary>Calls sent and not heard of.</summary>
    public int Outstanding { get; private set; }

    /// <summary>Sends a call for the first time, or one that was answered once more.</summary>
    public void Send(Call call)
    {
        Outstanding++;
        Attempt(call);
    }

    /// <summary>Sends several orders of one participant as one batch; the turn that enters them takes in all that has come for the account, too.</summary>
    public void SendTogether(IReadOnlyList<OrderCall> calls, Prng random)
    {
        foreach (var call in calls)
        {
            Outstanding++;
            call.Attempts++;
        }

        var machine = venue.Machine(calls[0].Stream);
        OrderCall.AllEntered(calls, venue.Network.TakeInAll(machine, random, account => OrderCall.EnterAll(calls, account)), machine, this);
    }

    /// <summary>Sends a call again whose answer never came.</summary>
    public bool SendAgain(Prng random)
    {
        if (_unanswered.Count == 0)
        {
            return false;
        }

        Attempt(random.Take(_unanswered));
        return true;
    }

    /// <summary>An attempt of a call will not be answered any more.</summary>
    public void Unanswered(Call call) => _unanswered.Add(call);

    /// <summary>A machine answers a call.</summary>
    public void Reply(Call call, HostedMachine machine, in Answer answer) => _replies.Add(new(call, machine, answer, machine.SpokenFor, machine.Machine.Version));

    /// <summary>Lets one answer out that may go, if there is one; with faults, it may be lost.</summary>
    public bool Step(Prng random, bool faults)
    {
        var start = _replies.Count == 0 ? 0 : random.Below(_replies.Count);
        for (var tried = 0; tried < _replies.Count; tried++)
        {
            var at = (start + tried) % _replies.Count;
            var reply = _replies[at];
            if (reply.Machine.Process.Log.Durable < reply.Position && !venue.Tampering.AnswersEarly(reply.Machine, reply.Position))
            {
                continue;
            }

            _replies[at] = _replies[^1];
            _replies.RemoveAt(_replies.Count - 1);
            if (faults && random.Chance(50))
            {
                Rare.Count(RareEvent.AnswerLost);
                Unanswered(reply.Call);
            }
            else
            {
                Hear(reply);
            }

            return true;
        }

        return false;
    }

    /// <summary>A process is gone, and with it what it was about to say.</summary>
    public void Crashed(Process process)
    {
        foreach (var reply in _replies.Where(reply => reply.Machine.Process == process))
        {
            Rare.Count(RareEvent.AnswerLostInCrash);
            Unanswered(reply.Call);
        }

        _replies.RemoveAll(reply => reply.Machine.Process == process);
    }

    private void Attempt(Call call)
    {
        call.Attempts++;
        call.Run(venue.Machine(call.Stream), this);
    }

    private void Hear(in PendingReply reply)
    {
        Violation.Unless(reply.Machine.History.Durable.Count >= reply.StateVersion, "Q2", $"{reply.Call.Caller} hears of {reply.Call.Id} what is not durable");
        reply.Call.Check(reply.Answer, reply.Machine.History);
        if (reply.Answer is { Version: 0, Reason: not RejectReason.None })
        {
            Rare.Count(reply.Answer.Reason == RejectReason.AlreadyExists ? RareEvent.SameIdWithAnotherPayload : RareEvent.RefusedAtTheDoor);
        }

        reply.Call.Heard = reply.Answer;
        Outstanding--;
    }

    private readonly record struct PendingReply(Call Call, HostedMachine Machine, Answer Answer, long Position, long StateVersion);
}
