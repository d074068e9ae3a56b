using System.Buffers;
using System.IO.Pipelines;
using System.Threading.Channels;
using Grpc.Core;
using Gwh.Marketplace.V1;
using Marketplace.Domain.Accounts;
using Marketplace.Grains.Accounts;
using Marketplace.Grains.Hosting;
using Microsoft.Extensions.ObjectPool;

namespace Marketplace.Server.Services;

/// <summary>
/// One session: batches in, a result for each in the same order, and reports of what happens to resting orders. Batches are sent on to the account as they come, a window
/// of them at once; the account's turns keep their order. Results go into the response's body as bytes, all else through gRPC's writer, one behind the other.
/// </summary>
internal sealed class OrderSession(
    Doors doors, AccountFeeds feeds, ObjectPool<SessionSubmission> submissions, Caller caller, IServerStreamWriter<OpenSessionResponse> responses, PipeWriter body)
{
    private const int ReportQueue = 10_000;

    private readonly Channel<(SessionSubmission Submission, Task Answered)> _underWay =
        Channel.CreateUnbounded<(SessionSubmission, Task)>(new() { SingleReader = true, SingleWriter = true });

    private readonly SemaphoreSlim _writing = new(1, 1);
    private int _withoutResult;
    private long _lastResult;
    private string _session = "";
    private WatchedConnection? _watched;

    /// <summary>Runs the session until the client ends it, its key does, or it breaks a rule.</summary>
    public async Task Run(IAsyncStreamReader<SessionMessage> requests, CancellationToken cancellation)
    {
        if (!await requests.MoveNext(cancellation) || requests.Current.Parse().Open is not { } open)
        {
            throw Reason.InvalidArgument.ToException("open");
        }

        var isResumed = await Open(open);
        var isEnded = false;
        try
        {
            await Run(requests, isResumed, cancellation);
            isEnded = true;
        }
        finally
        {
            if (_watched is not null)
            {
                await _watched.Close(isEnded);
            }
        }
    }

    private async Task<bool> Open(SessionOpen open)
    {
        var terms = new SessionTerms(open.CancelOnDisconnect, Wire.ToMicrosOrInvalid(open.Grace), Wire.ToMicrosOrInvalid(open.DeadManTimeout));
        var refusal = terms.WhyNot(open.SessionId);
        if (refusal.Reason != Reason.None)
        {
            throw refusal.ToException();
        }

        _session = open.SessionId;
        if (_session.Length == 0)
        {
            return false;
        }

        doors.EnterWrite();
        var held = (await doors.Account(caller.Id).OpenSession(_session, terms)).OrThrow();
        _watched = held.Holder == 0 ? null : new(doors, caller.Id, held);
        return held.Resumed;
    }

    private async Task Run(IAsyncStreamReader<SessionMessage> requests, bool isResumed, CancellationToken cancellation)
    {
        using var reports = feeds.ReportsOf(caller.Id).Subscribe(ReportQueue);
        await Write(new() { Opened = new() { Window = CatalogGrpc.SessionWindow, Resumed = isResumed } }, cancellation);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var reporting = Report(reports, ended.Token, cancellation);
        var answering = Answer(cancellation);
        try
        {
            await (_watched is null ? Read(requests, answering, cancellation) : _watched.WhileHeld(reading => Read(requests, answering, reading), cancellation));
        }
        finally
        {
            _underWay.Writer.TryComplete();
            await answering;
            await ended.CancelAsync();
            await reporting;
        }
    }

    private async Task Read(IAsyncStreamReader<SessionMessage> requests, Task answering, CancellationToken cancellation)
    {
        var batches = new SessionBatchReader(doors.Catalog);
        var submission = submissions.Get();
        long last = 0;
        while (await requests.MoveNext(cancellation) && !answering.IsCompleted)
        {
            _watched?.Heard();
            if (Read(batches, requests.Current, submission.Room) is not { } batch)
            {
                continue;
            }

            if (batch.Number != last + 1)
            {
                throw Reason.InvalidArgument.ToException("batch_number");
            }

            if (batch.Count == 0)
            {
                throw Reason.InvalidArgument.ToException("commands");
            }

            if (Interlocked.Increment(ref _withoutResult) > CatalogGrpc.SessionWindow)
            {
                throw Reason.RateLimit.ToException("batch_number", TimeSpan.FromMilliseconds(100));
            }

            last = batch.Number;
            doors.EnterOrders(caller, batch.Orders, batch.Count - batch.Orders);
            submission.Ask(_session, _watched?.Holder ?? 0, batch);
            _underWay.Writer.TryWrite((submission, await doors.Submit(caller, submission)));
            submission = submissions.Get();
        }

        submissions.Return(submission);
    }

    /// <summary>The batch of a message; null where it only says that the client is alive.</summary>
    private static SessionCommands? Read(SessionBatchReader batches, SessionMessage message, OrderRequest[] room)
    {
        if (batches.Read(message.Bytes, room) is { } batch)
        {
            message.Done();
            return batch;
        }

        var parsed = message.Parse();
        return parsed.KeepAlive is not null ? null : batches.Read(parsed.Batch ?? throw Reason.InvalidArgument.ToException("batch"));
    }

    private async Task Answer(CancellationToken cancellation)
    {
        await foreach (var (submission, answered) in _underWay.Reader.ReadAllAsync(cancellation))
        {
            await answered;
            Interlocked.Decrement(ref _withoutResult);
            await WriteFrame(submission.Frame(), cancellation);
            Volatile.Write(ref _lastResult, submission.Number);
            submissions.Return(submission);
        }
    }

    /// <summary>Reports until the session ends. A write under way is let finish: cancelling it would reset the stream and lose the results before it.</summary>
    private async Task Report(FeedReader<RestingReports> changes, CancellationToken ended, CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                if (!changes.Changes.TryPeek(out _) && !await IsThere(changes, ended))
                {
                    await Write(new() { Heartbeat = new() { LastBatchNumber = Volatile.Read(ref _lastResult) } }, cancellation);
                    continue;
                }

                var reports = new ExecutionReports();
                while (reports.Reports.Count < CatalogGrpc.MaxBatch && changes.Changes.TryRead(out var change))
                {
                    foreach (var report in change.Reports)
                    {
                        reports.Reports.Add(report.ToExecutionReport(change.Time));
                    }
                }

                await Write(new() { ExecutionReports = reports }, cancellation);

                if (changes.Overrun)
                {
                    throw Reason.StreamLimit.ToException(retryAfter: TimeSpan.FromSeconds(1));
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The session ends.
        }
    }

    /// <summary>Whether something comes before a heartbeat is due.</summary>
    private static async Task<bool> IsThere(FeedReader<RestingReports> changes, CancellationToken ended)
    {
        using var heartbeat = CancellationTokenSource.CreateLinkedTokenSource(ended);
        heartbeat.CancelAfter(CatalogGrpc.Heartbeat);
        try
        {
            return await changes.Changes.WaitToReadAsync(heartbeat.Token);
        }
        catch (OperationCanceledException) when (!ended.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task Write(OpenSessionResponse response, CancellationToken cancellation)
    {
        await _writing.WaitAsync(cancellation);
        try
        {
            await responses.WriteAsync(response, cancellation);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Writes a message with its frame, past gRPC's writer, which keeps nothing back between its own.</summary>
    private async Task WriteFrame(ReadOnlyMemory<byte> frame, CancellationToken cancellation)
    {
        await _writing.WaitAsync(cancellation);
        try
        {
            body.Write(frame.Span);
            await body.FlushAsync(cancellation);
        }
        finally
        {
            _writing.Release();
        }
    }
}
