namespace Marketplace.Journal;

/// <summary>
/// What a record says about when its stream must be woken: unchanged (the default); or at a time or at none, and apart from that whether it is awaiting something of others,
/// so that after a start, when nobody works for it any more, it is woken in any case.
/// </summary>
public readonly record struct Wake
{
    private readonly Kind _kind;
    private readonly long _at;

    private Wake(Kind kind, long at) => (_kind, _at) = (kind, at);

    internal enum Kind : byte
    {
        Unchanged = 0,
        None = 1,
        At = 2,
        Awaiting = 3,
    }

    /// <summary>What an earlier record of the stream said still holds.</summary>
    public static Wake Unchanged => default;

    /// <summary>The stream waits for nothing.</summary>
    public static Wake None => new(Kind.None, JournalStream.NoWake);

    public bool IsUnchanged => _kind == Kind.Unchanged;

    /// <summary>Whether a time is set.</summary>
    public bool IsAt => !IsUnchanged && _at != JournalStream.NoWake;

    /// <summary>Whether the stream is awaiting something of others.</summary>
    public bool IsAwaiting => _kind == Kind.Awaiting;

    /// <summary>Microseconds since 1970-01-01 UTC; 0 when no time is set.</summary>
    public long AtMicros => IsAt ? _at : 0;

    internal Kind Form => _kind;

    /// <summary>The time, or <see cref="JournalStream.NoWake"/>.</summary>
    internal long AtOrNever => IsAt ? _at : JournalStream.NoWake;

    /// <summary>The stream is woken at this time, in microseconds since 1970-01-01 UTC, 0 or later; what has passed means at once.</summary>
    public static Wake At(long micros)
    {
        Validate(micros);
        return new Wake(Kind.At, micros);
    }

    /// <summary>A time, or none.</summary>
    public static Wake AtOrNone(long? micros) => micros is { } at ? At(at) : None;

    /// <summary>The stream is awaiting something of others; and it is woken at a time, if one is given, as <see cref="At"/> says.</summary>
    public static Wake Awaiting(long? micros)
    {
        if (micros is { } at) Validate(at);
        return new Wake(Kind.Awaiting, micros ?? JournalStream.NoWake);
    }

    public override string ToString() => (IsAwaiting ? "awaiting" : IsAt ? "at" : _kind.ToString()) + (IsAt ? $" {_at}" : "");

    /// <summary>As a stream keeps it: a time, which may be <see cref="JournalStream.NoWake"/>, and whether it is awaiting.</summary>
    internal static Wake Of(long atOrNever, bool isAwaiting) => new(isAwaiting ? Kind.Awaiting : atOrNever == JournalStream.NoWake ? Kind.None : Kind.At, atOrNever);

    private static void Validate(long micros)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(micros);
        ArgumentOutOfRangeException.ThrowIfEqual(micros, JournalStream.NoWake);
    }
}
