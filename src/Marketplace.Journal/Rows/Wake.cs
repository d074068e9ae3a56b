namespace Marketplace.Journal;

/// <summary>What a record says about when its stream must be woken: unchanged (the default), not at all, or at a time.</summary>
public readonly record struct Wake
{
    private readonly Kind _kind;

    private Wake(Kind kind, long atMicros)
    {
        _kind = kind;
        AtMicros = atMicros;
    }

    internal enum Kind : byte
    {
        Unchanged = 0,
        None = 1,
        At = 2,
    }

    /// <summary>What an earlier record of the stream said still holds.</summary>
    public static Wake Unchanged => default;

    /// <summary>The stream waits for nothing.</summary>
    public static Wake None => new(Kind.None, 0);

    public bool IsUnchanged => _kind == Kind.Unchanged;

    public bool IsNone => _kind == Kind.None;

    public bool IsAt => _kind == Kind.At;

    /// <summary>Microseconds since 1970-01-01 UTC; 0 when no time is set.</summary>
    public long AtMicros { get; }

    internal Kind Form => _kind;

    /// <summary>The stream is woken at this time, in microseconds since 1970-01-01 UTC, 0 or later; what has passed means at once.</summary>
    public static Wake At(long micros)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(micros);
        ArgumentOutOfRangeException.ThrowIfEqual(micros, long.MaxValue);
        return new Wake(Kind.At, micros);
    }

    /// <summary>A time, or none.</summary>
    public static Wake AtOrNone(long? micros) => micros is { } at ? At(at) : None;

    public override string ToString() => _kind == Kind.At ? $"at {AtMicros}" : _kind.ToString();
}
