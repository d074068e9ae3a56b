using System.Collections.Concurrent;
using Gwh.Marketplace.V1;
using HdrHistogram;
using Marketplace.Client.Errors;

namespace Marketplace.Cli.Load;

/// <summary>What came of the load so far. Latency counts from when a batch was to be sent, not from when it was: waiting in line is part of it. Safe for several threads.</summary>
internal sealed class LoadTally
{
    private const long LongestMicros = 3_600_000_000;

    private readonly LongConcurrentHistogram _latency = new(1, LongestMicros, 3);
    private readonly ConcurrentDictionary<string, long> _refused = new(StringComparer.Ordinal);
    private long _sent;
    private long _answered;
    private long _filledKwh;
    private long _unknown;

    /// <summary>What every answer is held against.</summary>
    public LoadChecks Checks { get; } = new();

    /// <summary>Commands sent.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>Commands answered.</summary>
    public long Answered => Interlocked.Read(ref _answered);

    /// <summary>kWh filled at entry.</summary>
    public long FilledKwh => Interlocked.Read(ref _filledKwh);

    /// <summary>Commands whose outcome is not known.</summary>
    public long Unknown => Interlocked.Read(ref _unknown);

    /// <summary>Refusals by reason.</summary>
    public IReadOnlyDictionary<string, long> Refused => new SortedDictionary<string, long>(_refused, StringComparer.Ordinal);

    /// <summary>A batch goes out.</summary>
    public void Send(int commands) => Interlocked.Add(ref _sent, commands);

    /// <summary>A batch came back, so long after it was to be sent.</summary>
    public void Answer(SessionBatch batch, SessionBatchResult result, TimeSpan latency)
    {
        Checks.Check(batch, result);
        _latency.RecordValueWithCount(Math.Clamp((long)latency.TotalMicroseconds, 1, LongestMicros), result.Results.Count);
        Interlocked.Add(ref _answered, result.Results.Count);
        foreach (var outcome in result.Results)
        {
            if (outcome.Reason != RejectReason.Unspecified)
            {
                _refused.AddOrUpdate(outcome.Reason.WireName(), 1, static (_, count) => count + 1);
            }

            Interlocked.Add(ref _filledKwh, outcome.FilledKwh);
        }
    }

    /// <summary>A batch's outcome will not be known.</summary>
    public void Lose(int commands) => Interlocked.Add(ref _unknown, commands);

    /// <summary>Latency that so many percent stay within, microseconds; 0 before the first answer.</summary>
    public long LatencyMicros(double percent) => Answered == 0 ? 0 : _latency.GetValueAtPercentile(percent);
}
