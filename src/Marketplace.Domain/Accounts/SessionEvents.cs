namespace Marketplace.Domain.Accounts;

/// <summary>Something happened to a session that the account watches over.</summary>
[GenerateSerializer, Alias("gwh.session-event")]
public abstract class SessionEvent(string session) : Event
{
    /// <summary>The client's id of the session.</summary>
    [Id(0)] public string Session { get; init; } = session;
}

/// <summary>A connection opened a session, or resumed it.</summary>
[GenerateSerializer, Alias("gwh.session-held")]
public sealed class SessionHeld(string session, SessionTerms terms, long holder, bool resumed) : SessionEvent(session)
{
    /// <summary>What was asked of it.</summary>
    [Id(0)] public SessionTerms Terms { get; init; } = terms;

    /// <summary>The number of the connection.</summary>
    [Id(1)] public long Holder { get; init; } = holder;

    /// <summary>Whether a session of this id was there.</summary>
    [Id(2)] public bool Resumed { get; init; } = resumed;
}

/// <summary>A session is alive.</summary>
[GenerateSerializer, Alias("gwh.session-renewed")]
public sealed class SessionRenewed(string session) : SessionEvent(session);

/// <summary>No connection has a session any more: it is lost at its deadline unless it is resumed.</summary>
[GenerateSerializer, Alias("gwh.session-broken")]
public sealed class SessionBroken(string session, long deadlineMicros) : SessionEvent(session)
{
    /// <summary>The deadline, microseconds since the Unix epoch.</summary>
    [Id(0)] public long DeadlineMicros { get; init; } = deadlineMicros;
}

/// <summary>The account does not watch over a session any more: lost, ended, or opened again without asking for it.</summary>
[GenerateSerializer, Alias("gwh.session-ended")]
public sealed class SessionEnded(string session) : SessionEvent(session);
