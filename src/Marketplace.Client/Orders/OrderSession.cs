using System.Threading.Channels;
using Gwh.Marketplace.V1;
using Marketplace.Client.Calls;
using Marketplace.Client.Errors;

namespace Marketplace.Client.Orders;

/// <summary>
/// A session for order entry: batches in, within the venue's window, one result for each, and reports of resting orders. A lost session is opened again and what
/// had no result is sent again with the same ids. Safe for several threads.
/// </summary>
public sealed partial class OrderSession : IAsyncDisposable
{
    /// <summary>Reports kept for a reader who is behind; beyond them the oldest are dropped and counted.</summary>
    public const int MaxReports = 100_000;

    /// <summary>Batches that may wait in this client, sent or not; more wait in SubmitAsync.</summary>
    public const int MaxBatches = 256;

    private readonly ISessionLine _line;
    private readonly VenueTime _time;
    private readonly MarketplaceClientOptions _options;
    private readonly Backoff _backoff;
    private readonly Lock _lock = new();
    private readonly SessionWindow _batches = new();
    private readonly SemaphoreSlim _room = new(MaxBatches);
    private readonly SemaphoreSlim _work = new(0);
    private readonly Channel<SessionNews> _news;
    private readonly CancellationTokenSource _closing = new();
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private MarketplaceException? _failed;
    private Task _run = Task.CompletedTask;
    private long _dropped;
    private int _reopened;

    private readonly OrderSessionOptions _asked;
    private volatile bool _isEnding;
    private bool _isEnded;

    private OrderSession(ISessionLine line, VenueTime time, MarketplaceClientOptions options, OrderSessionOptions asked)
    {
        (_line, _time, _options, _backoff, _asked) = (line, time, options, new(options), asked);
        var bounded = new BoundedChannelOptions(MaxReports) { FullMode = BoundedChannelFullMode.DropOldest, SingleWriter = true };
        _news = Channel.CreateBounded<SessionNews>(bounded, _ => Interlocked.Increment(ref _dropped));
    }

    /// <summary>Batches the venue allows without a result.</summary>
    public int Window { get; private set; }

    /// <summary>The id of the session; empty where it has none.</summary>
    public string SessionId => _asked.SessionId;

    /// <summary>Whether the venue was watching over a session of this id when it was opened last: its orders stand.</summary>
    public bool Resumed { get; private set; }

    /// <summary>How often the session was opened again.</summary>
    public int Reopened => Volatile.Read(ref _reopened);

    /// <summary>Reports dropped because nobody read them.</summary>
    public long ReportsDropped => Interlocked.Read(ref _dropped);

    /// <summary>
    /// Sends a batch and waits for its result: one per command, in order; commands without an id get one, and the batch gets valid_until where it has none.
    /// Batches run in the order submitted, but for those that had to wait for room in this client. Throws a <see cref="MarketplaceException"/> when the session
    /// cannot be had again: the outcome is then unknown. Cancelling stops the waiting, not the batch.
    /// </summary>
    public async Task<SessionBatchResult> SubmitAsync(SessionBatch batch, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfZero(batch.Commands.Count, nameof(batch));
        GiveIds(batch);
        await _room.WaitAsync(cancellationToken).ConfigureAwait(false);
        var submitted = new SubmittedBatch(batch);
        lock (_lock)
        {
            if (_failed is not null || _isEnding || _closing.IsCancellationRequested)
            {
                _room.Release();
                throw _failed ?? RefusalReader.Lost("The session is closed.");
            }

            _batches.Add(submitted);
        }

        Wake();
        return await submitted.Result.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reports of resting orders as they come, and the news that the session was opened again. For one reader.</summary>
    public IAsyncEnumerable<SessionNews> ReadNewsAsync(CancellationToken cancellationToken = default) => _news.Reader.ReadAllAsync(cancellationToken);

    /// <summary>
    /// Ends the session at the venue, when all batches have their results: with cancel-on-disconnect its orders are cancelled at once. Takes no more batches.
    /// Throws a <see cref="MarketplaceException"/> when the venue cannot be told.
    /// </summary>
    public async Task EndAsync(CancellationToken cancellationToken = default)
    {
        _isEnding = true;
        Wake();
        await _run.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (!_isEnded)
        {
            throw _failed ?? RefusalReader.Lost("The session is closed.");
        }
    }

    /// <summary>Closes the connection, as if it broke: with cancel-on-disconnect the orders stand for the grace. Batches without a result end as outcome unknown.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await _run.ConfigureAwait(false);
    }

    internal static async Task<OrderSession> OpenAsync(
        ISessionLine line, VenueTime time, MarketplaceClientOptions options, OrderSessionOptions asked, CancellationToken cancellation)
    {
        var session = new OrderSession(line, time, options, asked);
        session._run = Task.Run(session.Run, CancellationToken.None);
        try
        {
            await session._opened.Task.WaitAsync(cancellation).ConfigureAwait(false);
            return session;
        }
        catch
        {
            await session.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private void GiveIds(SessionBatch batch)
    {
        foreach (var command in batch.Commands)
        {
            switch (command.CommandCase)
            {
                case SessionCommand.CommandOneofCase.Place when command.Place.ClientOrderId.Length == 0:
                    command.Place.ClientOrderId = _options.NewId();
                    break;
                case SessionCommand.CommandOneofCase.Cancel when command.Cancel.RequestId.Length == 0:
                    command.Cancel.RequestId = _options.NewId();
                    break;
                case SessionCommand.CommandOneofCase.Replace when command.Replace.RequestId.Length == 0:
                    command.Replace.RequestId = _options.NewId();
                    break;
                case SessionCommand.CommandOneofCase.Reduce when command.Reduce.RequestId.Length == 0:
                    command.Reduce.RequestId = _options.NewId();
                    break;
            }
        }
    }
}
