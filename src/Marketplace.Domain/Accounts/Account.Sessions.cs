namespace Marketplace.Domain.Accounts;

/// <summary>
/// Sessions that asked for cancel-on-disconnect or a dead-man timer: facts of the account, so that they survive the process. A session is renewed while a connection
/// has it; when it is lost, the orders entered through it are cancelled.
/// </summary>
public sealed partial class Account
{
    /// <summary>The most sessions an account watches over at once, those waiting to be resumed included.</summary>
    public const int MaxSessions = 100;

    private readonly SortedDictionary<string, WatchedSession> _sessions = new(StringComparer.Ordinal);
    private long _lastHolder;
    private long _nextSessionDue = long.MaxValue;
    private string _session = "";
    private bool _isSessionLost;

    /// <summary>The sessions watched over, by id, and when each is lost unless it is renewed or resumed.</summary>
    public IEnumerable<(string Id, bool IsHeld, Timestamp Deadline)> Sessions =>
        _sessions.Values.Select(session => (session.Id, session.RenewAtMicros != 0, new Timestamp(session.DeadlineMicros)));

    /// <summary>
    /// A connection opens a session or resumes it, taking it from whichever connection had it. Answers the event, or one with holder 0 where nothing has to be watched.
    /// Refused: MALFORMED_ID, INCOMPATIBLE_TERMS, TIME_OUT_OF_RANGE, STREAM_LIMIT, NOT_FOUND.
    /// </summary>
    public Result<SessionHeld> OpenSession(string id, in SessionTerms terms)
    {
        var refusal = terms.WhyNot(id);
        if (refusal.Reason != RejectReason.None)
        {
            return refusal;
        }

        if (Participant is null)
        {
            return RejectReason.NotFound;
        }

        var isThere = _sessions.ContainsKey(id);
        if (!terms.AreWatched)
        {
            if (isThere)
            {
                Emit(new SessionEnded(id));
            }

            return new SessionHeld(id, terms, 0, isThere);
        }

        if (!isThere && _sessions.Count >= MaxSessions)
        {
            return new Refusal(RejectReason.StreamLimit, "session_id");
        }

        var held = new SessionHeld(id, terms, _lastHolder + 1, isThere);
        Emit(held);
        _sessions[id].IsAttached = true;
        return held;
    }

    /// <summary>Says that a connection is alive; false when the session is not its any more.</summary>
    public bool KeepSession(string id, long holder)
    {
        if (!IsHeldBy(id, holder))
        {
            return false;
        }

        _sessions[id].IsAttached = true;
        return true;
    }

    /// <summary>A connection is gone: what it does not resume in time is lost.</summary>
    public void BreakSession(string id, long holder)
    {
        if (IsHeldBy(id, holder))
        {
            Emit(new SessionBroken(id, Now.Plus(_sessions[id].Terms.AwayMicros).Micros));
            SessionsDue();
        }
    }

    /// <summary>A connection ends its session, or was silent for longer than it may: the session is over now.</summary>
    public void EndSession(string id, long holder, bool isSilent)
    {
        if (IsHeldBy(id, holder))
        {
            EndSession(_sessions[id], cancels: isSilent || _sessions[id].Terms.CancelOnDisconnect);
        }
    }

    /// <summary>What follows in this turn comes through a session. New orders and replaces are refused when its connection has lost it.</summary>
    public void EnterThrough(string session, long holder)
    {
        var isLost = holder != 0 && !IsHeldBy(session, holder);
        if (session == _session && isLost == _isSessionLost)
        {
            return;
        }

        Gather();
        (_session, _isSessionLost) = (session, isLost);
    }

    private bool IsHeldBy(string id, long holder) => _sessions.TryGetValue(id, out var session) && session.Holder == holder && session.RenewAtMicros != 0;

    /// <summary>Renews what is alive, gives up what is not, and cancels the orders of what is lost.</summary>
    private void SessionsDue()
    {
        foreach (var session in _sessions.Values.Where(session => session.DueMicros <= Now.Micros).ToArray())
        {
            if (session.IsAttached)
            {
                Emit(new SessionRenewed(session.Id));
            }
            else if (session.DeadlineMicros <= Now.Micros)
            {
                EndSession(session, cancels: true);
            }
            else
            {
                Emit(new SessionBroken(session.Id, session.DeadlineMicros));
            }
        }
    }

    private void EndSession(WatchedSession session, bool cancels)
    {
        Gather();
        Emit(new SessionEnded(session.Id));
        if (cancels)
        {
            BeginMassCancel("", 0, new CancelScope() with { Session = session.Id }, RejectReason.SessionLost);
        }
    }

    private void ApplySession(SessionEvent happened)
    {
        var session = _sessions.GetValueOrDefault(happened.Session);
        switch (happened)
        {
            case SessionHeld held:
                session ??= new(held.Session);
                session.Terms = held.Terms;
                session.Holder = held.Holder;
                _lastHolder = held.Holder;
                _sessions[held.Session] = session;
                Renew(session);
                break;
            case SessionRenewed:
                Renew(session!);
                break;
            case SessionBroken broken:
                session!.RenewAtMicros = 0;
                session.DeadlineMicros = broken.DeadlineMicros;
                session.IsAttached = false;
                break;
            case SessionEnded:
                _sessions.Remove(happened.Session);
                break;
        }

        FindNextSessionDue();
    }

    private void Renew(WatchedSession session)
    {
        session.RenewAtMicros = Now.Plus(session.Terms.LeaseMicros / 2).Micros;
        session.DeadlineMicros = Now.Plus(session.Terms.LeaseMicros + session.Terms.AwayMicros).Micros;
    }

    private void FindNextSessionDue()
    {
        _nextSessionDue = long.MaxValue;
        foreach (var session in _sessions.Values)
        {
            _nextSessionDue = Math.Min(_nextSessionDue, session.DueMicros);
        }
    }

    private void WriteSessions(StateWriter writer)
    {
        writer.Long(_lastHolder);
        writer.Count(_sessions.Count);
        foreach (var session in _sessions.Values)
        {
            session.Write(writer);
        }
    }

    private void ReadSessions(StateReader reader)
    {
        _lastHolder = reader.Long();
        for (var count = reader.Count(); count > 0; count--)
        {
            var session = WatchedSession.Read(reader);
            _sessions.Add(session.Id, session);
        }

        FindNextSessionDue();
    }
}
