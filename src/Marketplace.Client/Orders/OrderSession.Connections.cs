using Grpc.Core;
using Gwh.Marketplace.V1;
using Marketplace.Client.Errors;

namespace Marketplace.Client.Orders;

/// <summary>The connections of a session: open, send, receive, open again.</summary>
public sealed partial class OrderSession
{
    private async Task Run()
    {
        MarketplaceException? error = null;
        for (var failures = 0; !_closing.IsCancellationRequested && !_isEnded && failures < MostFailures; failures++)
        {
            if (failures > 0 && !await Waited(failures, error).ConfigureAwait(false))
            {
                break;
            }

            (var opened, error) = await Connection().ConfigureAwait(false);
            failures = opened ? 0 : failures;
            if (error is not null && IsFinal(error.StatusCode))
            {
                break;
            }
        }

        Fail(error ?? RefusalReader.Lost("The session is closed."));
    }

    /// <summary>A session that never was is given up sooner than one that was.</summary>
    private int MostFailures => _opened.Task.IsCompleted ? _options.StreamAttempts : _options.Attempts;

    /// <summary>One connection, from its opening to its end: whether it was opened, and what ended it.</summary>
    private async Task<(bool Opened, MarketplaceException? Error)> Connection()
    {
        var opened = false;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token);
        try
        {
            using var connection = _line.Connect(ending.Token);
            await connection.Send(new() { Open = _asked.ToWire() }, ending.Token).ConfigureAwait(false);
            var first = await connection.Receive(ending.Token).WaitAsync(_options.AttemptTimeout, _options.Clock, ending.Token).ConfigureAwait(false);
            if (first?.MessageCase != OpenSessionResponse.MessageOneofCase.Opened)
            {
                return (false, RefusalReader.Lost("The venue did not open the session."));
            }

            opened = true;
            Begin(first.Opened);
            var sending = Send(connection, ending.Token);
            var receiving = Receive(connection, ending.Token);
            var ended = await Task.WhenAny(sending, receiving).ConfigureAwait(false);
            await ending.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(Quiet(sending, ended), Quiet(receiving, ended)).ConfigureAwait(false);
            return (opened, RefusalReader.Lost("The session was lost."));
        }
        catch (RpcException refused)
        {
            return (opened, RefusalReader.Read(refused));
        }
        catch (MarketplaceException refused)
        {
            return (opened, refused);
        }
        catch (Exception lost) when (IsLoss(lost))
        {
            return (opened, RefusalReader.Lost("The session was lost."));
        }
    }

    /// <summary>The side that ended first tells why; the other one only had to follow.</summary>
    private static async Task Quiet(Task side, Task ended)
    {
        try
        {
            await side.ConfigureAwait(false);
        }
        catch (Exception lost) when (!ReferenceEquals(side, ended) && IsLoss(lost))
        {
        }
    }

    private static bool IsLoss(Exception error) =>
        error is RpcException or MarketplaceException or OperationCanceledException or TimeoutException or InvalidOperationException or IOException or ObjectDisposedException;

    private void Begin(SessionOpened opened)
    {
        var window = Math.Max(1, opened.Window);
        lock (_lock)
        {
            _batches.Begin(window);
            Window = window;
            Resumed = opened.Resumed;
        }

        if (!_opened.TrySetResult())
        {
            var reopened = Interlocked.Increment(ref _reopened);
            _news.Writer.TryWrite(new(null, reopened));
        }

        Wake();
    }

    private async Task Send(ISessionConnection connection, CancellationToken cancellation)
    {
        while (true)
        {
            SubmittedBatch? submitted;
            bool isOver;
            lock (_lock)
            {
                submitted = _batches.Next();
                isOver = _isEnding && _batches.Count == 0;
            }

            if (isOver)
            {
                await connection.Complete().ConfigureAwait(false);
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellation).ConfigureAwait(false);
            }

            if (submitted is null)
            {
                await WaitForWork(connection, cancellation).ConfigureAwait(false);
                continue;
            }

            if (!submitted.HasOwnValidity)
            {
                submitted.Batch.ValidUntil = await _time.ValidUntil(cancellation).ConfigureAwait(false);
            }

            await connection.Send(new() { Batch = submitted.Batch }, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Waits for something to send; says now and then that the client is alive, if it has promised to.</summary>
    private async Task WaitForWork(ISessionConnection connection, CancellationToken cancellation)
    {
        if (_asked.DeadManTimeout == TimeSpan.Zero)
        {
            await _work.WaitAsync(cancellation).ConfigureAwait(false);
        }
        else if (!await _work.WaitAsync(_asked.DeadManTimeout / 3, cancellation).ConfigureAwait(false))
        {
            await connection.Send(new() { KeepAlive = new() }, cancellation).ConfigureAwait(false);
        }
    }

    private async Task Receive(ISessionConnection connection, CancellationToken cancellation)
    {
        while (await connection.Receive(cancellation).WaitAsync(_options.StreamSilence, _options.Clock, cancellation).ConfigureAwait(false) is { } message)
        {
            switch (message.MessageCase)
            {
                case OpenSessionResponse.MessageOneofCase.BatchResult:
                    if (!Answer(message.BatchResult))
                    {
                        return;
                    }

                    break;
                case OpenSessionResponse.MessageOneofCase.ExecutionReports:
                    foreach (var report in message.ExecutionReports.Reports)
                    {
                        _news.Writer.TryWrite(new(report, Reopened));
                    }

                    break;
            }
        }

        lock (_lock)
        {
            _isEnded = _isEnding && _batches.Count == 0;
        }
    }

    private bool Answer(SessionBatchResult result)
    {
        SubmittedBatch? answered;
        lock (_lock)
        {
            answered = _batches.Answer(result);
        }

        if (answered is null)
        {
            return false;
        }

        if (result.Results.Any(outcome => outcome.Reason is RejectReason.ValidityPassed or RejectReason.ValidityBeyondWindow))
        {
            _time.Forget();
        }

        answered.Result.SetResult(result);
        _room.Release();
        Wake();
        return true;
    }

    /// <summary>Lets the sending side look again; one signal is enough, however many reasons there are.</summary>
    private void Wake()
    {
        if (_work.CurrentCount == 0)
        {
            _work.Release();
        }
    }

    private async Task<bool> Waited(int failures, MarketplaceException? error)
    {
        try
        {
            await _backoff.Wait(failures, error?.RetryAfter, _closing.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private void Fail(MarketplaceException error)
    {
        IReadOnlyList<SubmittedBatch> abandoned;
        lock (_lock)
        {
            _failed = error;
            abandoned = _batches.Abandon();
        }

        foreach (var batch in abandoned)
        {
            batch.Result.SetException(error);
            _room.Release();
        }

        _opened.TrySetException(error);
        _news.Writer.TryComplete();
    }

    private static bool IsFinal(StatusCode code) => code is StatusCode.Unauthenticated or StatusCode.PermissionDenied or StatusCode.InvalidArgument
        or StatusCode.FailedPrecondition or StatusCode.Unimplemented;
}
