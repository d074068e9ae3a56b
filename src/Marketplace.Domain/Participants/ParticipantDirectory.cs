using System.Collections.Immutable;

namespace Marketplace.Domain.Participants;

/// <summary>Who may do what: firms, participants and keys. Tells each account its participant's entry whenever it changes.</summary>
public sealed class ParticipantDirectory() : Desk(Streams.Directory)
{
    /// <summary>The most of each kind.</summary>
    public const int MaxEntries = 1_000_000;

    /// <summary>How long a key lasts whose end is not stated: 365 days.</summary>
    public const long DefaultKeyMicros = 365L * 24 * Timestamp.MicrosPerHour;

    /// <summary>How long the operator's first key lasts: 10 years.</summary>
    public const long FirstKeyMicros = 10L * 365 * 24 * Timestamp.MicrosPerHour;

    /// <summary>Firms by id: what is handed out never changes, a change makes another. So with all that follow.</summary>
    public ImmutableSortedDictionary<string, Firm> Firms { get; private set; } = ImmutableSortedDictionary.Create<string, Firm>(StringComparer.Ordinal);

    /// <summary>Participants by id.</summary>
    public ImmutableSortedDictionary<string, Participant> Participants { get; private set; } = ImmutableSortedDictionary.Create<string, Participant>(StringComparer.Ordinal);

    /// <summary>Keys by id.</summary>
    public ImmutableSortedDictionary<string, ApiKey> Keys { get; private set; } = ImmutableSortedDictionary.Create<string, ApiKey>(StringComparer.Ordinal);

    /// <summary>Keys by the SHA-256 of their secret, upper-case hexadecimal.</summary>
    public ImmutableDictionary<string, ApiKey> BySecret { get; private set; } = ImmutableDictionary.Create<string, ApiKey>(StringComparer.Ordinal);

    /// <summary>The key whose secret has this SHA-256 (upper-case hexadecimal); null if none has.</summary>
    public ApiKey? FindBySecret(string sha256) => BySecret.GetValueOrDefault(sha256);

    /// <summary>Makes the venue's own firm, participant and first key in a new venue.</summary>
    public void Begin(string secretSha256)
    {
        Check.That(Participants.Count == 0);
        Emit(new FirmEntered(new Firm { Id = Participant.OperatorFirm, Name = "The venue" }));
        Emit(new ParticipantEntered(new Participant { Id = Participant.Operator, Firm = Participant.OperatorFirm, Limits = ParticipantLimits.Default, Revision = 1 }));
        Emit(new KeyEntered(new ApiKey
        {
            Id = NextKeyId(),
            Participant = Participant.Operator,
            Role = Role.Operator,
            SecretSha256 = secretSha256,
            CreatedAt = Now,
            ExpiresAt = Now.Plus(FirstKeyMicros),
        }));
    }

    /// <summary>Enters a firm.</summary>
    public Result<Firm> CreateFirm(in Request request, string id, string name)
    {
        var fingerprint = new Fingerprint().Add("firm").Add(id).Add(name).Value;
        if (WhyNotNew(request, fingerprint) is { } refusal)
        {
            return refusal;
        }

        if (WhyNotNewId(id, "firm_id", Firms) is { } wrong)
        {
            return wrong;
        }

        if (name.Length > 200)
        {
            return new Refusal(RejectReason.InvalidArgument, "name");
        }

        var firm = new Firm { Id = id, Name = name };
        Emit(new FirmEntered(firm) { Caller = request.Caller, Request = request.Id, Fingerprint = fingerprint });
        return firm;
    }

    /// <summary>Enters a participant of a firm; its account opens by it.</summary>
    public Result<Participant> CreateParticipant(in Request request, string id, string firm, ParticipantLimits limits)
    {
        var fingerprint = new Fingerprint().Add("participant").Add(id).Add(firm).Add(limits.OrdersPerSecond).Add(limits.MaxOpenOrders).Add(limits.MaxStreams).Value;
        if (WhyNotNew(request, fingerprint) is { } refusal)
        {
            return refusal;
        }

        if (WhyNotNewId(id, "participant_id", Participants) is { } wrong)
        {
            return wrong;
        }

        if (!Firms.ContainsKey(firm))
        {
            return new Refusal(RejectReason.NotFound, "firm_id");
        }

        return limits.AreInRange
            ? Enter(request, fingerprint, new Participant { Id = id, Firm = firm, Limits = limits, Revision = 1 })
            : new Refusal(RejectReason.AmountOutOfRange, "limits");
    }

    /// <summary>Sets a participant's limits.</summary>
    public Result<Participant> SetLimits(in Request request, string id, ParticipantLimits limits)
    {
        var fingerprint = new Fingerprint().Add("limits").Add(id).Add(limits.OrdersPerSecond).Add(limits.MaxOpenOrders).Add(limits.MaxStreams).Value;
        if (WhyNotNew(request, fingerprint) is { } refusal)
        {
            return refusal;
        }

        if (!Participants.TryGetValue(id, out var before))
        {
            return new Refusal(RejectReason.NotFound, "participant_id");
        }

        return limits.AreInRange
            ? Enter(request, fingerprint, before with { Limits = limits, Revision = before.Revision + 1 })
            : new Refusal(RejectReason.AmountOutOfRange, "limits");
    }

