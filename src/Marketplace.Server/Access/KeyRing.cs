using System.Collections.Concurrent;
using Marketplace.Domain.Participants;
using Marketplace.Domain.Refusals;
using Marketplace.Grains.Hosting;
using Marketplace.Grains.Participants;

namespace Marketplace.Server.Access;

/// <summary>Tells who a key belongs to, as of the directory now. What was found out holds until the directory changes.</summary>
internal sealed class KeyRing(DirectoryView directory, VenueClock clock, Limits limits)
{
    private const string Scheme = "Bearer ";

    // By the header as clients usually send it. A key has one secret and keeps it, so there are never more of them than keys.
    private readonly ConcurrentDictionary<string, Caller> _known = new(StringComparer.Ordinal);

    /// <summary>How many callers are known by their header.</summary>
    public int KnownHeaders => _known.Count;

    /// <summary>The caller a call's key belongs to; or why it belongs to none.</summary>
    public RejectReason Identify(HttpContext call, out Caller? caller)
    {
        caller = null;
        if (directory.Keys.Count == 0)
        {
            // The venue has not begun: a key that will be known in a moment is not a wrong one, and its owner must come again, not give up.
            return RejectReason.OutcomeUnknown;
        }

        // As the transport has it: gRPC's own view of the headers is made of all of them, for each call that asks for it.
        if (call.Request.Headers.Authorization is not [.., { } header] || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return RejectReason.Unauthenticated;
        }

        caller = Find(header);
        return caller is null ? RejectReason.Unauthenticated : WhyNotValid(caller.Key);
    }

    /// <summary>Why a key that opened a stream does not hold any more; none while it does.</summary>
    public RejectReason WhyNotValid(string keyId) => directory.Keys.TryGetValue(keyId, out var key) ? WhyNotValid(key) : RejectReason.Unauthenticated;

    private RejectReason WhyNotValid(ApiKey key) =>
        key.Revoked ? RejectReason.KeyRevoked
        : key.ExpiresAt <= clock.Now ? RejectReason.KeyExpired
        : RejectReason.None;

    private Caller? Find(string header)
    {
        // Before what it counts is read: what changes in between is looked up again.
        var changes = directory.Changes;
        if (_known.TryGetValue(header, out var known) && known.AsOf == changes)
        {
            return known;
        }

        var now = directory.Now;
        var secret = header[Scheme.Length..].Trim();
        if (!ApiSecret.IsWellFormed(secret) || !now.BySecret.TryGetValue(ApiSecret.Hash(secret), out var key) || !now.Participants.TryGetValue(key.Participant, out var participant))
        {
            return null;
        }

        var caller = new Caller(key, participant, limits.Of(participant.Id), changes);
        if (header.Length == Scheme.Length + secret.Length && header.StartsWith(Scheme, StringComparison.Ordinal))
        {
            _known[header] = caller;
        }

        return caller;
    }
}
