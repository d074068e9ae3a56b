namespace Marketplace.Journal;

/// <summary>Reads the whole log again and again in the background, at a bounded rate, and fails it when a byte is wrong.</summary>
internal sealed class Scrub(Log log, long bytesPerSecond, TimeSpan rest) : IAsyncDisposable
{
    private const int StepsPerSecond = 10;
    private const int RowsPerStep = 1_000;

    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;

    /// <summary>The next position to read.</summary>
    public long Next { get; private set; } = 1;

    public void Start()
    {
        if (bytesPerSecond > 0) _running = Task.Run(Run);
    }

    /// <summary>Reads some rows; true when the end of the log was reached, and the next step begins anew.</summary>
    public bool Step(long maxBytes)
    {
        long bytes = 0;
        int rows = 0;
        foreach (LogRow row in log.ReadRows(Next, Next + RowsPerStep - 1, maxBytes))
        {
            Next = row.Position + 1;
            bytes += row.Bytes;
            if (bytes >= maxBytes || ++rows == RowsPerStep) return false;
        }
        if (Next <= log.DurablePosition) return false;
        Next = 1;
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task Run()
    {
        try
        {
            while (true)
            {
                bool whole = Step(Math.Max(1, bytesPerSecond / StepsPerSecond));
                await Task.Delay(whole ? rest : TimeSpan.FromSeconds(1.0 / StepsPerSecond), _stopping.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The log is being closed.
        }
        catch (JournalException)
        {
            // Reading it has failed the log already.
        }
    }
}
