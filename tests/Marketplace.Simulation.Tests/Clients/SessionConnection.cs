using Marketplace.Domain.Accounts;

namespace Marketplace.Simulation.Tests.Clients;

/// <summary>A participant's connection of a session, as its client and the door know it: it may have lost the session and not have heard of it.</summary>
internal sealed class SessionConnection(string participant)
{
    /// <summary>The only session of a participant here.</summary>
    public string Session => "session";

    /// <summary>The number the account gave it; 0 while it has not heard any.</summary>
    public long Holder { get; private set; }

    /// <summary>Opens the session, or resumes it.</summary>
    public Call Open(string id, SessionTerms terms) => new DeskCall(participant, id, Streams.Account(participant), machine =>
    {
        var result = ((Account)machine).OpenSession(Session, terms);
        Holder = result.Value?.Holder ?? Holder;
        return result.Refusal;
    });

    /// <summary>The connection breaks, and the door says so.</summary>
    public Call Break(string id) => new DeskCall(participant, id, Streams.Account(participant), machine =>
    {
        ((Account)machine).BreakSession(Session, Holder);
        return default;
    });

    /// <summary>The client ends the session, or was silent.</summary>
    public Call End(string id, bool isSilent) => new DeskCall(participant, id, Streams.Account(participant), machine =>
    {
        ((Account)machine).EndSession(Session, Holder, isSilent);
        return default;
    });
}