    /// <summary>Suspends a participant, which cancels its open orders, or lets it trade again.</summary>
    public Result<Participant> SetSuspended(in Request request, string id, bool suspended)
    {
        var fingerprint = new Fingerprint().Add("suspended").Add(id).Add(suspended ? 1 : 0).Value;
        if (WhyNotNew(request, fingerprint) is { } refusal)
        {
            return refusal;
        }

        if (!Participants.TryGetValue(id, out var before))
        {
            return new Refusal(RejectReason.NotFound, "participant_id");
        }

        return before.Suspended == suspended || id == Participant.Operator
            ? new Refusal(RejectReason.WrongState, "participant_id")
            : Enter(request, fingerprint, before with { Suspended = suspended, Revision = before.Revision + 1 });
    }

    /// <summary>
    /// Makes a key for a secret of which only the hash is told; an end of 0 is 365 days from now. A repeat answers the same key, whatever secret was drawn for it.
    /// </summary>
    public Result<ApiKey> CreateKey(in Request request, string participant, Role role, Timestamp expiresAt, string secretSha256)
    {
        var fingerprint = new Fingerprint().Add("key").Add(participant).Add((long)role).Add(expiresAt.Micros).Value;
        if (WhyNotNew(request, fingerprint) is { } refusal)
        {
            return refusal;
        }

        if (!Participants.ContainsKey(participant))
        {
            return new Refusal(RejectReason.NotFound, "participant_id");
        }

        if (role == Role.Unspecified || !Enum.IsDefined(role))
        {
            return new Refusal(RejectReason.InvalidArgument, "role");
        }

        var endsAt = expiresAt.Micros == 0 ? Now.Plus(DefaultKeyMicros) : expiresAt;
        if (endsAt <= Now || endsAt > Timestamp.Max)
        {
            return new Refusal(RejectReason.TimeOutOfRange, "expire_time");
        }

        if (Keys.Count >= MaxEntries)
        {
            return RejectReason.VenueBusy;
        }

        var key = new ApiKey { Id = NextKeyId(), Participant = participant, Role = role, SecretSha256 = secretSha256, CreatedAt = Now, ExpiresAt = endsAt };
        Emit(new KeyEntered(key) { Caller = request.Caller, Request = request.Id, Fingerprint = fingerprint });
        return key;
    }

    /// <summary>Revokes a key, at once and for ever.</summary>
    public Result<ApiKey> RevokeKey(in Request request, string id)
    {
        var fingerprint = new Fingerprint().Add("revoke").Add(id).Value;
        if (WhyNotNew(request, fingerprint) is { } refusal)
        {
            return refusal;
        }

        if (!Keys.TryGetValue(id, out var before))
        {
            return new Refusal(RejectReason.NotFound, "key_id");
        }

        if (before.Revoked || IsLastOperatorKey(before))
        {
            return new Refusal(RejectReason.WrongState, "key_id");
        }

        var key = before with { Revoked = true };
        Emit(new KeyEntered(key) { Caller = request.Caller, Request = request.Id, Fingerprint = fingerprint });
        return key;
    }

    /// <inheritdoc/>
    protected override void ApplyEntity(Event happened)
    {
        switch (happened)
        {
            case FirmEntered entered:
                Firms = Firms.SetItem(entered.Firm.Id, entered.Firm);
                break;
            case ParticipantEntered entered:
                Participants = Participants.SetItem(entered.Participant.Id, entered.Participant);
                Outbox.Post(Streams.Account(entered.Participant.Id), new Accounts.AccountStanding(entered.Participant));
                break;
            case KeyEntered entered:
                Keys = Keys.SetItem(entered.Key.Id, entered.Key);
                BySecret = BySecret.SetItem(entered.Key.SecretSha256, entered.Key);
                break;
        }
    }

    /// <inheritdoc/>
    protected override void WriteEntities(StateWriter writer)
    {
        WriteAll(writer, Firms);
        WriteAll(writer, Participants);
        WriteAll(writer, Keys);
    }

    /// <inheritdoc/>
    protected override void ReadEntities(StateReader reader)
    {
        Firms = ReadAll<Firm>(reader);
        Participants = ReadAll<Participant>(reader);
        Keys = ReadAll<ApiKey>(reader);
        BySecret = BySecret.AddRange(Keys.Values.Select(key => KeyValuePair.Create(key.SecretSha256, key)));
    }

    private static Refusal? WhyNotNewId<T>(string id, string field, ImmutableSortedDictionary<string, T> entries) =>
        !Ids.IsWellFormed(id) ? new Refusal(RejectReason.MalformedId, field)
        : entries.ContainsKey(id) ? new Refusal(RejectReason.AlreadyExists, field)
        : entries.Count >= MaxEntries ? new Refusal(RejectReason.VenueBusy)
        : null;

    private string NextKeyId() => $"key-{Keys.Count + 1}";

    private bool IsLastOperatorKey(ApiKey key) =>
        key.Role == Role.Operator && Keys.Values.Count(other => other is { Role: Role.Operator, Revoked: false } && other.ExpiresAt > Now) == 1;

    private Result<Participant> Enter(in Request request, ulong fingerprint, Participant after)
    {
        Emit(new ParticipantEntered(after) { Caller = request.Caller, Request = request.Id, Fingerprint = fingerprint });
        return after;
    }
}
