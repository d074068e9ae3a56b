namespace Marketplace.Domain.Accounts;

/// <summary>What a client asks of a session that is to be watched over.</summary>
/// <param name="CancelOnDisconnect">Whether its orders are cancelled when it is lost and not resumed within the grace, and when the client ends it.</param>
/// <param name="GraceMicros">How long it may be away, microseconds; 0 to <see cref="MaxMicros"/>.</param>
/// <param name="DeadManMicros">The client sends something at least this often, or the session is lost at once; 0 for no such promise, else <see cref="MinDeadManMicros"/> to <see cref="MaxMicros"/>.</param>
[GenerateSerializer, Alias("gwh.session-terms"), Immutable]
public readonly record struct SessionTerms([property: Id(0)] bool CancelOnDisconnect, [property: Id(1)] long GraceMicros, [property: Id(2)] long DeadManMicros)
{
    /// <summary>The longest grace and the longest dead-man timeout: an hour.</summary>
    public const long MaxMicros = Timestamp.MicrosPerHour;

    /// <summary>The shortest dead-man timeout: a second.</summary>
    public const long MinDeadManMicros = Timestamp.MicrosPerSecond;

    private const long ShortestLeaseMicros = 2 * Timestamp.MicrosPerSecond;
    private const long LongestLeaseMicros = 10 * Timestamp.MicrosPerSecond;

    /// <summary>Whether anything depends on the session being alive.</summary>
    public bool AreWatched => CancelOnDisconnect || DeadManMicros > 0;

    /// <summary>How long it may be away before its orders are cancelled: the grace, or, without cancel-on-disconnect, the dead-man timeout.</summary>
    public long AwayMicros => CancelOnDisconnect ? GraceMicros : DeadManMicros;

    /// <summary>
    /// How long the venue's own crash may go unnoticed: the record that the session was alive is renewed when half of this has passed, so that after a crash it is
    /// lost between its grace and its grace plus a lease. As long as the grace, within 2 to 10 seconds.
    /// </summary>
    public long LeaseMicros => Math.Clamp(AwayMicros, ShortestLeaseMicros, LongestLeaseMicros);

    /// <summary>Why a session cannot have these terms; reason none when it can.</summary>
    public Refusal WhyNot(string id)
    {
        if (id.Length > 0 ? !Ids.IsWellFormed(id) : AreWatched)
        {
            return new(id.Length > 0 ? RejectReason.MalformedId : RejectReason.IncompatibleTerms, "session_id");
        }

        if (GraceMicros is < 0 or > MaxMicros)
        {
            return new(RejectReason.TimeOutOfRange, "grace");
        }

        if (GraceMicros > 0 && !CancelOnDisconnect)
        {
            return new(RejectReason.IncompatibleTerms, "grace");
        }

        return DeadManMicros is 0 or (>= MinDeadManMicros and <= MaxMicros) ? default : new(RejectReason.TimeOutOfRange, "dead_man_timeout");
    }
}

/// <summary>A session an account watches over: its orders are cancelled when it is lost.</summary>
internal sealed class WatchedSession(string id)
{
    /// <summary>The client's id of it.</summary>
    public string Id { get; } = id;

    /// <summary>What was asked of it.</summary>
    public SessionTerms Terms { get; set; }

    /// <summary>Which connection has it: the number of the last one that opened or resumed it.</summary>
    public long Holder { get; set; }

    /// <summary>When it is next renewed, microseconds since the Unix epoch; 0 while no connection has it.</summary>
    public long RenewAtMicros { get; set; }

    /// <summary>When it is lost unless it is renewed or resumed, microseconds since the Unix epoch.</summary>
    public long DeadlineMicros { get; set; }

    /// <summary>Whether the process knows of a living connection. Not part of the state.</summary>
    public bool IsAttached { get; set; }

    /// <summary>When the account has to look at it.</summary>
    public long DueMicros => RenewAtMicros != 0 ? RenewAtMicros : DeadlineMicros;

    internal void Write(StateWriter writer)
    {
        writer.Text(Id);
        writer.Bool(Terms.CancelOnDisconnect);
        writer.Long(Terms.GraceMicros);
        writer.Long(Terms.DeadManMicros);
        writer.Long(Holder);
        writer.Long(RenewAtMicros);
        writer.Long(DeadlineMicros);
    }

    internal static WatchedSession Read(StateReader reader) => new(reader.Text())
    {
        Terms = new(reader.Bool(), reader.Long(), reader.Long()),
        Holder = reader.Long(),
        RenewAtMicros = reader.Long(),
        DeadlineMicros = reader.Long(),
    };
}
