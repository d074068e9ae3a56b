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

    private readonly SortedDictionary<string, Firm> _firms = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Participant> _participants = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, ApiKey> _keys = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ApiKey> _bySecret = new(StringComparer.Ordinal);

    /// <summary>Firms by id.</summary>
    public IReadOnlyDictionary<string, Firm> Firms => _firms;

    /// <summary>Participants by id.</summary>
    public IReadOnlyDictionary<string, Participant> Participants => _participants;

    /// <summary>Keys by id.</summary>
    public IReadOnlyDictionary<string, ApiKey> Keys => _keys;

    /// <summary>The key whose secret has this SHA-256 (upper-case hexadecimal); null if none has.</summary>
    public ApiKey? FindBySecret(string sha256) => _bySecret.GetValueOrDefault(sha256);

    /// <summary>Makes the venue's own firm, participant and first key in a new venue.</summary>
    public void Begin(string secretSha256)
    {
        Check.That(_participants.Count == 0);
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

        if (WhyNotNewId(id, "firm_id", _firms) is { } wrong)
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

        if (WhyNotNewId(id, "participant_id", _participants) is { } wrong)
        {
            return wrong;
        }

        if (!_firms.ContainsKey(firm))
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

        if (!_participants.TryGetValue(id, out var before))
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

        if (!_participants.TryGetValue(id, out var before))
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

        if (!_participants.ContainsKey(participant))
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

        if (_keys.Count >= MaxEntries)
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

        if (!_keys.TryGetValue(id, out var before))
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
                _firms[entered.Firm.Id] = entered.Firm;
                break;
            case ParticipantEntered entered:
                _participants[entered.Participant.Id] = entered.Participant;
                Outbox.Post(Streams.Account(entered.Participant.Id), new Accounts.AccountStanding(entered.Participant));
                break;
            case KeyEntered entered:
                _keys[entered.Key.Id] = entered.Key;
                _bySecret[entered.Key.SecretSha256] = entered.Key;
                break;
        }
    }

    /// <inheritdoc/>
    protected override void WriteEntities(StateWriter writer)
    {
        WriteAll(writer, _firms);
        WriteAll(writer, _participants);
        WriteAll(writer, _keys);
    }

    /// <inheritdoc/>
    protected override void ReadEntities(StateReader reader)
    {
        ReadAll(reader, _firms);
        ReadAll(reader, _participants);
        ReadAll(reader, _keys);
        foreach (var key in _keys.Values)
        {
            _bySecret[key.SecretSha256] = key;
        }
    }

    private static Refusal? WhyNotNewId<T>(string id, string field, SortedDictionary<string, T> entries) =>
        !Ids.IsWellFormed(id) ? new Refusal(RejectReason.MalformedId, field)
        : entries.ContainsKey(id) ? new Refusal(RejectReason.AlreadyExists, field)
        : entries.Count >= MaxEntries ? new Refusal(RejectReason.VenueBusy)
        : null;

    private string NextKeyId() => $"key-{_keys.Count + 1}";

    private bool IsLastOperatorKey(ApiKey key) =>
        key.Role == Role.Operator && _keys.Values.Count(other => other is { Role: Role.Operator, Revoked: false } && other.ExpiresAt > Now) == 1;

    private Result<Participant> Enter(in Request request, ulong fingerprint, Participant after)
    {
        Emit(new ParticipantEntered(after) { Caller = request.Caller, Request = request.Id, Fingerprint = fingerprint });
        return after;
    }
}
