using System.Collections.Concurrent;
using Marketplace.Domain.Participants;
using Marketplace.Domain.Refusals;
using Marketplace.Grains.Hosting;
using Marketplace.Grains.Participants;

namespace Marketplace.Server.Access;

/// <summary>Tells who a key belongs to, as of the directory now. Looked-up keys are remembered until the directory changes.</summary>
internal sealed class KeyRing(DirectoryView directory, VenueClock clock)
{
    private const string Scheme = "Bearer ";
    private const int MostRemembered = 10_000;

    private Remembered _remembered = new(null!, new(StringComparer.Ordinal));

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
        // The view replaces its contents whole at each change: another object means that what was remembered may be untrue.
        var now = directory.Now;
        var remembered = Volatile.Read(ref _remembered);
        if (!ReferenceEquals(remembered.Directory, now))
        {
            remembered = new(now, new(StringComparer.Ordinal));
            Volatile.Write(ref _remembered, remembered);
        }

        if (remembered.Callers.TryGetValue(header, out var known))
        {
            return known;
        }

        var secret = header[Scheme.Length..].Trim();
        if (!ApiSecret.IsWellFormed(secret) || !now.BySecret.TryGetValue(ApiSecret.Hash(secret), out var key) || !now.Participants.TryGetValue(key.Participant, out var participant))
        {
            return null;
        }

        var caller = new Caller(key, participant);
        if (remembered.Callers.Count < MostRemembered)
        {
            remembered.Callers.TryAdd(header, caller);
        }

        return caller;
    }

    private sealed record Remembered(DirectoryContents Directory, ConcurrentDictionary<string, Caller> Callers);
}
