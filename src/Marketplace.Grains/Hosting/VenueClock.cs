namespace Marketplace.Grains.Hosting;

/// <summary>
/// The clock of the process: event time is never earlier than this and never goes back. In system mode it advances by the monotonic clock and slews to wall time,
/// at most 1 part in 10; when the two differ by more than a second it halts new orders and expiry until they agree again or the operator confirms.
/// In manual mode the operator alone moves it forward. Any thread may read it.
/// </summary>
public sealed class VenueClock
{
    private const long HaltMicros = Timestamp.MicrosPerSecond;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private long _lastTicks;
    private long _nowMicros;
    private long _confirmedDrift;
    private TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private VenueClock(TimeProvider time, bool manual, long startMicros)
    {
        _time = time;
        IsManual = manual;
        _lastTicks = time.GetTimestamp();
        _nowMicros = startMicros;
    }

    /// <summary>Whether the operator moves it.</summary>
    public bool IsManual { get; }

    /// <summary>Whether a jump of wall time halts new orders and expiry.</summary>
    public bool IsHalted { get; private set; }

    /// <summary>Completes at the next move of a manual clock. Take it before asking for the time.</summary>
    public Task Moved => Volatile.Read(ref _moved).Task;

    /// <summary>The event time now.</summary>
    public Timestamp Now
    {
        get
        {
            lock (_gate)
            {
                if (!IsManual)
                {
                    Advance();
                }

                return new(_nowMicros);
            }
        }
    }

    /// <summary>A clock that follows the system's.</summary>
    public static VenueClock System(TimeProvider time) => new(time, manual: false, WallMicros(time));

    /// <summary>A clock that starts at a time and is moved by hand.</summary>
    public static VenueClock Manual(Timestamp start) => new(TimeProvider.System, manual: true, start.Micros);

    /// <summary>Moves a manual clock forward to a time; false when it is not manual or the time is past.</summary>
    public bool AdvanceTo(Timestamp time)
    {
        lock (_gate)
        {
            if (!IsManual || time.Micros < _nowMicros)
            {
                return false;
            }

            _nowMicros = time.Micros;
        }

        Interlocked.Exchange(ref _moved, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        return true;
    }

    /// <summary>Never earlier than what the journal holds: called at start with the greatest event time found.</summary>
    public void NotBefore(Timestamp time)
    {
        lock (_gate)
        {
            _nowMicros = Math.Max(_nowMicros, time.Micros);
        }
    }

    /// <summary>The operator confirms wall time after a jump: the difference is taken as it is and slewed away.</summary>
    public void Confirm()
    {
        lock (_gate)
        {
            _confirmedDrift = WallMicros(_time) - _nowMicros;
            IsHalted = false;
        }
    }

    private static long WallMicros(TimeProvider time) => Timestamp.FromUtc(time.GetUtcNow().UtcDateTime).Micros;

    private void Advance()
    {
        var ticks = _time.GetTimestamp();
        var elapsed = (long)_time.GetElapsedTime(_lastTicks, ticks).TotalMicroseconds;
        if (elapsed <= 0)
        {
            return;
        }

        _lastTicks = ticks;
        var drift = WallMicros(_time) - (_nowMicros + elapsed);
        IsHalted = Math.Abs(drift - _confirmedDrift) > HaltMicros;
        var slew = IsHalted ? 0 : Math.Clamp(drift, -elapsed / 10, elapsed / 10);
        if (_confirmedDrift != 0)
        {
            _confirmedDrift = Math.Abs(drift) <= HaltMicros ? 0 : _confirmedDrift - slew;
        }

        _nowMicros += elapsed + slew;
    }
}
