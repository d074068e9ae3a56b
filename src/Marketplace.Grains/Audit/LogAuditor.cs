using System.Globalization;
using Microsoft.Extensions.Logging;
using Orleans.Serialization;

namespace Marketplace.Grains.Audit;

/// <summary>
/// Answers as of a cut by folding the log from the nearest checkpoint, off the grains' turns; also writes the snapshots. One fold is kept between questions and moved
/// forward; a question about an earlier cut makes one of its own.
/// </summary>
public sealed partial class LogAuditor(Log log, Serializer serializer, ILogger<LogAuditor> logger) : IDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _one = new(1, 1);
    private VenueFold? _latest;
    private long _snapshotAtBytes;

    /// <summary>The token of a cut: opaque to callers.</summary>
    public string TokenOf(long position) => string.Create(CultureInfo.InvariantCulture, $"cut-{log.Number}-{position}");

    /// <summary>The position a token names; false when it is no token of this venue, or of a cut that is not durable.</summary>
    public bool TryParse(string token, out long position)
    {
        position = 0;
        var parts = token.Split('-');
        return parts is ["cut", var number, var at]
            && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var named) && named == log.Number
            && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out position) && position <= log.DurablePosition;
    }

    /// <summary>Reads something of the venue as of a cut; null is all that is durable now.</summary>
    public async Task<TResult> Read<TResult>(long? position, Func<VenueFold, TResult> read, CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            // On a thread of its own: a fold of a busy venue runs for seconds, and the pool has as many threads as there are processors.
            return await Task.Factory.StartNew(
                () => read(FoldTo(position ?? log.DurablePosition, cancellation)),
                cancellation,
                TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
                TaskScheduler.Default);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Writes snapshots when they are due, until stopped.</summary>
    public async Task Run(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested && !log.Failure.IsCompleted)
        {
            try
            {
                var before = log.CommittedBytes;
                await Task.Delay(LookEvery, stop);
                var now = log.CommittedBytes;
                if (log.HasRoom && SnapshotRule.IsDue(now - _snapshotAtBytes, log.Snapshots.StateBytes, now - before))
                {
                    await Snapshot(stop);
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or (JournalException and not JournalFailedException))
            {
                // The log is whole without it: the next start reads more of it. Due still, and tried again.
                LogNoSnapshot(failed);
            }
        }
    }

    /// <summary>Writes a snapshot of all that is durable now; its position.</summary>
    public Task<long> Snapshot(CancellationToken cancellation)
    {
        // What is committed from here on may be in it or not: counted as not.
        var bytes = log.CommittedBytes;
        return Read(
            null,
            venue =>
            {
                if (venue.Position > log.Snapshots.Position)
                {
                    log.Snapshots.Write(venue.Position, venue.States());
                    _snapshotAtBytes = bytes;
                }

                return venue.Position;
            },
            cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    private VenueFold FoldTo(long position, CancellationToken cancellation)
    {
        var venue = _latest;
        if (venue is null || venue.Position > position)
        {
            venue = Checkpoint(position);
        }

        _latest = null;
        foreach (var row in log.ReadRows(venue.Position + 1, position))
        {
            cancellation.ThrowIfCancellationRequested();
            venue.Apply(row);
        }

        _latest = venue;
        return venue;
    }

    /// <summary>The venue as of the newest snapshot that is no later than a position; a damaged one is passed over for the log from its beginning.</summary>
    private VenueFold Checkpoint(long position)
    {
        var venue = new VenueFold(serializer);
        if (log.Snapshots.Position == 0 || log.Snapshots.Position > position)
        {
            return venue;
        }

        try
        {
            venue.Start(log.Snapshots.Position, log.Snapshots.ReadNewest());
            return venue;
        }
        catch (JournalCorruptException damaged)
        {
            LogDamaged(damaged);
            return new VenueFold(serializer);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "No snapshot could be written; it is tried again")]
    private partial void LogNoSnapshot(Exception why);

    [LoggerMessage(Level = LogLevel.Error, Message = "The newest snapshot is damaged; the log is read from its beginning instead")]
    private partial void LogDamaged(Exception why);
}
