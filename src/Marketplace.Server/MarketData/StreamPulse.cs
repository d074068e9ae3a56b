using Marketplace.Server.Services;

namespace Marketplace.Server.MarketData;

/// <summary>A stream that must not be silent for longer than the heartbeat interval.</summary>
internal interface IBeating
{
    /// <summary>Whether something of it has been silent since a timestamp, or longer.</summary>
    bool IsSilentSince(long timestamp);

    /// <summary>It is to send its heartbeats.</summary>
    void Beat();
}

/// <summary>One timer for the heartbeats of all streams of the process. A stream is told early enough that its heartbeats are no farther apart than the interval.</summary>
internal sealed class StreamPulse(TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(500);

    /// <summary>Silence after which a stream is told: with the tick, and half a second for the writing, the interval.</summary>
    public static readonly TimeSpan Silence = CatalogGrpc.Heartbeat - (2 * Tick);

    private readonly HashSet<IBeating> _streams = [];
    private ITimer? _timer;

    /// <summary>Now, as <see cref="IBeating.IsSilentSince"/> understands it.</summary>
    public long Now => time.GetTimestamp();

    /// <summary>Where it takes its time from.</summary>
    public TimeProvider Time => time;

    /// <summary>Whether a stream that last spoke at a timestamp owes a heartbeat.</summary>
    public bool IsDue(long spokeAt) => time.GetElapsedTime(spokeAt) >= Silence;

    /// <summary>Takes a stream in, until what is returned is disposed.</summary>
    public IDisposable Join(IBeating stream)
    {
        lock (_streams)
        {
            _streams.Add(stream);
            _timer ??= time.CreateTimer(static pulse => ((StreamPulse)pulse!).Beat(), this, Tick, Tick);
        }

        return new Joined(this, stream);
    }

    /// <inheritdoc/>
    public void Dispose() => _timer?.Dispose();

    private void Beat()
    {
        var silentSince = time.GetTimestamp() - (long)(Silence.TotalSeconds * time.TimestampFrequency);
        lock (_streams)
        {
            foreach (var stream in _streams)
            {
                if (stream.IsSilentSince(silentSince))
                {
                    stream.Beat();
                }
            }
        }
    }

    private void Leave(IBeating stream)
    {
        lock (_streams)
        {
            _streams.Remove(stream);
            if (_streams.Count == 0)
            {
                _timer?.Dispose();
                _timer = null;
            }
        }
    }

    private sealed class Joined(StreamPulse pulse, IBeating stream) : IDisposable
    {
        public void Dispose() => pulse.Leave(stream);
    }
}
