namespace Marketplace.Domain.Clock;

/// <summary>How far the operator has moved a manual clock: so that a move is done once, and a restarted venue goes on from where its clock stood.</summary>
public sealed class ClockDesk() : Desk(Streams.Clock)
{
    /// <summary>The clock stays before this, so that what is reckoned from it stays within <see cref="Timestamp.Max"/>.</summary>
    public static readonly Timestamp End = Timestamp.FromUtc(new DateTime(9999, 1, 1, 0, 0, 0, DateTimeKind.Utc));

    /// <summary>The time the clock was last moved to; the beginning of time before the first move.</summary>
    public Timestamp MovedTo { get; private set; }

    /// <summary>Moves the clock to a time: now or later, before <see cref="End"/>.</summary>
    public Result<ClockMove> Advance(in Request request, Timestamp to)
    {
        var fingerprint = new Fingerprint().Add("advance").Add(to.Micros).Value;
        if (WhyNotNew(request, fingerprint) is { } refusal)
        {
            return refusal;
        }

        if (to < Now || to < MovedTo || to >= End)
        {
            return new Refusal(RejectReason.TimeOutOfRange, "advance_to_time");
        }

        var move = new ClockMove(to);
        Emit(new ClockAdvanced(move) { Caller = request.Caller, Request = request.Id, Fingerprint = fingerprint });
        return move;
    }

    /// <inheritdoc/>
    protected override void ApplyEntity(Event happened)
    {
        if (happened is ClockAdvanced advanced)
        {
            MovedTo = advanced.Move.To;
        }
    }

    /// <inheritdoc/>
    protected override void WriteEntities(StateWriter writer) => writer.Time(MovedTo);

    /// <inheritdoc/>
    protected override void ReadEntities(StateReader reader) => MovedTo = reader.Time();
}
